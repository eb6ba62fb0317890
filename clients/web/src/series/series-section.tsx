// In a booking's details: that it is one of a series, and the way to change the others with it.
import { Repeat } from "lucide-react";

import { isFull, type Booking, type FullBooking } from "@production-tool/shared";

import { plural } from "../lib/format.ts";
import { useCommands, useLive } from "../studio/live.tsx";
import { openDialog } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";

/** The live bookings of the same series, in order of time. */
export function seriesOf(booking: FullBooking, bookings: Iterable<Booking>): FullBooking[] {
  const found: FullBooking[] = [];
  for (const each of bookings) if (isFull(each) && each.series_id === booking.series_id) found.push(each);
  return found.sort((a, b) => a.start.localeCompare(b.start));
}

export function SeriesSection({ booking }: { booking: FullBooking }) {
  const commands = useCommands();
  const bookings = useLive((state) => state.bookings);
  if (booking.series_id === null) return null;
  const members = seriesOf(booking, bookings.values());
  const at = members.findIndex(({ id }) => id === booking.id) + 1;
  return (
    <div className="grid gap-2 rounded-md border border-line bg-sunken p-3" data-testid="series">
      <p className="flex items-center gap-2 text-sm">
        <Repeat aria-hidden size={15} className="text-ink-3" />
        {at} of {plural(members.length, "booking")} in a series. Changes here are to this one alone.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button size="s" onClick={() => openDialog({ kind: "series_edit", bookingId: booking.id })}>
          Change the series…
        </Button>
        <Button size="s" weight="quiet" onClick={() => commands.leaveSeries(booking)}>
          Take it out
        </Button>
      </div>
    </div>
  );
}

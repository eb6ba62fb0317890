// Moving and copying many bookings as one step.
import { newId, rangeOf, toInstant, type Client, type CommandArgs, type FullBooking } from "@production-tool/shared";

import { shifted, type Shift } from "../bulk/shift.ts";
import { plural } from "../lib/format.ts";
import { inTurn } from "./booking-commands.ts";
import type { Names } from "./refusal.ts";
import type { Part, Steps } from "./steps.ts";
import { select } from "./ui.ts";

export function createBulkCommands(client: Client, { together, bookingOf }: Steps, names: () => Names) {
  return {
    /** What a shift would do to each booking, in an order in which none goes where another still stands. */
    moveBy(bookings: readonly FullBooking[], shift: Shift): void {
      const { zone } = names();
      const wishes = bookings.map((booking) => {
        const span = shifted(rangeOf(booking), shift, zone, client.state.artists.get(booking.artist_id));
        return { id: booking.id, rowId: booking.artist_id, ...span };
      });
      const parts = inTurn(wishes, bookingOf).flatMap(({ id, start, end }): Part[] => {
        const booking = bookingOf(id);
        if (booking === undefined) return [];
        const args = { booking_id: id, start: toInstant(start), end: toInstant(end) };
        return [{ item: { op: "booking.move", args }, booking, start, end, made: false }];
      });
      together(parts, `Moved ${plural(parts.length, "booking")}.`);
    },

    /** Copies as holds, one set for each shift. */
    copyBy(bookings: readonly FullBooking[], shifts: readonly Shift[]): void {
      const { zone } = names();
      const parts = shifts.flatMap((shift) =>
        bookings.map((booking): Part => {
          const span = shifted(rangeOf(booking), shift, zone, client.state.artists.get(booking.artist_id));
          return { item: { op: "booking.place", args: copyArgs(booking, span) }, booking, ...span, made: true };
        }),
      );
      together(parts, `Copied ${plural(parts.length, "booking")} as ${parts.length === 1 ? "a hold" : "holds"}.`);
      select(parts.flatMap(({ item }) => (item.op === "booking.place" && item.args.id ? [item.args.id] : [])));
    },
  };
}

function copyArgs(booking: FullBooking, { start, end }: { start: number; end: number }): CommandArgs["booking.place"] {
  return {
    id: newId(),
    artist_id: booking.artist_id,
    start: toInstant(start),
    end: toInstant(end),
    title: booking.title,
    notes: booking.notes,
    zone: booking.zone,
    ...(booking.project_id === null ? {} : { project_id: booking.project_id }),
    ...(booking.phase_id === null ? {} : { phase_id: booking.phase_id }),
  };
}

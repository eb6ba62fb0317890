// What a reader may know of time that is not theirs to see: that it is taken.
import { rangeOf, type Booking } from "@production-tool/shared";

import { formatRange } from "../lib/format.ts";
import { useLive, useLocale, useZone } from "../studio/live.tsx";
import { StatusBadge } from "../ui/bits.tsx";
import { PanelFrame } from "./panel.tsx";

export function BusyPanel({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const zone = useZone();
  const locale = useLocale();
  const artist = useLive((state) => state.artists.get(booking.artist_id)?.name ?? "This artist");
  const { start, end } = rangeOf(booking);
  return (
    <PanelFrame
      label="Busy time"
      title={artist}
      badge={<StatusBadge status="busy">Busy</StatusBadge>}
      onClose={onClose}
    >
      <p className="tabular text-sm">{formatRange(start, end, zone, locale)}</p>
      <p className="text-sm text-ink-2">This time is taken. What it is for is between the studio and the artist.</p>
    </PanelFrame>
  );
}

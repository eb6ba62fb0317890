// What the details say: of one booking, of several, of somebody else's, or of time off.
import { useMemo } from "react";

import type { Booking, FullBooking, TimeOff } from "@production-tool/shared";

import { useLive } from "../studio/live.tsx";
import { offIdOf } from "../studio/marks.ts";
import { useUi } from "../studio/ui.ts";
import { OffPanel } from "../time-off/off-panel.tsx";
import { BookingPanel } from "./booking-panel.tsx";
import { BusyPanel } from "./busy-panel.tsx";
import { MultiPanel } from "./multi-panel.tsx";

function isOpenBooking(booking: Booking): booking is FullBooking {
  return booking.status !== "busy" && booking.status !== "free";
}

function timeOffIn(timesOff: ReadonlyMap<string, TimeOff>, barId: string | undefined): TimeOff | undefined {
  const id = barId === undefined ? null : offIdOf(barId);
  return id === null ? undefined : timesOff.get(id);
}

export function DetailsPanel({ onClose }: { onClose: () => void }) {
  const selection = useUi((ui) => ui.selection);
  const bookings = useLive((state) => state.bookings);
  const timesOff = useLive((state) => state.timesOff);
  const chosen = useMemo(() => selection.flatMap((id) => bookings.get(id) ?? []), [selection, bookings]);
  const [only] = chosen;
  const off = timeOffIn(timesOff, selection[0]);
  if (only === undefined) return off === undefined ? null : <OffPanel key={off.id} off={off} onClose={onClose} />;
  const full = chosen.filter(isOpenBooking);
  if (chosen.length > 1) return <MultiPanel bookings={full} onClose={onClose} />;
  if (full[0] !== undefined) return <BookingPanel key={full[0].id} booking={full[0]} onClose={onClose} />;
  return <BusyPanel booking={only} onClose={onClose} />;
}

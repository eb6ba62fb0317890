// What an artist has to answer, and what is coming, in the order it comes.
import { rangeOf, type Booking, type FullBooking } from "@production-tool/shared";

export interface Agenda {
  readonly toAnswer: readonly FullBooking[];
  readonly coming: readonly FullBooking[];
}

/** `line` is the artist's live bookings in order of start; what has ended by `now` is left out. */
export function sortAgenda(line: readonly Booking[], now: number): Agenda {
  const own = line.filter((booking): booking is FullBooking => "title" in booking && rangeOf(booking).end > now);
  const waits = (booking: FullBooking): boolean => booking.status === "hold" && booking.response === "none";
  return { toAnswer: own.filter(waits), coming: own.filter((booking) => !waits(booking)) };
}

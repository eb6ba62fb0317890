// A booking's status as a word with a shape: never by colour alone.
import type { FullBooking } from "@production-tool/shared";
import { statusWord } from "@production-tool/web/studio/words";

export function Status({ booking }: { booking: FullBooking }) {
  const accepted = booking.status === "hold" && booking.response === "accepted";
  return <span class={`status ${booking.status}`}>{accepted ? "In line" : statusWord(booking.status)}</span>;
}

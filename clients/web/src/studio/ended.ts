// Who ended a booking, and how, in words for somebody who was looking at it.
import type { LoggedEvent } from "@production-tool/shared";

import { bookingName } from "./words.ts";

const ENDED: Readonly<Record<string, string>> = {
  "booking.released": "released",
  "booking.declined": "declined",
  "booking.withdrawn": "withdrew",
  "booking.cancelled": "cancelled",
};

const OF_ITSELF: Readonly<Record<string, string>> = {
  "booking.expired": "This booking expired",
  "booking.bumped": "This booking gave way to a confirmed one",
};

/** What to say of an event that ended a booking; null for all others, and for one's own doing. */
export function endedNotice(event: LoggedEvent, me: string | undefined): { title: string; text: string } | null {
  const booking = event.data.booking;
  if (typeof booking !== "object" || booking === null || !("title" in booking)) return null;
  const text = `“${bookingName(String(booking.title), undefined)}” is off the schedule.`;
  const alone = OF_ITSELF[event.type];
  if (alone !== undefined) return { title: alone, text };
  const did = ENDED[event.type];
  if (did === undefined || (me !== undefined && event.actor.id === me)) return null;
  return { title: `${event.actor.name ?? "Somebody"} ${did} this booking`, text };
}

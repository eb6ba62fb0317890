// Which challenges a booking takes part in, and how long somebody still has to answer.
import type { Challenge, FullBooking } from "@production-tool/shared";

import { formatLength } from "../lib/format.ts";
import { MINUTE } from "../lib/time.ts";

export interface Contest {
  /** The challenge this booking made, while something can still come of it. */
  readonly own: Challenge | null;
  /** Those in which this booking is asked to confirm or release, the first made first. */
  readonly against: readonly Challenge[];
}

export function contestOf(bookingId: string, challenges: Iterable<Challenge>): Contest {
  let own: Challenge | null = null;
  const against: Challenge[] = [];
  for (const challenge of challenges) {
    if (challenge.closed_at !== null) continue;
    if (challenge.booking_id === bookingId) own = challenge;
    else if (challenge.state === "open" && waitsFor(challenge, bookingId)) against.push(challenge);
  }
  return { own, against: against.sort((a, b) => a.opened_at.localeCompare(b.opened_at)) };
}

function waitsFor(challenge: Challenge, bookingId: string): boolean {
  return challenge.targets.some((target) => target.booking_id === bookingId && target.outcome === "pending");
}

/** Confirmed work ahead is never challenged: who stands by behind it has to wait. */
export function canChallenge(booking: FullBooking): boolean {
  return booking.status === "hold" && booking.rank !== null && booking.rank > 1 && !booking.standby;
}

const SECONDS_FROM = 2 * MINUTE;

/** "2 h 10 min left", by the minute; "75 s left" in the last two. */
export function timeLeft(deadline: number, now: number): string {
  if (deadline <= now) return "time is up";
  if (deadline - now < SECONDS_FROM) return `${Math.ceil((deadline - now) / 1000)} s left`;
  const whole = deadline - now - ((deadline - now) % MINUTE);
  return `${formatLength(0, whole, "UTC")} left`;
}

// What the screens show first, and what stands on which day: pure, for the tests to hold.
import { rangeOf, toMs, type FullBooking, type TimeOff } from "@production-tool/shared";
import { bookingName, statusWord } from "@production-tool/web/studio/words";

import { dayOf, numberOf, type Days } from "../time/days.ts";
import { daysOf } from "../time/ranges.ts";

export interface Inbox {
  /** Holds that want a yes or a no, the one that waits least long first. */
  readonly toAnswer: readonly FullBooking[];
  /** Answered holds: accepted and in line, or with other dates proposed. */
  readonly waiting: readonly FullBooking[];
}

/** Holds that are not over at `now`, in milliseconds since 1970. */
export function sortHolds(own: readonly FullBooking[], now: number): Inbox {
  const holds = own.filter((booking) => booking.status === "hold" && rangeOf(booking).end > now);
  const due = ({ response_deadline: deadline, start }: FullBooking): number => toMs(deadline ?? start);
  return {
    toAnswer: holds.filter(({ response }) => response === "none").sort((a, b) => due(a) - due(b)),
    waiting: holds.filter(({ response }) => response !== "none"),
  };
}

/** What the artist is bound to, or has said yes to, on the days of `booking`. */
export function clashes(booking: FullBooking, own: readonly FullBooking[]): readonly FullBooking[] {
  const { start, end } = rangeOf(booking);
  return own.filter((other) => {
    if (other.id === booking.id || (other.status === "hold" && other.response !== "accepted")) return false;
    const range = rangeOf(other);
    return range.start < end && start < range.end;
  });
}

/** What a day is marked with, the weightiest first; the words are for those who do not see it. */
export interface Mark {
  readonly kind: "confirmed" | "pencil" | "hold" | "off";
  readonly words: string;
}

const WEIGHT = ["off", "confirmed", "pencil", "hold"] as const;

/** Marks by day; `names` gives the name of a project. */
export function marksByDay(
  own: readonly FullBooking[],
  timesOff: readonly TimeOff[],
  zone: string,
  names: (projectId: string | null) => string | undefined,
): ReadonlyMap<string, readonly Mark[]> {
  const marks = new Map<string, Mark[]>();
  const add = ({ first, last }: Days, mark: Mark): void => {
    for (let number = numberOf(first); number <= numberOf(last); number++) {
      const day = dayOf(number);
      marks.set(day, [...(marks.get(day) ?? []), mark]);
    }
  };
  for (const booking of own) {
    const { status } = booking;
    if (status !== "hold" && status !== "pencil" && status !== "confirmed") continue;
    const name = bookingName(booking.title, names(booking.project_id));
    add(daysOf(booking, zone), { kind: status, words: `${name}, ${statusWord(status).toLowerCase()}` });
  }
  for (const off of timesOff) {
    add(daysOf(off, zone), { kind: "off", words: off.state === "approved" ? "time off" : "time off asked for" });
  }
  for (const list of marks.values()) list.sort((a, b) => WEIGHT.indexOf(a.kind) - WEIGHT.indexOf(b.kind));
  return marks;
}

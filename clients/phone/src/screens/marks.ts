// What stands on each day, for the calendars.
import { useMemo } from "preact/hooks";

import { rangeOf, type FullBooking, type TimeOff } from "@production-tool/shared";
import { bookingName, statusWord } from "@production-tool/web/studio/words";
import { wallClock } from "@production-tool/web/lib/time";

import { useOwn, useTimesOff } from "../live/bookings.ts";
import { useLive, useZone } from "../live/live.ts";
import { useNow } from "../time/now.ts";
import { numberOf, dayOf, type Days } from "../time/days.ts";
import { daysOf } from "../time/ranges.ts";
import type { Mark } from "../ui/month.tsx";

const NONE: readonly Mark[] = [];
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

export function useMarks(): (day: string) => readonly Mark[] {
  const own = useOwn();
  const timesOff = useTimesOff();
  const zone = useZone();
  const projects = useLive((state) => state.projects);
  const marks = useMemo(
    () => marksByDay(own, timesOff, zone, (id) => projects.get(id ?? "")?.name),
    [own, timesOff, zone, projects],
  );
  return (day) => marks.get(day) ?? NONE;
}

/** The day it is in the artist's zone. */
export function useToday(): string {
  const zone = useZone();
  return wallClock(useNow(60_000), zone).date;
}

/** Bookings and time off that touch the days. */
export function touching<T extends { readonly start: string; readonly end: string }>(
  items: readonly T[],
  days: Days,
  zone: string,
): readonly T[] {
  return items
    .filter((item) => {
      const { first, last } = daysOf(item, zone);
      return first <= days.last && days.first <= last;
    })
    .sort((a, b) => rangeOf(a).start - rangeOf(b).start);
}

// What stands on each day, for the calendars.
import { useMemo } from "preact/hooks";

import { rangeOf } from "@production-tool/shared";
import { wallClock } from "@production-tool/web/lib/time";

import { useOwn, useTimesOff } from "../live/bookings.ts";
import { useLive, useZone } from "../live/live.ts";
import { useNow } from "../time/now.ts";
import type { Days } from "../time/days.ts";
import { daysOf } from "../time/ranges.ts";
import { marksByDay, type Mark } from "../live/sort.ts";

const NONE: readonly Mark[] = [];

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

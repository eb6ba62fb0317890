// Where so many working days of an artist lie when they begin at a moment: what a phase dropped on a row takes.
import type { Artist } from "@production-tool/shared";

import { intervalsOf, parseWeek } from "../gantt/time/working.ts";
import { clockFor } from "../gantt/time/zone.ts";
import type { Weekday } from "../gantt/types.ts";
import { DAY } from "../lib/time.ts";
import type { Range } from "./seats.ts";

/** Of somebody who hardly ever works nothing is looked for beyond two years. */
const MOST_DAYS = 732;

/** Whole days from midnight to midnight where the artist lives, the last one perhaps half; null where there are none. */
export function workingDays(artist: Artist, at: number, days: number, closed: readonly Range[] = []): Range | null {
  const clock = clockFor(artist.zone);
  const week = parseWeek((artist.working_hours ?? []).map(({ day, ...span }) => ({ day: day as Weekday, ...span })));
  const unknown = week.days.every((day) => day.length === 0);
  let start: number | null = null;
  let left = days;
  let midnight = Math.floor(clock.toLocal(at) / DAY) * DAY;
  for (let count = 0; count < MOST_DAYS; count += 1, midnight += DAY) {
    const [from, until] = [clock.fromLocal(midnight), clock.fromLocal(midnight + DAY)];
    const works = unknown || intervalsOf(week, midnight).length > 0;
    if (!works || closed.some((off) => off.start < until && from < off.end)) continue;
    start ??= from;
    if (left <= 1) return { start, end: left <= 0.5 ? clock.fromLocal(midnight + DAY / 2) : until };
    left -= 1;
  }
  return null;
}

/** How many working days of the artist a range touches, at least one. */
export function daysWithin(artist: Artist, { start, end }: Range): number {
  const clock = clockFor(artist.zone);
  const week = parseWeek((artist.working_hours ?? []).map(({ day, ...span }) => ({ day: day as Weekday, ...span })));
  let found = 0;
  for (let midnight = Math.floor(clock.toLocal(start) / DAY) * DAY; clock.fromLocal(midnight) < end; midnight += DAY) {
    if (intervalsOf(week, midnight).length > 0) found += 1;
  }
  return Math.max(1, found);
}

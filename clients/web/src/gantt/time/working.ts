/** Owns working hours: a week's intervals of a row, parsed once, and the spans they give on a day. */
import type { WorkingInterval } from "../types.ts";
import { DAY, HOUR, MINUTE, weekdayOf, type ZoneClock } from "./zone.ts";

/** Per weekday, pairs of milliseconds since midnight: `[start, end, start, end, …]`, sorted. */
export interface WorkingWeek {
  readonly days: readonly (readonly number[])[];
  /** True where it is Monday to Friday and neither weekend day: the plain weekend shading fits. */
  readonly plain: boolean;
}

function millisOf(clockFace: string): number {
  const [hours, minutes] = clockFace.split(":");
  return Number(hours) * HOUR + Number(minutes ?? 0) * MINUTE;
}

export function parseWeek(intervals: readonly WorkingInterval[]): WorkingWeek {
  const days: number[][] = [[], [], [], [], [], [], []];
  const sorted = [...intervals].sort((a, b) => millisOf(a.start) - millisOf(b.start));
  for (const interval of sorted) {
    const start = millisOf(interval.start);
    const end = millisOf(interval.end) || DAY;
    if (end > start) days[interval.day]?.push(start, end);
  }
  const plain = days.every((day, index) => day.length > 0 === index < 5);
  return { days, plain };
}

/** The intervals of the weekday that begins at `midnight` (a local number). */
export function intervalsOf(week: WorkingWeek, midnight: number): readonly number[] {
  return week.days[weekdayOf(midnight)] ?? [];
}

/** The first working instant of a local day, or its start where nobody works. */
export function dayOpens(week: WorkingWeek, clock: ZoneClock, midnight: number): number {
  return clock.fromLocal(midnight + (intervalsOf(week, midnight)[0] ?? 0));
}

/** The last working instant of a local day, or its end where nobody works. */
export function dayCloses(week: WorkingWeek, clock: ZoneClock, midnight: number): number {
  return clock.fromLocal(midnight + (intervalsOf(week, midnight).at(-1) ?? DAY));
}

/** Working milliseconds within `[start, end)`: what a range costs the artist. */
export function workingMs(week: WorkingWeek, clock: ZoneClock, start: number, end: number): number {
  let total = 0;
  const last = clock.toLocal(end);
  for (let midnight = Math.floor(clock.toLocal(start) / DAY) * DAY; midnight < last; midnight += DAY) {
    const spans = intervalsOf(week, midnight);
    for (let at = 0; at + 1 < spans.length; at += 2) {
      const from = Math.max(start, clock.fromLocal(midnight + (spans[at] as number)));
      const until = Math.min(end, clock.fromLocal(midnight + (spans[at + 1] as number)));
      if (until > from) total += until - from;
    }
  }
  return total;
}

// The studio's working time as a line that can be measured: phases take time by it, and so does what lies between.
import type { WorkingHours } from "@production-tool/shared";

import { parseWeek, intervalsOf } from "../gantt/time/working.ts";
import { clockFor, DAY } from "../gantt/time/zone.ts";
import type { Weekday } from "../gantt/types.ts";

/** Milliseconds of work since the calendar's beginning. */
export type WorkTime = number;

export interface WorkCalendar {
  /** How much work lies before an instant. */
  at(instant: number): WorkTime;
  /** The instant at which work of that measure begins: never an evening where the next morning will do. */
  begins(time: WorkTime): number;
  /** The instant at which work of that measure ends: never a morning where the evening before will do. */
  ends(time: WorkTime): number;
}

/** Covers `[from, until)`; beyond it every hour is work, which only matters for plans of centuries. */
export function workCalendar(hours: readonly WorkingHours[], zone: string, from: number, until: number): WorkCalendar {
  const week = parseWeek(hours.map(({ day, start, end }) => ({ day: day as Weekday, start, end })));
  const clock = clockFor(zone);
  const starts: number[] = [];
  const lengths: number[] = [];
  const sums: number[] = [];
  let sum = 0;
  for (let midnight = Math.floor(clock.toLocal(from) / DAY) * DAY; midnight < clock.toLocal(until); midnight += DAY) {
    const spans = intervalsOf(week, midnight);
    for (let index = 0; index + 1 < spans.length; index += 2) {
      const opens = clock.fromLocal(midnight + (spans[index] ?? 0));
      const closes = clock.fromLocal(midnight + (spans[index + 1] ?? 0));
      if (closes <= opens) continue;
      starts.push(opens);
      lengths.push(closes - opens);
      sums.push(sum);
      sum += closes - opens;
    }
  }
  const first = starts[0] ?? from;
  const last = (starts.at(-1) ?? from) + (lengths.at(-1) ?? 0);

  function indexAt(instant: number): number {
    return lastAtMost(starts, instant);
  }

  return {
    at(instant) {
      const index = indexAt(instant);
      if (index < 0) return instant - first;
      const into = Math.min(lengths[index] ?? 0, instant - (starts[index] ?? 0));
      return (sums[index] ?? 0) + into + Math.max(0, instant - last) * Number(index === starts.length - 1);
    },
    begins(time) {
      if (time < 0 || starts.length === 0) return first + time;
      if (time >= sum) return last + (time - sum);
      const index = lastAtMost(sums, time);
      return (starts[index] ?? first) + (time - (sums[index] ?? 0));
    },
    ends(time) {
      if (time <= 0 || starts.length === 0) return first + time;
      if (time > sum) return last + (time - sum);
      const index = lastBelow(sums, time);
      return (starts[index] ?? first) + (time - (sums[index] ?? 0));
    },
  };
}

function search(values: readonly number[], goesOn: (value: number) => boolean): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (goesOn(values[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function lastAtMost(values: readonly number[], limit: number): number {
  return search(values, (value) => value <= limit);
}

function lastBelow(values: readonly number[], limit: number): number {
  return search(values, (value) => value < limit);
}

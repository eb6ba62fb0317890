// How far bookings are moved, and where that takes them: calendar days, weeks, or an artist's working days.
import type { WorkingHours } from "@production-tool/shared";

import { addDays, DAY } from "../lib/time.ts";
import { clockFor } from "../gantt/time/zone.ts";

export type ShiftUnit = "days" | "working_days" | "weeks";

export interface Shift {
  /** Whole; later where positive. */
  readonly by: number;
  readonly unit: ShiftUnit;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Nobody is moved further than this. */
export const FURTHEST_DAYS = 3660;

/** Monday is 0, as in working hours. */
function weekdayOf(localDay: number): number {
  return (((localDay / DAY + 3) % 7) + 7) % 7;
}

/** The local midnight `by` working days from another one; without working days every day is one. */
function workingDay(localDay: number, by: number, days: ReadonlySet<number>): number {
  const step = by < 0 ? -DAY : DAY;
  let day = localDay;
  for (let left = Math.abs(by); left > 0; ) {
    day += step;
    if (days.size === 0 || days.has(weekdayOf(day))) left -= 1;
  }
  return day;
}

/**
 * The range moved by working days: its first and its last day go the same number of working days, and
 * both ends keep their clocks, so that it holds as much work as before.
 */
function byWorkingDays({ start, end }: Span, by: number, zone: string, hours: readonly WorkingHours[]): Span {
  const clock = clockFor(zone);
  const days = new Set(hours.map(({ day }) => day));
  const shifted = (instant: number, inside: number): number => {
    const local = clock.toLocal(instant);
    const day = Math.floor(inside / DAY) * DAY;
    return clock.fromLocal(workingDay(day, by, days) + (local - day));
  };
  const from = shifted(start, clock.toLocal(start));
  const until = shifted(end, clock.toLocal(end) - 1);
  return { start: from, end: Math.max(until, from + 60_000) };
}

/** Where a range comes to lie. `zone` is the studio's; working days are those of the artist's week. */
export function shifted(
  span: Span,
  { by, unit }: Shift,
  zone: string,
  artist: { readonly zone: string; readonly working_hours?: readonly WorkingHours[] } | undefined,
): Span {
  if (unit === "working_days") return byWorkingDays(span, by, artist?.zone ?? zone, artist?.working_hours ?? []);
  const days = unit === "weeks" ? by * 7 : by;
  return { start: addDays(span.start, days, zone), end: addDays(span.end, days, zone) };
}

/** A whole number of days that is not none and not beyond reason, or null. */
export function readShift(text: string, unit: ShiftUnit): Shift | null {
  const by = Number(text.trim().replace("−", "-"));
  const days = Math.abs(unit === "weeks" ? by * 7 : by);
  if (text.trim() === "" || !Number.isInteger(by) || by === 0 || days > FURTHEST_DAYS) return null;
  return { by, unit };
}

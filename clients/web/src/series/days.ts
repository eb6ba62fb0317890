// The days a pattern falls on, told before it is placed; holidays are left out by the server alone.
import type { Pattern } from "@production-tool/shared";

const DAY = 86_400_000;

/** As many as one series may have. */
export const MOST_OCCURRENCES = 366;

function dayOf(date: string): number {
  return Date.parse(`${date}T00:00Z`);
}

function dateOf(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}

/** Monday is 0. */
export function weekdayOf(date: string): number {
  return (((dayOf(date) / DAY + 3) % 7) + 7) % 7;
}

/** Days of a weekly or daily pattern as dates, in order, at most as many as a series may have. */
export function daysOf(pattern: Pattern): string[] {
  const { first, interval = 1, count = null, until = null, except_days: except = [] } = pattern;
  if (Number.isNaN(dayOf(first)) || (count === null) === (until === null)) return [];
  const left = new Set(except);
  const days: string[] = [];
  let made = 0;
  for (const day of candidates(pattern, interval)) {
    const date = dateOf(day);
    if (until !== null && date > until) break;
    if (count !== null && made >= count) break;
    made += 1;
    if (!left.has(date)) days.push(date);
    if (days.length >= MOST_OCCURRENCES) break;
  }
  return days;
}

function* candidates({ first, freq = "weekly", weekdays = [] }: Pattern, interval: number): Generator<number> {
  const from = dayOf(first);
  if (freq === "daily") {
    for (let day = from; ; day += interval * DAY) yield day;
  }
  if (freq === "monthly") {
    const start = new Date(from);
    for (let step = 0; step < 600; step += interval) {
      const day = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + step, start.getUTCDate());
      // Months without that day are left out.
      if (new Date(day).getUTCDate() === start.getUTCDate()) yield day;
    }
    return;
  }
  const wanted = weekdays.length > 0 ? [...new Set(weekdays)].sort((a, b) => a - b) : [weekdayOf(first)];
  const monday = from - weekdayOf(first) * DAY;
  for (let week = monday; ; week += interval * 7 * DAY) {
    for (const weekday of wanted) if (week + weekday * DAY >= from) yield week + weekday * DAY;
  }
}

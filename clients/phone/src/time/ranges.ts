// Between ranges of instants and the days they fall on for somebody in a zone.
import { rangeOf, type Range } from "@production-tool/shared";
import { instantOf, offsetAt, wallClock } from "@production-tool/web/lib/time";

import { plus, type Days } from "./days.ts";

interface Ranged {
  readonly start: string;
  readonly end: string;
}

/** The days a half-open range touches; one that ends at midnight does not touch the day that begins. */
export function daysOf(ranged: Ranged, zone: string): Days {
  const { start, end } = rangeOf(ranged);
  return { first: wallClock(start, zone).date, last: wallClock(Math.max(start, end - 1), zone).date };
}

/** Whole days as a half-open range, or null where the zone has no such days. */
export function wholeDays({ first, last }: Days, zone: string): Range | null {
  return rangeAt(first, "00:00", plus(last, 1), "00:00", zone);
}

/** Other days with the clock times of `asked`: from ten to six stays from ten to six. */
export function sameClock(asked: Ranged, { first, last }: Days, zone: string): Range | null {
  const { start, end } = rangeOf(asked);
  const ends = wallClock(end, zone).time;
  const lastDay = ends === "00:00" ? plus(last, 1) : last;
  return rangeAt(first, wallClock(start, zone).time, lastDay, ends, zone);
}

function rangeAt(from: string, fromTime: string, to: string, toTime: string, zone: string): Range | null {
  const start = instantOf({ date: from, time: fromTime }, zone);
  const end = instantOf({ date: to, time: toTime }, zone);
  return start === null || end === null || start >= end ? null : { start, end };
}

/** Whether clocks in both zones show the same over the range, so that naming both would only confuse. */
export function sameTime(range: Range, a: string, b: string): boolean {
  return offsetAt(range.start, a) === offsetAt(range.start, b) && offsetAt(range.end, a) === offsetAt(range.end, b);
}

/** The hours of one day that a range takes, in the zone's clock; null where it takes the whole day. */
export function hoursOnDay(ranged: Ranged, day: string, zone: string): string | null {
  const { start, end } = rangeOf(ranged);
  const from = wallClock(start, zone);
  const to = wallClock(end, zone);
  const begins = from.date === day && from.time !== "00:00";
  const ends = to.date === day && to.time !== "00:00";
  if (begins && ends) return `${from.time} – ${to.time}`;
  if (begins) return `from ${from.time}`;
  return ends ? `until ${to.time}` : null;
}

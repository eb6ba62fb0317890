/**
 * Owns where edges may come to rest: a step per zoom, wall-clock grids, whole working days at
 * coarse zooms, and magnets.
 *
 * Up to an hour edges go onto the wall-clock grid. Above it they travel by whole steps and keep
 * their time of day: a booking from 09:00 dragged in the month view still begins at 09:00.
 */
import { dayCloses, dayOpens, intervalsOf, type WorkingWeek } from "./working.ts";
import { DAY, HOUR, MINUTE, WEEK, weekdayOf, type ZoneClock } from "./zone.ts";

/** Domain limits: whole seconds, at most 366 days. */
export const LONGEST = 366 * DAY;
export const SHORTEST = 15 * MINUTE;
/** With Alt held, edges still rest on whole minutes: nobody means seconds. */
export const FREE_STEP = MINUTE;

/** The grid one sees is the grid one snaps to: where the axis shows hours, parts of hours; else days. */
export function stepFor(pxPerDay: number): number {
  if (pxPerDay >= 2304) return 5 * MINUTE;
  if (pxPerDay >= 1080) return 15 * MINUTE;
  if (pxPerDay >= 380) return 30 * MINUTE;
  if (pxPerDay >= 250) return HOUR;
  return pxPerDay >= 7 ? DAY : WEEK;
}

/** At day steps, half days are offered from this scale on: their edges are some 20 px apart. */
const HALF_DAYS = 80;

export function offersHalfDays(pxPerDay: number): boolean {
  return stepFor(pxPerDay) === DAY && pxPerDay >= HALF_DAYS;
}

/**
 * Where a working day parts into halves: at its break where it has one, else in its middle,
 * rounded down to the hour (09:00 to 18:00 parts at 13:00).
 */
export function middleOf(spans: readonly number[], edge: "start" | "end"): number {
  if (spans.length >= 4) return spans[edge === "start" ? 2 : 1] as number;
  const [open, close] = [spans[0] ?? 0, spans[1] ?? DAY];
  return Math.floor((open + close) / 2 / HOUR) * HOUR;
}

/**
 * Adds the edges of half days around an instant to `out` from `count` on; gives the new count.
 * A start begins a half day, an end closes one.
 */
export function halfDayEdges(
  week: WorkingWeek,
  clock: ZoneClock,
  time: number,
  edge: "start" | "end",
  out: number[],
  count: number,
): number {
  const today = Math.floor(clock.toLocal(time) / DAY) * DAY;
  let at = count;
  for (let midnight = today - DAY; midnight <= today + DAY; midnight += DAY) {
    const spans = intervalsOf(week, midnight);
    if (spans.length === 0) continue;
    const outer = edge === "start" ? spans[0] : spans.at(-1);
    out[at++] = clock.fromLocal(midnight + (outer as number));
    out[at++] = clock.fromLocal(midnight + middleOf(spans, edge));
  }
  return at;
}

export function roundTo(clock: ZoneClock, time: number, step: number): number {
  return clock.fromLocal(Math.round(clock.toLocal(time) / step) * step);
}

export function floorTo(clock: ZoneClock, time: number, step: number): number {
  return clock.fromLocal(Math.floor(clock.toLocal(time) / step) * step);
}

export function ceilTo(clock: ZoneClock, time: number, step: number): number {
  return clock.fromLocal(Math.ceil(clock.toLocal(time) / step) * step);
}

/** Where an edge that was at `origin` rests when the hand has it at `raw`. */
export function snapEdge(clock: ZoneClock, origin: number, raw: number, step: number): number {
  if (step <= HOUR) return roundTo(clock, raw, step);
  const from = clock.toLocal(origin);
  const travelled = Math.round((clock.toLocal(raw) - from) / step) * step;
  return clock.shift(origin, travelled);
}

/** The candidate nearest to `time` within `reach` ms, or NaN. */
export function magnet(time: number, candidates: readonly number[], count: number, reach: number): number {
  let best = Number.NaN;
  let distance = reach;
  for (let at = 0; at < count; at += 1) {
    const candidate = candidates[at] as number;
    const away = Math.abs(candidate - time);
    if (away <= distance) {
      distance = away;
      best = candidate;
    }
  }
  return best;
}

export interface Range {
  start: number;
  end: number;
}

/** The row's own calendar day that a column of the shown zone stands for. */
function rowMidnight(shown: ZoneClock, row: ZoneClock, time: number): number {
  const midday = shown.startOfDay(time) + DAY / 2;
  return Math.floor(row.toLocal(midday) / DAY) * DAY;
}

function weekSpan(week: WorkingWeek, row: ZoneClock, midnight: number, out: Range): void {
  const monday = midnight - weekdayOf(midnight) * DAY;
  let first = 0;
  let last = 6;
  while (first < 6 && intervalsOf(week, monday + first * DAY).length === 0) first += 1;
  while (last > first && intervalsOf(week, monday + last * DAY).length === 0) last -= 1;
  out.start = Math.min(out.start, dayOpens(week, row, monday + first * DAY));
  out.end = Math.max(out.end, dayCloses(week, row, monday + last * DAY));
}

/**
 * The range a new booking takes when it is drawn from one instant to another.
 * At day and week steps it runs from the opening of the first day to the close of the last.
 */
export function createdRange(
  shown: ZoneClock,
  row: ZoneClock,
  week: WorkingWeek,
  anchor: number,
  pointer: number,
  step: number,
  out: Range,
): Range {
  const low = Math.min(anchor, pointer);
  const high = Math.max(anchor, pointer);
  if (step <= HOUR) {
    out.start = floorTo(shown, low, step);
    out.end = Math.max(ceilTo(shown, high, step), out.start + Math.max(step, SHORTEST));
  } else if (step === DAY) {
    out.start = dayOpens(week, row, rowMidnight(shown, row, low));
    out.end = dayCloses(week, row, rowMidnight(shown, row, high));
  } else {
    out.start = Number.POSITIVE_INFINITY;
    out.end = Number.NEGATIVE_INFINITY;
    weekSpan(week, row, rowMidnight(shown, row, low), out);
    weekSpan(week, row, rowMidnight(shown, row, high), out);
  }
  out.end = Math.min(out.end, out.start + LONGEST);
  return out;
}

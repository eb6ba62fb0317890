/** Owns the division of the time axis: which two levels a scale shows, and where their cells begin. */
import { type Civil, civilOf, DAY, HOUR, localOf, WEEK, weekdayOf, type ZoneClock } from "./zone.ts";

export type TickUnit = "hour" | "day" | "week" | "month" | "quarter" | "year";

export interface TickLevel {
  readonly unit: TickUnit;
  /** Cells span this many units; only hours use more than one. */
  readonly count: number;
}

export interface AxisLevels {
  /** Upper header line: context. */
  readonly major: TickLevel;
  /** Lower header line: the cells one reads. */
  readonly minor: TickLevel;
}

const level = (unit: TickUnit, count = 1): TickLevel => ({ unit, count });

/** From the widest scale down: the first whose threshold is met applies. */
const LADDER: readonly { readonly atLeast: number; readonly levels: AxisLevels }[] = [
  { atLeast: 1080, levels: { major: level("day"), minor: level("hour", 1) } },
  { atLeast: 560, levels: { major: level("day"), minor: level("hour", 2) } },
  { atLeast: 380, levels: { major: level("day"), minor: level("hour", 3) } },
  { atLeast: 250, levels: { major: level("day"), minor: level("hour", 6) } },
  { atLeast: 66, levels: { major: level("week"), minor: level("day") } },
  { atLeast: 18, levels: { major: level("month"), minor: level("day") } },
  { atLeast: 7, levels: { major: level("month"), minor: level("week") } },
  { atLeast: 1.3, levels: { major: level("year"), minor: level("month") } },
  { atLeast: 0, levels: { major: level("year"), minor: level("quarter") } },
];

export function axisLevels(pxPerDay: number): AxisLevels {
  for (const rung of LADDER) if (pxPerDay >= rung.atLeast) return rung.levels;
  throw new RangeError(`expected a positive scale, got ${String(pxPerDay)}`);
}

const scratch: Civil = { year: 0, month: 0, day: 0 };

/** The start, as a local number, of the cell that holds `local`. */
export function floorTo(local: number, { unit, count }: TickLevel): number {
  switch (unit) {
    case "hour":
      return Math.floor(local / (count * HOUR)) * count * HOUR;
    case "day":
      return Math.floor(local / DAY) * DAY;
    case "week":
      return Math.floor(local / DAY) * DAY - weekdayOf(local) * DAY;
    case "month":
      civilOf(local, scratch);
      return localOf(scratch.year, scratch.month, 1);
    case "quarter":
      civilOf(local, scratch);
      return localOf(scratch.year, scratch.month - ((scratch.month - 1) % 3), 1);
    case "year":
      return localOf(civilOf(local, scratch).year, 1, 1);
  }
}

/** The start of the cell after the one that begins at `local`. */
export function nextAfter(local: number, { unit, count }: TickLevel): number {
  switch (unit) {
    case "hour":
      return local + count * HOUR;
    case "day":
      return local + DAY;
    case "week":
      return local + WEEK;
    case "month":
      civilOf(local, scratch);
      return localOf(scratch.year, scratch.month + 1, 1);
    case "quarter":
      civilOf(local, scratch);
      return localOf(scratch.year, scratch.month + 3, 1);
    case "year":
      return localOf(civilOf(local, scratch).year + 1, 1, 1);
  }
}

/** The cells of a span, refilled in place so that drawing them allocates nothing. */
export class TickList {
  /** Instants where cells begin; `starts[length]` closes the last one. */
  readonly starts: number[] = [];
  /** The same as wall clocks, for labels. */
  readonly locals: number[] = [];
  length = 0;

  fill(clock: ZoneClock, tick: TickLevel, from: number, until: number): this {
    let local = floorTo(clock.toLocal(from), tick);
    let start = clock.fromLocal(local);
    let at = 0;
    while (start < until) {
      const nextLocal = nextAfter(local, tick);
      const next = clock.fromLocal(nextLocal);
      // An hour that the change of clocks skipped has no width and gets no cell.
      if (next > start) {
        this.starts[at] = start;
        this.locals[at] = local;
        at += 1;
        start = next;
      }
      local = nextLocal;
    }
    this.starts[at] = start;
    this.length = at;
    return this;
  }
}

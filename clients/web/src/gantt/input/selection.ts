/** Owns which bars a click, a range or a lasso selects. Pure over the schedule. */
import { firstReaching, type Schedule } from "../model/schedule.ts";
import type { GanttBar } from "../types.ts";

export interface Region {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly start: number;
  readonly end: number;
}

/** Every bar that the region touches, row by row. */
export function barsWithin(schedule: Schedule, region: Region): GanttBar[] {
  const found: GanttBar[] = [];
  for (let row = region.firstRow; row <= region.lastRow; row += 1) {
    const { bars } = schedule.line(row);
    for (let at = firstReaching(schedule.line(row), region.start); at < bars.length; at += 1) {
      const bar = bars[at] as GanttBar;
      if (bar.start >= region.end) break;
      if (bar.end > region.start && bar.status !== "off") found.push(bar);
    }
  }
  return found;
}

/** Shift-click: everything in the rectangle that two bars span. */
export function barsBetween(schedule: Schedule, from: GanttBar, to: GanttBar): GanttBar[] {
  const [a, b] = [schedule.rowIndex(from.rowId), schedule.rowIndex(to.rowId)];
  return barsWithin(schedule, {
    firstRow: Math.min(a, b),
    lastRow: Math.max(a, b),
    start: Math.min(from.start, to.start),
    end: Math.max(from.end, to.end),
  });
}

export function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size !== b.size) return false;
  for (const id of a) if (!b.has(id)) return false;
  return true;
}

/** The bar of a row nearest to an instant, by its middle; prefers one that contains it. */
export function nearestInRow(schedule: Schedule, row: number, time: number): GanttBar | null {
  let best: GanttBar | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const bar of schedule.line(row).bars) {
    const away = bar.start <= time && bar.end > time ? 0 : Math.min(Math.abs(bar.start - time), Math.abs(bar.end - time));
    if (away < distance) {
      distance = away;
      best = bar;
    }
  }
  return best;
}

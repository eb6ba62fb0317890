/** Owns how full a row's weeks are: what is booked of what it works. Pure. */
import { firstReaching, type Line, type RowInfo } from "../model/schedule.ts";
import { workingMs } from "../time/working.ts";

interface Known {
  line: Line;
  readonly shares: Map<number, number | null>;
}

const known = new WeakMap<RowInfo, Known>();

/**
 * The share of working time within `[from, until)` that pencilled and confirmed work takes, or null where
 * nobody works. Days off, and time off that was approved, are no working time.
 */
export function loadOf(info: RowInfo, line: Line, from: number, until: number): number | null {
  let cached = known.get(info);
  if (cached?.line !== line) {
    cached = { line, shares: new Map() };
    known.set(info, cached);
  }
  let share = cached.shares.get(from);
  if (share === undefined) {
    share = measured(info, line, from, until);
    cached.shares.set(from, share);
  }
  return share;
}

function measured(info: RowInfo, line: Line, from: number, until: number): number | null {
  const worked = (start: number, end: number): number =>
    workingMs(info.week, info.clock, Math.max(start, from), Math.min(end, until));
  let working = worked(from, until);
  let booked = 0;
  for (const { start, end } of info.row.daysOff ?? []) if (start < until && end > from) working -= worked(start, end);
  for (let at = firstReaching(line, from); at < line.bars.length; at += 1) {
    const bar = line.bars[at];
    if (!bar || bar.start >= until) break;
    if (bar.end <= from) continue;
    if (bar.status === "off" && bar.off === "approved") working -= worked(bar.start, bar.end);
    else if (bar.status === "pencil" || bar.status === "confirmed" || bar.status === "busy") {
      booked += worked(bar.start, bar.end);
    }
  }
  return working > 0 ? Math.min(1, booked / working) : null;
}

/**
 * Owns the surface's own reading of what excludes what, used where the shell gives no
 * `conflictAt`. The server decides; this only spares people a drop that cannot succeed.
 */
import type { BarStatus, GanttBar, GanttConflict } from "../types.ts";
import { firstReaching, type Schedule } from "./schedule.ts";

/** Whether a booking of one status may not lie over a bar of the other. */
export function excludes(moving: BarStatus, standing: BarStatus, off?: GanttBar["off"]): boolean {
  // Only what is approved keeps bookings away; a request and a holiday are said, and may be overruled.
  if (standing === "off") return off === "approved";
  if (moving === "hold") return standing === "confirmed" || standing === "busy";
  return standing !== "hold";
}

function describe(blocking: readonly GanttBar[]): string {
  const first = blocking[0] as GanttBar;
  const what =
    first.status === "busy" ? "a busy time" : first.status === "off" ? "time off" : `${first.title}, ${first.status}`;
  const more = blocking.length - 1;
  return more === 0 ? `Clashes with ${what}` : `Clashes with ${what} and ${String(more)} more`;
}

export function conflictIn(
  schedule: Schedule,
  rowId: string,
  start: number,
  end: number,
  exceptIds: readonly string[],
  status: BarStatus,
): GanttConflict | null {
  const index = schedule.rowIndex(rowId);
  if (index < 0) return null;
  if (schedule.rows[index]?.row.bookable === false) return { words: "Cannot be booked" };
  const line = schedule.line(index);
  let blocking: GanttBar[] | null = null;
  for (let at = firstReaching(line, start); at < line.bars.length; at += 1) {
    const bar = line.bars[at] as GanttBar;
    if (bar.start >= end) break;
    if (bar.end > start && excludes(status, bar.status, bar.off) && !exceptIds.includes(bar.id)) {
      (blocking ??= []).push(bar);
    }
  }
  return blocking && { words: describe(blocking), blockingIds: blocking.map((bar) => bar.id) };
}

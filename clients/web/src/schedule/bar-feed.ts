// Keeps the Gantt's bars in step with the bookings: only what changed is handed over.
import type { Booking } from "@production-tool/shared";

import type { GanttBar, GanttSurface } from "../gantt/types.ts";
import { barOf, type BarContext } from "../studio/bars.ts";

type Bars = Pick<GanttSurface, "setBars" | "patchBars">;

/** What the bars are made from. The maps are immutable: the same identity means nothing changed. */
export interface BarSource extends BarContext {
  readonly bookings: ReadonlyMap<string, Booking>;
}

export interface BarFeed {
  /** Brings the surface up to date; `ids` are the bookings that changed, or whose pending mark did. */
  update(source: BarSource, ids: Iterable<string>): void;
}

export function createBarFeed(surface: Bars): BarFeed {
  let last: BarSource | null = null;

  function all(source: BarSource): void {
    const bars: GanttBar[] = [];
    for (const booking of source.bookings.values()) {
      const bar = barOf(booking, source);
      if (bar !== null) bars.push(bar);
    }
    surface.setBars(bars);
  }

  function some(source: BarSource, ids: Iterable<string>): void {
    const changed: GanttBar[] = [];
    const removed: string[] = [];
    for (const id of ids) {
      const booking = source.bookings.get(id);
      const bar = booking === undefined ? null : barOf(booking, source);
      if (bar === null) removed.push(id);
      else changed.push(bar);
    }
    if (changed.length > 0 || removed.length > 0) surface.patchBars(changed, removed);
  }

  return {
    update(source, ids) {
      const before = last;
      last = source;
      if (before === null || before.role !== source.role || before.inFocus !== source.inFocus) {
        all(source);
        return;
      }
      const stirred = new Set(ids);
      const repainted = changedIds(before.projects, source.projects);
      if (repainted.size > 0) {
        for (const booking of source.bookings.values()) {
          if ("project_id" in booking && booking.project_id !== null && repainted.has(booking.project_id)) {
            stirred.add(booking.id);
          }
        }
      }
      some(source, stirred);
    },
  };
}

/** Keys whose values differ between two immutable maps, by identity. */
function changedIds<V>(before: ReadonlyMap<string, V>, after: ReadonlyMap<string, V>): Set<string> {
  const ids = new Set<string>();
  if (before === after) return ids;
  for (const [id, value] of after) if (before.get(id) !== value) ids.add(id);
  for (const id of before.keys()) if (!after.has(id)) ids.add(id);
  return ids;
}

/** Owns what differs between the bars shown and a whole new list of them. */
import type { GanttBar } from "../types.ts";
import type { Schedule } from "./schedule.ts";

/** What a few bars have besides: compared as written, for it is small and rare. */
function sameExtras(a: GanttBar, b: GanttBar): boolean {
  return (
    a.contest === b.contest &&
    a.warning === b.warning &&
    a.off === b.off &&
    a.mark === b.mark &&
    a.draft === b.draft &&
    asWritten(a.due, b.due) &&
    asWritten(a.proposed, b.proposed) &&
    asWritten(a.segments, b.segments) &&
    asWritten(a.plan, b.plan)
  );
}

function asWritten(a: object | undefined, b: object | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));
}

function same(a: GanttBar, b: GanttBar): boolean {
  return (
    a === b ||
    (a.rowId === b.rowId &&
      a.start === b.start &&
      a.end === b.end &&
      a.version === b.version &&
      a.title === b.title &&
      a.status === b.status &&
      a.colour === b.colour &&
      a.projectName === b.projectName &&
      a.rank === b.rank &&
      (a.pending ?? false) === (b.pending ?? false) &&
      a.editable === b.editable &&
      sameExtras(a, b))
  );
}

/** A shell may hand over everything each time: only what differs costs anything. */
export function differences(
  schedule: Schedule,
  bars: readonly GanttBar[],
): { readonly changed: GanttBar[]; readonly removed: string[] } {
  const changed: GanttBar[] = [];
  const present = new Set<string>();
  for (const bar of bars) {
    present.add(bar.id);
    const shown = schedule.bar(bar.id);
    if (!shown || !same(shown, bar)) changed.push(bar);
  }
  const removed: string[] = [];
  for (const bar of schedule.bars()) if (!present.has(bar.id)) removed.push(bar.id);
  return { changed, removed };
}

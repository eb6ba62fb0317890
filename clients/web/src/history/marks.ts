// What has become other since a moment, as marks on the bars of that moment.
import type { Booking, Project } from "@production-tool/shared";

import type { GanttBar } from "../gantt/types.ts";
import { barOf, type BarContext } from "../studio/bars.ts";
import type { ChangeKind, Difference } from "./api.ts";

/** A booking out of a difference; the server's words are its own. */
function bookingIn(record: Difference["before"]): Booking | null {
  return record !== null && typeof record["id"] === "string" && "status" in record ? (record as unknown as Booking) : null;
}

const ENDED = new Set(["declined", "withdrawn", "released", "expired", "bumped", "cancelled"]);

/** What happened to a booking on the schedule: one that has ended is gone from it. */
export function changeOf({ change, after, before }: Difference): ChangeKind {
  const ended = (record: Difference["before"]): boolean => record !== null && ENDED.has(String(record["status"]));
  if (change !== "removed" && ended(after) && !ended(before)) return "removed";
  if (change !== "added" && ended(before) && !ended(after)) return "added";
  return change;
}

/** Bars as they were, each with what became of it; and those that came since. */
export function markedBars(
  bars: readonly GanttBar[],
  differences: readonly Difference[],
  context: BarContext,
): GanttBar[] {
  const changes = new Map(differences.filter(({ kind }) => kind === "booking").map((each) => [each.id, each]));
  const marked = bars.map((bar): GanttBar => {
    const difference = changes.get(bar.id);
    if (difference === undefined) return bar;
    changes.delete(bar.id);
    const mark = changeOf(difference);
    const after = bookingIn(difference.after);
    const became = mark === "moved" && after !== null ? barOf(after, context) : null;
    const ghost = became === null ? {} : { proposed: { rowId: became.rowId, start: became.start, end: became.end } };
    return { ...bar, ...ghost, mark };
  });
  for (const difference of changes.values()) {
    const after = bookingIn(difference.after);
    const bar = changeOf(difference) !== "added" || after === null ? null : barOf(after, context);
    if (bar !== null) marked.push({ ...bar, mark: "added" });
  }
  return marked;
}

export interface Counts {
  readonly added: number;
  readonly moved: number;
  readonly removed: number;
  readonly changed: number;
}

export function countsOf(differences: readonly Difference[]): Counts {
  const counts = { added: 0, moved: 0, removed: 0, changed: 0 };
  for (const each of differences) counts[changeOf(each)] += 1;
  return counts;
}

/** "Shot 12, Ada" as far as the record says it. */
export function nameOf(
  difference: Difference,
  artists: ReadonlyMap<string, { readonly name: string }>,
  projects: ReadonlyMap<string, Project>,
): string {
  const record = difference.after ?? difference.before ?? {};
  if (typeof record["name"] === "string") return record["name"];
  if (difference.kind === "dependency") return "A dependency";
  const artist = artists.get(String(record["artist_id"]))?.name ?? "An artist";
  if (difference.kind === "time_off") return `Time off, ${artist}`;
  const title = String(record["title"] ?? "").trim();
  const project = projects.get(String(record["project_id"]))?.name;
  return `${title || project || "Untitled booking"}, ${artist}`;
}

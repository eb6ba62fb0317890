/** Owns the exchange of rows while things are going on: everything that stands on a row keeps its row. */
import type { Stage } from "./stage.ts";
import type { GanttRow } from "./types.ts";

/** Says false where a drag in flight has lost a row it stood on: it must be given up. */
export function replaceRows(stage: Stage, rows: readonly GanttRow[]): boolean {
  const before = stage.schedule.rows.map((info) => info.row.id);
  stage.schedule.setRows(rows);
  const moved = (row: number): number => stage.schedule.rowIndex(before[row] ?? "");
  for (const [id, settling] of stage.settling) {
    const row = moved(settling.row);
    if (row < 0) stage.settling.delete(id);
    else stage.settling.set(id, { ...settling, row });
  }
  for (const [id, glide] of stage.glides) {
    const row = moved(glide.row);
    if (row < 0) stage.glides.delete(id);
    else stage.glides.set(id, { ...glide, row });
  }
  const focus = moved(stage.focus.row);
  if (focus >= 0) stage.focus.row = focus;
  stage.hover = { kind: "nothing" };
  return moveSession(stage, moved);
}

function moveSession(stage: Stage, moved: (row: number) => number): boolean {
  for (const item of stage.session?.items ?? []) {
    item.originRow = moved(item.originRow);
    item.row = moved(item.row);
    if (item.originRow < 0 || item.row < 0) {
      stage.session = null;
      return false;
    }
  }
  return true;
}

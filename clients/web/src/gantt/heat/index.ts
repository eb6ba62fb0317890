/** Owns the heat of rows: a line under each week as long and as strong as the week is full, figures where one looks. */
import type { Context } from "../draw/shapes.ts";
import { crisp, pill } from "../draw/shapes.ts";
import type { Stage } from "../stage.ts";
import { type TickLevel, TickList } from "../time/ticks.ts";
import type { HeatParts } from "../types.ts";
import { AXIS_HEIGHT, READABLE } from "../view/viewport.ts";
import { loadOf } from "./load.ts";

const WEEK: TickLevel = { unit: "week", count: 1 };
/** Weeks that are drawn narrower say nothing. */
const NARROWEST = 16;
/** Weeks that are drawn wider show their bookings well enough; their line comes where one looks. */
const WIDEST = 500;
const THICK = 2;
const weeks = new TickList();

function percent(share: number): string {
  return `${String(Math.round(share * 100))} %`;
}

/** Whether the row is looked at: its name is under the pointer, or the keyboard is on it. */
function regarded({ hover, focus, focusShown }: Stage, row: number): boolean {
  return (hover.kind === "header" && hover.row === row) || (focusShown && focus.row === row);
}

function draw(ctx: Context, stage: Stage, dpr: number): void {
  const { viewport, schedule, shown } = stage;
  if (viewport.rowScale < READABLE || viewport.pxPerDay * 7 < NARROWEST) return;
  weeks.fill(shown, WEEK, viewport.left, viewport.right);
  ctx.save();
  ctx.beginPath();
  ctx.rect(viewport.headerWidth, AXIS_HEIGHT, viewport.bodyWidth, viewport.bodyHeight);
  ctx.clip();
  for (let row = Math.max(0, viewport.firstRow); row <= viewport.lastRow; row += 1) {
    const info = schedule.rows[row];
    if (!info) continue;
    const line = schedule.line(row);
    const told = regarded(stage, row);
    if (!told && viewport.pxPerDay * 7 > WIDEST) continue;
    const y = crisp(viewport.topOf(row) + viewport.heightOf(row), dpr) - THICK - 2;
    for (let at = 0; at < weeks.length; at += 1) {
      const [from, until] = [weeks.starts[at] as number, weeks.starts[at + 1] as number];
      const share = loadOf(info, line, from, until);
      if (share !== null) drawWeek(ctx, stage, share, { x: viewport.xOf(from), until: viewport.xOf(until), y, told });
    }
  }
  ctx.restore();
}

interface Place {
  readonly x: number;
  readonly until: number;
  readonly y: number;
  readonly told: boolean;
}

function drawWeek(ctx: Context, { viewport, shop, fonts, ruler }: Stage, share: number, { x, until, y, told }: Place): void {
  const { palette } = shop;
  ctx.fillStyle = palette.inkSoft;
  ctx.globalAlpha = 0.25 + 0.45 * share;
  ctx.fillRect(x + 2, y, (until - x - 4) * share, THICK);
  ctx.globalAlpha = 1;
  if (!told) return;
  const words = percent(share);
  const width = ruler.width(words, fonts.tiny) + 12;
  // Of a week that has begun beyond the left edge the figure stays in sight while there is room for it.
  const left = Math.max(x, viewport.headerWidth) + 3;
  if (left + width > until) return;
  ctx.font = fonts.tiny;
  ctx.textBaseline = "middle";
  pill(ctx, words, left, y - 12, width, 15, palette.inkSoft, palette.surface);
}

/** "23 Nov: 80 %" for each week in sight. */
function words({ viewport, schedule, shown, labels }: Stage, row: number): string {
  const info = schedule.rows[row];
  if (!info) return "";
  const said: string[] = [];
  weeks.fill(shown, WEEK, viewport.left, viewport.right);
  for (let at = 0; at < weeks.length; at += 1) {
    const share = loadOf(info, schedule.line(row), weeks.starts[at] as number, weeks.starts[at + 1] as number);
    if (share !== null) said.push(`week of ${labels.minor("week", weeks.locals[at] as number, true)}: ${percent(share)}`);
  }
  return said.length === 0 ? "" : `Booked in the ${said.join(", ")}`;
}

export const HEAT: HeatParts = { draw, words };

/** Owns the dates an artist proposes instead: a ghost of the booking there, and a line that leads to it. */
import type { Stage } from "../stage.ts";
import type { GanttBar } from "../types.ts";
import { AXIS_HEIGHT, READABLE } from "../view/viewport.ts";
import { glyph } from "./glyphs.ts";
import { type Context, crisp, roundedPath, strokeBox } from "./shapes.ts";

const DASH = [2, 3];
const NO_DASH: number[] = [];

export function drawProposals(ctx: Context, stage: Stage, dpr: number): void {
  const { viewport, schedule } = stage;
  if (schedule.proposed.size === 0) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(viewport.headerWidth, AXIS_HEIGHT, viewport.bodyWidth, viewport.bodyHeight);
  ctx.clip();
  for (const id of schedule.proposed) {
    const bar = schedule.bar(id);
    const own = bar ? schedule.rowIndex(bar.rowId) : -1;
    const row = bar?.proposed?.rowId === undefined ? own : schedule.rowIndex(bar.proposed.rowId);
    if (!bar?.proposed || row < 0 || own < 0) continue;
    if (Math.max(row, own) < viewport.firstRow || Math.min(row, own) > viewport.lastRow) continue;
    if (Math.max(bar.end, bar.proposed.end) < viewport.left) continue;
    if (Math.min(bar.start, bar.proposed.start) > viewport.right) continue;
    drawProposal(ctx, stage, bar, bar.proposed, row, dpr);
  }
  ctx.restore();
}

function drawProposal(
  ctx: Context,
  stage: Stage,
  bar: GanttBar,
  to: { readonly start: number; readonly end: number },
  row: number,
  dpr: number,
): void {
  const { viewport, shop, schedule } = stage;
  const { palette } = shop;
  const x = crisp(viewport.xOf(to.start), dpr);
  const width = Math.max(4, viewport.xOf(to.end) - x - 1);
  const y = crisp(viewport.laneTop(row, Math.max(0, schedule.landingLane(row, to.start, to.end, ""))), dpr);
  const height = viewport.laneHeight;
  const colour = shop.readable(bar.colour);
  drawLead(ctx, stage, bar, x, x + width, y + height / 2, colour);
  roundedPath(ctx, x, y, width, height, 6);
  ctx.globalAlpha = 0.8;
  ctx.fillStyle = palette.surface;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.75;
  ctx.setLineDash(DASH);
  strokeBox(ctx, x, y, width, height, 6, 1);
  ctx.setLineDash(NO_DASH);
  if (viewport.rowScale >= READABLE) {
    drawWords(ctx, stage, bar.mark === undefined ? "Proposed" : "Now", x, width, y + height / 2, colour);
  }
}

/** From the booking's nearer end to the ghost's. */
function drawLead(ctx: Context, stage: Stage, bar: GanttBar, left: number, right: number, y: number, colour: string): void {
  const { viewport, schedule } = stage;
  const later = (left + right) / 2 > viewport.xOf((bar.start + bar.end) / 2);
  const from = viewport.xOf(later ? bar.end : bar.start);
  const to = later ? left : right;
  const row = schedule.rowIndex(bar.rowId);
  const fromY = viewport.laneTop(row, Math.max(0, schedule.laneOf(bar))) + viewport.laneHeight / 2;
  if (fromY === y && (later ? to <= from : to >= from)) return;
  ctx.beginPath();
  ctx.moveTo(from, fromY);
  ctx.lineTo(to, y);
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5;
  ctx.setLineDash(DASH);
  ctx.stroke();
  ctx.setLineDash(NO_DASH);
}

function drawWords(ctx: Context, stage: Stage, said: string, x: number, width: number, middle: number, colour: string): void {
  const { viewport, ruler, fonts, shop } = stage;
  const from = Math.max(x, viewport.headerWidth) + 7;
  const until = Math.min(x + width, viewport.width) - 5;
  if (until - from < 14) return;
  glyph(ctx, "proposal", from - 1, middle - 6, 12, colour);
  const words = ruler.fit(said, fonts.small, until - from - 16);
  ctx.font = fonts.small;
  ctx.textBaseline = "middle";
  ctx.fillStyle = shop.palette.ink;
  ctx.fillText(words, from + 15, middle + 0.5);
}

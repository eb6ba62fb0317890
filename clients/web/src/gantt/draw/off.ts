/** Owns time off on the rows: a band as high as the row, hatched against the bars' grain, with its words. */
import { firstReaching } from "../model/schedule.ts";
import type { Stage } from "../stage.ts";
import type { GanttBar } from "../types.ts";
import { LANE, ROW_PAD } from "../view/layout.ts";
import { AXIS_HEIGHT, READABLE } from "../view/viewport.ts";
import { type Context, crisp, Hatches, hatchPhase, strokeBox } from "./shapes.ts";

const hatches = new Hatches(-1);
const DASH = [5, 4];
const NO_DASH: number[] = [];

export function drawOff(ctx: Context, stage: Stage, dpr: number): void {
  const { viewport, schedule } = stage;
  const last = viewport.lastRow;
  ctx.save();
  ctx.beginPath();
  ctx.rect(viewport.headerWidth, AXIS_HEIGHT, viewport.bodyWidth, viewport.bodyHeight);
  ctx.clip();
  for (let row = Math.max(0, viewport.firstRow); row <= last; row += 1) {
    drawDaysOff(ctx, stage, row, dpr);
    const line = schedule.line(row);
    for (let at = firstReaching(line, viewport.left); at < line.bars.length; at += 1) {
      const bar = line.bars[at] as GanttBar;
      if (bar.start >= viewport.right) break;
      if (bar.status === "off" && bar.end > viewport.left) drawBand(ctx, stage, bar, row, dpr);
    }
  }
  ctx.restore();
}

/** Public holidays and closing days: the ground of a weekend, a hatch that falls, and their name. */
function drawDaysOff(ctx: Context, stage: Stage, row: number, dpr: number): void {
  const { viewport, schedule, shop } = stage;
  for (const { start, end, name } of schedule.rows[row]?.row.daysOff ?? []) {
    if (end <= viewport.left) continue;
    if (start >= viewport.right) return;
    const left = crisp(Math.max(viewport.xOf(start), viewport.headerWidth - 20), dpr);
    const right = crisp(Math.min(viewport.xOf(end), viewport.width + 20), dpr);
    const top = crisp(viewport.topOf(row), dpr);
    ctx.beginPath();
    ctx.rect(left, top, Math.max(1, right - left), Math.max(1, viewport.heightOf(row) - 1));
    ctx.fillStyle = shop.palette.off;
    ctx.fill();
    fillHatch(ctx, shop.palette.line, left, dpr);
    if (viewport.rowScale >= READABLE) drawWords(ctx, stage, name, left, right, top);
  }
}

/** What is approved is filled; what is only asked for has a dashed outline and nothing under its hatch. */
function drawBand(ctx: Context, stage: Stage, bar: GanttBar, row: number, dpr: number): void {
  const { viewport, shop } = stage;
  const { palette } = shop;
  const left = crisp(Math.max(viewport.xOf(bar.start), viewport.headerWidth - 20), dpr);
  const right = crisp(Math.min(viewport.xOf(bar.end), viewport.width + 20), dpr);
  const top = crisp(viewport.topOf(row), dpr) + 1;
  const width = Math.max(1.5, right - left);
  const height = Math.max(1, viewport.heightOf(row) - 3);
  const requested = bar.off === "requested";
  const paint = shop.paint(bar.colour, "off");
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  if (!requested) {
    ctx.fillStyle = paint.fill;
    ctx.fill();
  }
  fillHatch(ctx, paint.hatch, left, dpr);
  ctx.setLineDash(requested ? DASH : NO_DASH);
  ctx.strokeStyle = paint.edge;
  ctx.lineWidth = requested ? 1.25 : 1;
  strokeBox(ctx, left, top, width, height, 2, 0.5);
  ctx.setLineDash(NO_DASH);
  if (stage.selection.has(bar.id)) {
    ctx.strokeStyle = palette.accent;
    ctx.lineWidth = 2;
    strokeBox(ctx, left, top, width, height, 3, 1);
  }
  if (viewport.rowScale >= READABLE) drawWords(ctx, stage, bar.title, left, right, top);
}

function fillHatch(ctx: Context, colour: string, x: number, dpr: number): void {
  const pattern = hatches.pattern(ctx, colour, dpr);
  if (!pattern) return;
  const phase = hatchPhase(x);
  ctx.translate(phase, 0);
  ctx.fillStyle = pattern;
  ctx.fill();
  ctx.translate(-phase, 0);
}

/** On a ground of their own, so that the hatch does not run through the letters. */
function drawWords(ctx: Context, stage: Stage, title: string, left: number, right: number, top: number): void {
  const { ruler, fonts, viewport, shop } = stage;
  const from = Math.max(left, viewport.headerWidth) + 7;
  const words = ruler.fit(title, fonts.small, Math.min(right, viewport.width) - from - 7);
  if (words === "") return;
  const middle = top + ROW_PAD + LANE / 2 - 1;
  ctx.font = fonts.small;
  ctx.textBaseline = "middle";
  ctx.fillStyle = shop.palette.surface;
  ctx.fillRect(from - 3, middle - 8, ruler.width(words, fonts.small) + 6, 16);
  ctx.fillStyle = shop.palette.ink;
  ctx.fillText(words, from, middle + 0.5);
}

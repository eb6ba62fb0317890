/** Owns how a plan's bars look: phases with their progress, project spans, milestones as diamonds. */
import type { BarDrawing, BarLook } from "../draw/parts.ts";
import { type Context, crisp, pill, roundedPath, strokeBox } from "../draw/shapes.ts";
import { HANDLE_GAP } from "../input/hit.ts";
import type { Stage } from "../stage.ts";
import type { GanttBar } from "../types.ts";
import { READABLE } from "../view/viewport.ts";

const RADIUS = 5;
const OVERHANG = 40;
const PROGRESS = 5;

export const drawPlanBar: BarDrawing = (ctx, stage, bar, x, y, width, height, look, dpr) => {
  if (bar.status === "milestone") drawMilestone(ctx, stage, bar, x + width / 2, y, height, look);
  else {
    const left = crisp(Math.max(x, stage.viewport.headerWidth - OVERHANG), dpr);
    const right = crisp(Math.min(x + width, stage.viewport.width + OVERHANG), dpr);
    const box = Math.max(2, right - left - 1);
    if (bar.status === "summary") drawSummary(ctx, stage, bar, left, y, box, height, look);
    else drawPhase(ctx, stage, bar, { x, width }, left, y, box, height, look);
  }
};

/** A thin span with ends that point down, as plans have had it for a century. */
function drawSummary(
  ctx: Context,
  stage: Stage,
  bar: GanttBar,
  x: number,
  y: number,
  width: number,
  height: number,
  look: BarLook,
): void {
  const paint = stage.shop.paint(bar.colour, "summary");
  const top = y + height * 0.32;
  const thick = Math.max(2, height * 0.3);
  ctx.fillStyle = paint.edge;
  roundedPath(ctx, x, top, width, thick, 2);
  ctx.fill();
  const foot = Math.min(7, width / 2);
  for (const [at, way] of [
    [x, 1],
    [x + width, -1],
  ] as const) {
    ctx.beginPath();
    ctx.moveTo(at, top);
    ctx.lineTo(at + way * foot, top);
    ctx.lineTo(at, top + thick + 6);
    ctx.closePath();
    ctx.fill();
  }
  if (look.selected) outline(ctx, stage, x, y, width, height);
  if (stage.viewport.rowScale < READABLE) return;
  const words = `${String(bar.plan?.progress ?? 0)} %`;
  const { ruler, fonts, shop, viewport } = stage;
  const wide = ruler.width(words, fonts.tiny) + 12;
  const from = Math.max(x, viewport.headerWidth) + 14;
  if (wide + 28 > width) return;
  ctx.font = fonts.tiny;
  ctx.textBaseline = "middle";
  pill(ctx, words, from, top + thick / 2 - 8.5, wide, 17, shop.palette.surface, shop.palette.ink);
}

function drawPhase(
  ctx: Context,
  stage: Stage,
  bar: GanttBar,
  whole: { x: number; width: number },
  x: number,
  y: number,
  width: number,
  height: number,
  look: BarLook,
): void {
  const { shop, viewport } = stage;
  const paint = shop.paint(bar.colour, "phase");
  const critical = bar.plan?.critical === true;
  if (look.lifted) {
    ctx.shadowColor = shop.palette.shadow;
    ctx.shadowBlur = 14;
    ctx.shadowOffsetY = 4;
  }
  roundedPath(ctx, x, y, width, height, RADIUS);
  ctx.fillStyle = paint.fill;
  ctx.fill();
  ctx.shadowColor = "transparent";
  ctx.shadowBlur = ctx.shadowOffsetY = 0;
  drawProgress(ctx, bar, whole, x, y, width, height, paint.edge);
  ctx.strokeStyle = critical ? shop.palette.ink : paint.edge;
  ctx.lineWidth = critical ? 2.25 : look.hovered ? 1.75 : 1.25;
  strokeBox(ctx, x, y, width, height, RADIUS, ctx.lineWidth / 2);
  if (look.selected) outline(ctx, stage, x, y, width, height);
  if (viewport.rowScale < READABLE) return;
  drawWords(ctx, stage, bar, x, y, width, height, paint.ink, paint.inkSoft, critical);
  if ((look.hovered || look.selected) && bar.editable && !look.lifted) drawHandles(ctx, stage, whole, y + height / 2);
}

/** Along the bottom, so that words above it keep their ground. */
function drawProgress(
  ctx: Context,
  bar: GanttBar,
  whole: { x: number; width: number },
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
): void {
  const until = Math.min(x + width, whole.x + (whole.width * (bar.plan?.progress ?? 0)) / 100);
  if (until <= x) return;
  ctx.save();
  roundedPath(ctx, x, y, width, height, RADIUS);
  ctx.clip();
  ctx.fillStyle = colour;
  ctx.fillRect(x, y + height - PROGRESS, until - x, PROGRESS);
  ctx.restore();
}

function drawWords(
  ctx: Context,
  stage: Stage,
  bar: GanttBar,
  x: number,
  y: number,
  width: number,
  height: number,
  ink: string,
  inkSoft: string,
  critical: boolean,
): void {
  const { ruler, fonts, viewport, shop } = stage;
  const middle = y + (height - PROGRESS) / 2 + 1;
  let from = Math.max(x, viewport.headerWidth) + 8;
  const until = Math.min(x + width, viewport.width) - 6;
  ctx.textBaseline = "middle";
  if (critical) {
    const wide = ruler.width("critical", fonts.tiny) + 12;
    if (until - from > wide + 60) {
      ctx.font = fonts.tiny;
      pill(ctx, "critical", from - 3, middle - 8, wide, 16, shop.palette.ink, shop.palette.surface);
      from += wide + 3;
    }
  }
  const title = ruler.fit(bar.title, fonts.title, until - from);
  if (title === "") return;
  ctx.font = fonts.title;
  ctx.fillStyle = ink;
  ctx.fillText(title, from, middle + 0.5);
  const done = `${String(bar.plan?.progress ?? 0)} %`;
  const after = from + ruler.width(title, fonts.title) + 8;
  if (title !== bar.title || until - after < ruler.width(done, fonts.body)) return;
  ctx.font = fonts.body;
  ctx.fillStyle = inkSoft;
  ctx.fillText(done, after, middle + 0.5);
}

function outline(ctx: Context, stage: Stage, x: number, y: number, width: number, height: number): void {
  ctx.strokeStyle = stage.shop.palette.accent;
  ctx.lineWidth = 2;
  strokeBox(ctx, x - 2, y - 2, width + 4, height + 4, RADIUS + 2, 0);
}

/** Where links are drawn from. */
function drawHandles(ctx: Context, stage: Stage, { x, width }: { x: number; width: number }, middle: number): void {
  const { palette } = stage.shop;
  for (const at of [x - HANDLE_GAP, x + width + HANDLE_GAP]) {
    ctx.beginPath();
    ctx.arc(at, middle, 5, 0, Math.PI * 2);
    ctx.fillStyle = palette.surface;
    ctx.fill();
    ctx.strokeStyle = palette.accent;
    ctx.lineWidth = 2;
    ctx.stroke();
  }
}

/** A diamond on its day; filled once it is reached. Its name stands beside it. */
function drawMilestone(ctx: Context, stage: Stage, bar: GanttBar, middle: number, y: number, height: number, look: BarLook): void {
  const { shop, ruler, fonts, viewport } = stage;
  const paint = shop.paint(bar.colour, "milestone");
  const half = Math.max(3, height * 0.36);
  const centre = y + height / 2;
  const done = bar.plan?.progress === 100;
  ctx.beginPath();
  ctx.moveTo(middle, centre - half);
  ctx.lineTo(middle + half, centre);
  ctx.lineTo(middle, centre + half);
  ctx.lineTo(middle - half, centre);
  ctx.closePath();
  ctx.fillStyle = done ? paint.edge : shop.palette.surface;
  ctx.fill();
  ctx.strokeStyle = paint.edge;
  ctx.lineWidth = 2;
  ctx.lineJoin = "round";
  ctx.stroke();
  if (done) drawTick(ctx, middle, centre, half, shop.inkOn(paint.edge));
  if (look.selected || look.hovered) {
    ctx.strokeStyle = shop.palette.accent;
    ctx.lineWidth = look.selected ? 2 : 1;
    strokeBox(ctx, middle - half - 4, centre - half - 3, 2 * half + 8, 2 * half + 6, 5, 0);
  }
  if (viewport.rowScale < READABLE) return;
  ctx.font = fonts.small;
  ctx.textBaseline = "middle";
  const words = ruler.fit(bar.title, fonts.small, 180);
  const from = middle + half + 7;
  ctx.globalAlpha = 0.85;
  ctx.fillStyle = shop.palette.surface;
  ctx.fillRect(from - 2, centre - 8, ruler.width(words, fonts.small) + 4, 16);
  ctx.globalAlpha = 1;
  ctx.fillStyle = shop.palette.ink;
  ctx.fillText(words, from, centre + 0.5);
}

function drawTick(ctx: Context, x: number, y: number, half: number, ink: string): void {
  ctx.strokeStyle = ink;
  ctx.lineWidth = 1.6;
  ctx.beginPath();
  ctx.moveTo(x - half * 0.36, y);
  ctx.lineTo(x - half * 0.06, y + half * 0.3);
  ctx.lineTo(x + half * 0.4, y - half * 0.28);
  ctx.stroke();
}

/** Owns the arrows between phases, the slack behind them, and what a drag would push. */
import type { Layer } from "../draw/parts.ts";
import { type Context, roundedPath, strokeBox, warningIcon } from "../draw/shapes.ts";
import type { Stage } from "../stage.ts";
import type { GanttBar, GanttLink, LinkEdge } from "../types.ts";
import { AXIS_HEIGHT, READABLE } from "../view/viewport.ts";

const STUB = 12;
const ARROW = 5;
const DASH = [4, 3];
const NO_DASH: number[] = [];

interface Point {
  readonly x: number;
  readonly y: number;
}

function clipped(ctx: Context, { viewport }: Stage, draw: () => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(viewport.headerWidth, AXIS_HEIGHT, viewport.bodyWidth, viewport.bodyHeight);
  ctx.clip();
  draw();
  ctx.restore();
}

function edgeOf(stage: Stage, bar: GanttBar, edge: LinkEdge): Point {
  const { viewport, schedule } = stage;
  const row = schedule.rowIndex(bar.rowId);
  const top = viewport.laneTop(row, Math.max(0, schedule.laneOf(bar)));
  return { x: viewport.xOf(bar[edge]), y: top + viewport.laneHeight / 2 };
}

export const drawLinks: Layer = (ctx, stage) => {
  const { viewport, schedule } = stage;
  clipped(ctx, stage, () => {
    for (let row = Math.max(0, viewport.firstRow); row <= viewport.lastRow; row += 1) {
      for (const bar of schedule.line(row).bars) drawSlack(ctx, stage, bar);
    }
    for (const link of stage.links) drawLink(ctx, stage, link);
  });
};

/** A thin rule to where the phase could end without delaying anything. */
function drawSlack(ctx: Context, stage: Stage, bar: GanttBar): void {
  const until = bar.plan?.slackUntil ?? bar.end;
  if (bar.status !== "phase" || until <= bar.end) return;
  const { viewport, shop } = stage;
  const from = edgeOf(stage, bar, "end");
  const x = viewport.xOf(until);
  if (x < viewport.headerWidth || from.x > viewport.width) return;
  ctx.strokeStyle = shop.palette.inkSoft;
  ctx.lineWidth = 1.25;
  ctx.setLineDash([2, 3]);
  ctx.beginPath();
  ctx.moveTo(from.x, from.y);
  ctx.lineTo(x, from.y);
  ctx.stroke();
  ctx.setLineDash(NO_DASH);
  ctx.beginPath();
  ctx.moveTo(x, from.y - 5);
  ctx.lineTo(x, from.y + 5);
  ctx.stroke();
}

function drawLink(ctx: Context, stage: Stage, link: GanttLink): void {
  const { schedule, viewport, shop } = stage;
  const from = schedule.bar(link.fromId);
  const to = schedule.bar(link.toId);
  const rows = [from, to].map((bar) => (bar ? schedule.rowIndex(bar.rowId) : -1));
  if (!from || !to || Math.min(...rows) < 0) return;
  if (Math.max(...rows) < viewport.firstRow || Math.min(...rows) > viewport.lastRow) return;
  const [a, b] = [edgeOf(stage, from, link.fromEdge), edgeOf(stage, to, link.toEdge)];
  if (Math.max(a.x, b.x) + 60 < viewport.headerWidth || Math.min(a.x, b.x) - 60 > viewport.width) return;
  const { palette } = shop;
  ctx.strokeStyle = link.broken ? palette.danger : link.critical ? palette.ink : palette.inkSoft;
  ctx.fillStyle = ctx.strokeStyle;
  ctx.lineWidth = link.critical || link.broken ? 2 : 1.25;
  ctx.setLineDash(link.broken ? DASH : NO_DASH);
  const elbow = trace(ctx, a, b, link);
  ctx.stroke();
  ctx.setLineDash(NO_DASH);
  arrow(ctx, b, link.toEdge);
  if (link.broken && viewport.rowScale >= READABLE) {
    warningIcon(ctx, elbow.x - 7, elbow.y - 8, 14, palette.danger, palette.dangerInk);
  }
}

/** Out of one edge, down, and into the other; gives a point on the way where a sign can stand. */
function trace(ctx: Context, a: Point, b: Point, { fromEdge, toEdge }: Pick<GanttLink, "fromEdge" | "toEdge">): Point {
  const out = a.x + (fromEdge === "end" ? STUB : -STUB);
  const into = b.x + (toEdge === "start" ? -STUB : STUB);
  const straight = fromEdge === toEdge ? true : fromEdge === "end" ? out <= into : out >= into;
  ctx.beginPath();
  ctx.moveTo(a.x, a.y);
  if (straight) {
    const x = fromEdge !== toEdge ? into : fromEdge === "end" ? Math.max(out, into) : Math.min(out, into);
    ctx.lineTo(x, a.y);
    ctx.lineTo(x, b.y);
    ctx.lineTo(b.x, b.y);
    return { x, y: (a.y + b.y) / 2 };
  }
  const middle = (a.y + b.y) / 2;
  ctx.lineTo(out, a.y);
  ctx.lineTo(out, middle);
  ctx.lineTo(into, middle);
  ctx.lineTo(into, b.y);
  ctx.lineTo(b.x, b.y);
  return { x: (out + into) / 2, y: middle };
}

function arrow(ctx: Context, at: Point, edge: LinkEdge): void {
  const way = edge === "start" ? -1 : 1;
  ctx.beginPath();
  ctx.moveTo(at.x, at.y);
  ctx.lineTo(at.x + way * ARROW * 1.4, at.y - ARROW);
  ctx.lineTo(at.x + way * ARROW * 1.4, at.y + ARROW);
  ctx.closePath();
  ctx.fill();
}

/** Over everything: where bars would be pushed, and the link in the hand. */
export const drawPlanOverlay: Layer = (ctx, stage) => {
  for (const preview of stage.previews) drawPreview(ctx, stage, preview);
  drawLinking(ctx, stage);
};

function drawPreview(ctx: Context, stage: Stage, { id, rowId, start, end }: Stage["previews"][number]): void {
  const { viewport, schedule, shop } = stage;
  const bar = schedule.bar(id);
  const row = schedule.rowIndex(rowId);
  if (!bar || row < viewport.firstRow || row > viewport.lastRow) return;
  const y = viewport.laneTop(row, Math.max(0, schedule.laneOf(bar)));
  const x = viewport.xOf(start);
  const width = Math.max(3, (end - start) * viewport.scale - 1);
  roundedPath(ctx, x, y, width, viewport.laneHeight, 5);
  ctx.fillStyle = shop.palette.accent;
  ctx.globalAlpha = 0.12;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = shop.palette.accent;
  ctx.lineWidth = 1.75;
  ctx.setLineDash(DASH);
  strokeBox(ctx, x, y, width, viewport.laneHeight, 5, 1);
  ctx.setLineDash(NO_DASH);
}

function drawLinking(ctx: Context, stage: Stage): void {
  const { linking, schedule, shop } = stage;
  const from = linking && schedule.bar(linking.fromId);
  if (!linking || !from) return;
  const target = linking.to ? schedule.bar(linking.to.id) : undefined;
  const a = edgeOf(stage, from, linking.fromEdge);
  const b = target && linking.to ? edgeOf(stage, target, linking.to.edge) : { x: linking.x, y: linking.y };
  ctx.strokeStyle = ctx.fillStyle = shop.palette.accent;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.moveTo(a.x, a.y);
  ctx.lineTo(b.x, b.y);
  ctx.stroke();
  ctx.beginPath();
  ctx.arc(b.x, b.y, target ? 6 : 3.5, 0, Math.PI * 2);
  ctx.fill();
}

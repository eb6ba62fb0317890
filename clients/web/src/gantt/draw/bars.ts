/**
 * Owns how a bar looks. Status is told by texture as well as colour: holds are hatched with a
 * dashed edge, pencils outlined with a solid strip, confirmed work is solid, busy time is grey.
 */
import { firstReaching } from "../model/schedule.ts";
import type { Stage } from "../stage.ts";
import type { GanttBar } from "../types.ts";
import type { BarPaint } from "../view/palette.ts";
import { AXIS_HEIGHT, READABLE } from "../view/viewport.ts";
import { drawContent } from "./content.ts";
import type { BarLook } from "./parts.ts";
import { type Context, crisp, Hatches, hatchPhase, roundedPath, strokeBox } from "./shapes.ts";

const hatches = new Hatches();
const RADIUS = 6;
/** Narrower bars are plain blocks: rounding and texture would only blur them. */
const PLAIN_WIDTH = 5;
const DASH = [4, 3];
const NO_DASH: number[] = [];
/** How far beyond the screen a bar's box is cut, so that huge boxes stay cheap. */
const OVERHANG = 40;

const look: BarLook = { rank: 0, alpha: 1, selected: false, hovered: false, lifted: false };

export function plainLook(): BarLook {
  return { rank: 0, alpha: 1, selected: false, hovered: false, lifted: false };
}

export function drawBars(ctx: Context, stage: Stage, dpr: number): void {
  const { viewport } = stage;
  ctx.save();
  ctx.beginPath();
  ctx.rect(viewport.headerWidth, AXIS_HEIGHT, viewport.bodyWidth, viewport.bodyHeight);
  ctx.clip();
  const last = viewport.lastRow;
  stage.ticking.length = 0;
  for (let row = Math.max(0, viewport.firstRow); row <= last; row += 1) drawLine(ctx, stage, row, dpr);
  ctx.restore();
}

function drawLine(ctx: Context, stage: Stage, row: number, dpr: number): void {
  const { viewport, schedule, selection } = stage;
  const line = schedule.line(row);
  const until = viewport.right;
  const scale = viewport.scale;
  // A bar that ended just before the edge may still show its outline.
  for (let at = firstReaching(line, viewport.left - 4 / scale); at < line.bars.length; at += 1) {
    const bar = line.bars[at] as GanttBar;
    if (bar.start >= until) break;
    const alpha = bar.status === "off" ? 0 : presence(stage, bar);
    if (alpha === 0) continue;
    look.alpha = alpha;
    look.rank = shownRank(bar, line.stacked[at] as boolean);
    look.selected = alpha > 0.5 && selection.has(bar.id);
    look.hovered = stage.hover.kind === "bar" && stage.hover.bar.id === bar.id && stage.session === null;
    const x = viewport.xOf(bar.start);
    const y = crisp(viewport.laneTop(row, line.lanes[at] as number), dpr);
    drawBar(ctx, stage, bar, x, y, (bar.end - bar.start) * scale, viewport.laneHeight, look, dpr);
  }
}

/** Being first is news only where there is a line. */
export function shownRank(bar: GanttBar, stacked: boolean): number {
  if (bar.status !== "hold" || bar.rank === undefined) return 0;
  return bar.rank > 1 || stacked ? bar.rank : 0;
}

/** Bars on their way somewhere leave a shade of themselves behind, or nothing. */
function presence(stage: Stage, bar: GanttBar): number {
  if (stage.settling.has(bar.id) || stage.glides.has(bar.id)) return 0;
  const { session } = stage;
  if (session && session.kind !== "create" && session.ids.includes(bar.id)) {
    if (session.kind === "resize") return 0;
    return session.copy ? 1 : 0.32;
  }
  if (bar.draft === false) return 0.6;
  if (bar.draft === true && bar.mark === "removed") return 0.5;
  return stage.ghosts.size > 0 && stage.ghosts.isCarried(bar.id) ? 0.45 : 1;
}

/** Draws one bar into a box that may reach far beyond the screen. */
export function drawBar(
  ctx: Context,
  stage: Stage,
  bar: GanttBar,
  x: number,
  y: number,
  width: number,
  height: number,
  appearance: BarLook,
  dpr: number,
): void {
  const { viewport, shop } = stage;
  const { plan } = stage.options;
  if (plan) {
    if (appearance.alpha < 1) ctx.globalAlpha = appearance.alpha;
    plan.bar(ctx, stage, bar, x, y, width, height, appearance, dpr);
    ctx.globalAlpha = 1;
    return;
  }
  const paint = shop.paint(bar.colour, bar.status);
  const left = crisp(Math.max(x, viewport.headerWidth - OVERHANG), dpr);
  const right = crisp(Math.min(x + width, viewport.width + OVERHANG), dpr);
  const box = Math.max(right - left - (width > 3 ? 1 : 0), 1.5);
  if (bar.draft === false) {
    // Pale, but not so that what lies behind could be read through it.
    roundedPath(ctx, left, y, box, height, RADIUS);
    ctx.fillStyle = shop.palette.surface;
    ctx.fill();
  }
  if (appearance.alpha < 1) ctx.globalAlpha = appearance.alpha;
  if (box < PLAIN_WIDTH || height < 9) {
    drawBlock(ctx, bar, paint, left, y, box, Math.max(1, height));
    if (appearance.selected) outline(ctx, stage, left, y, box, height);
  } else {
    drawBody(ctx, bar, paint, left, y, box, height, appearance, shop.palette.shadow, dpr);
    if (appearance.selected) outline(ctx, stage, left, y, box, height);
    if (viewport.rowScale >= READABLE && box > 18) {
      drawContent(ctx, stage, bar, paint, { x: left, y, width: box, height, rank: appearance.rank });
    }
    if ((appearance.hovered || appearance.selected) && bar.editable && box > 20) drawGrips(ctx, paint, left, y, box, height);
  }
  if (appearance.alpha < 1) ctx.globalAlpha = 1;
}

/** Too small for texture: confirmed work stays solid, the others are outlines around their tint. */
function drawBlock(ctx: Context, bar: GanttBar, paint: BarPaint, x: number, y: number, width: number, height: number): void {
  const solid = bar.status === "confirmed";
  ctx.fillStyle = solid ? paint.fill : paint.edge;
  ctx.fillRect(x, y, width, height);
  if (solid || width < 4 || height < 4) return;
  ctx.fillStyle = paint.fill;
  ctx.fillRect(x + 1, y + 1, width - 2, height - 2);
}

function drawBody(
  ctx: Context,
  bar: GanttBar,
  paint: BarPaint,
  x: number,
  y: number,
  width: number,
  height: number,
  appearance: BarLook,
  shadow: string,
  dpr: number,
): void {
  if (appearance.lifted) {
    ctx.shadowColor = shadow;
    ctx.shadowBlur = 14 * dpr;
    ctx.shadowOffsetY = 4 * dpr;
  }
  roundedPath(ctx, x, y, width, height, RADIUS);
  ctx.fillStyle = paint.fill;
  ctx.fill();
  if (appearance.lifted) {
    ctx.shadowColor = "transparent";
    ctx.shadowBlur = 0;
    ctx.shadowOffsetY = 0;
  }
  if (paint.hatch !== "") fillHatch(ctx, paint.hatch, x, dpr);
  if (paint.strip !== "") drawStrip(ctx, paint.strip, x, y, width, height);
  if (bar.status === "confirmed" && paint.edge === paint.fill) return;
  ctx.strokeStyle = paint.edge;
  ctx.lineWidth = appearance.hovered ? 1.75 : 1.25;
  ctx.setLineDash(bar.status === "hold" ? DASH : NO_DASH);
  strokeBox(ctx, x, y, width, height, RADIUS, ctx.lineWidth / 2);
  if (bar.status === "hold") ctx.setLineDash(NO_DASH);
}

/** Fills the current path; the pattern travels with the bar, so that scrolling does not shimmer. */
function fillHatch(ctx: Context, colour: string, x: number, dpr: number): void {
  const pattern = hatches.pattern(ctx, colour, dpr);
  if (!pattern) return;
  const phase = hatchPhase(x);
  ctx.translate(phase, 0);
  ctx.fillStyle = pattern;
  ctx.fill();
  ctx.translate(-phase, 0);
}

function drawStrip(ctx: Context, colour: string, x: number, y: number, width: number, height: number): void {
  if (width < 12) return;
  ctx.beginPath();
  ctx.roundRect(x, y, 4, height, [RADIUS, 0, 0, RADIUS]);
  ctx.fillStyle = colour;
  ctx.fill();
}

function outline(ctx: Context, stage: Stage, x: number, y: number, width: number, height: number): void {
  const gap = height < 9 ? 0 : 2;
  ctx.strokeStyle = stage.shop.palette.accent;
  ctx.lineWidth = height < 9 ? 1 : 2;
  strokeBox(ctx, x - gap, y - gap, width + 2 * gap, height + 2 * gap, RADIUS + gap, 0);
}

function drawGrips(ctx: Context, paint: BarPaint, x: number, y: number, width: number, height: number): void {
  ctx.fillStyle = paint.ink;
  ctx.globalAlpha = 0.65;
  const top = y + height * 0.28;
  ctx.fillRect(x + 3, top, 1.5, height * 0.44);
  ctx.fillRect(x + width - 4.5, top, 1.5, height * 0.44);
  ctx.globalAlpha = 1;
}

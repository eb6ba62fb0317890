/**
 * Owns the countdowns on bars. They tell whole minutes, all turning with the minute, when the surface
 * is drawn anyway; the last two minutes tick by the second on the overlay, which costs next to nothing.
 */
import type { Stage } from "../stage.ts";
import { DAY, HOUR, MINUTE } from "../time/zone.ts";
import type { BarDue } from "../types.ts";
import { glyph } from "./glyphs.ts";
import { type Context, roundedPath } from "./shapes.ts";

const SECOND = 1000;
const SECONDS_FROM = 2 * MINUTE;
/** Answers and expiries are news only when they are near; what a challenge asks for always is. */
const NEAR = DAY;
const PRESSING = 4 * HOUR;
const HEIGHT = 17;
const ICON = 11;

export function isShown({ kind, at }: BarDue, now: number): boolean {
  return kind === "challenge" || kind === "confirm" || at - now < NEAR;
}

/** "3d", "5h 12m", "47m", and in the last two minutes "95s". */
export function countdown(at: number, now: number): string {
  if (at <= now) return "due";
  if (at - now < SECONDS_FROM) return `${String(Math.ceil((at - now) / SECOND))}s`;
  const minutes = Math.floor((at - Math.floor(now / MINUTE) * MINUTE) / MINUTE);
  if (minutes >= 48 * 60) return `${String(Math.floor(minutes / (24 * 60)))}d`;
  if (minutes < 60) return `${String(minutes)}m`;
  const rest = minutes % 60;
  return rest === 0 ? `${String(minutes / 60)}h` : `${String(Math.floor(minutes / 60))}h ${String(rest)}m`;
}

function widthOf(stage: Stage, text: string): number {
  return stage.ruler.width(text, stage.fonts.tiny) + ICON + 13;
}

/** Draws the countdown to the left of `right`, or leaves room for one that ticks; gives the width it takes, or 0. */
export function drawDue(ctx: Context, stage: Stage, due: BarDue, right: number, room: number, middle: number): number {
  const now = stage.options.now();
  if (!isShown(due, now)) return 0;
  const ticks = due.at > now && due.at - now < SECONDS_FROM;
  const width = widthOf(stage, ticks ? "120s" : countdown(due.at, now));
  if (width > room) return 0;
  if (ticks) stage.ticking.push({ due, right, middle });
  else drawChip(ctx, stage, due, right, middle, now);
  return width + 4;
}

function drawChip(ctx: Context, stage: Stage, due: BarDue, right: number, middle: number, now: number): void {
  const { palette } = stage.shop;
  const text = countdown(due.at, now);
  const width = widthOf(stage, text);
  const pressing = due.at - now < PRESSING;
  const [fill, ink] = pressing ? [palette.danger, palette.dangerInk] : [palette.surface, palette.ink];
  const x = right - width;
  roundedPath(ctx, x, middle - HEIGHT / 2, width, HEIGHT, HEIGHT / 2);
  ctx.fillStyle = fill;
  ctx.fill();
  if (!pressing) {
    ctx.strokeStyle = palette.lineStrong;
    ctx.lineWidth = 1;
    ctx.stroke();
  }
  glyph(ctx, "clock", x + 5, middle - ICON / 2, ICON, ink);
  ctx.font = stage.fonts.tiny;
  ctx.textBaseline = "middle";
  ctx.fillStyle = ink;
  ctx.fillText(text, x + ICON + 7.5, middle + 0.5);
}

/** On the overlay: the countdowns in their last seconds. */
export function drawTicking(ctx: Context, stage: Stage): void {
  const now = stage.options.now();
  for (const { due, right, middle } of stage.ticking) drawChip(ctx, stage, due, right, middle, now);
}

/** How long until the next second of a countdown, or null where none ticks. */
export function nextTick(stage: Stage): number | null {
  if (stage.ticking.length === 0) return null;
  return SECOND - (stage.options.now() % SECOND);
}

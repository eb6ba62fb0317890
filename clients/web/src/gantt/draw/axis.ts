/** Owns the time axis: two lines of labels, today, the clock, and the span of a drag in flight. */
import { axisLevels, TickList } from "../time/ticks.ts";
import { DAY, weekdayOf } from "../time/zone.ts";
import { type Carried } from "../drag/session.ts";
import type { Stage } from "../stage.ts";
import { AXIS_HEIGHT } from "../view/viewport.ts";
import { type Context, crisp, pill, roundedPath } from "./shapes.ts";

const MAJOR_HEIGHT = 24;
const majors = new TickList();
const minors = new TickList();

export function drawAxis(ctx: Context, stage: Stage, dpr: number): void {
  const { viewport, shop } = stage;
  ctx.save();
  ctx.beginPath();
  ctx.rect(viewport.headerWidth, 0, viewport.bodyWidth, AXIS_HEIGHT);
  ctx.clip();
  ctx.fillStyle = shop.palette.header;
  ctx.fillRect(viewport.headerWidth, 0, viewport.bodyWidth, AXIS_HEIGHT);
  drawMinor(ctx, stage, dpr);
  drawMajor(ctx, stage, dpr);
  drawClock(ctx, stage);
  ctx.restore();
  ctx.fillStyle = shop.palette.lineStrong;
  ctx.fillRect(0, AXIS_HEIGHT - 1, viewport.width, 1);
}

function drawMajor(ctx: Context, stage: Stage, dpr: number): void {
  const { viewport, shop, labels, shown, ruler, fonts } = stage;
  const { unit } = axisLevels(viewport.pxPerDay).major;
  const ticks = majors.fill(shown, axisLevels(viewport.pxPerDay).major, viewport.left, viewport.right);
  ctx.font = fonts.strong;
  ctx.textBaseline = "middle";
  for (let at = 0; at < ticks.length; at += 1) {
    const from = crisp(viewport.xOf(ticks.starts[at] as number), dpr);
    const until = viewport.xOf(ticks.starts[at + 1] as number);
    ctx.fillStyle = shop.palette.lineStrong;
    if (from > viewport.headerWidth) ctx.fillRect(from, 5, 1, MAJOR_HEIGHT - 5);
    // The label stays in sight while its cell is: it rides along the left edge.
    const x = Math.max(from, viewport.headerWidth) + 10;
    const room = until - x - 8;
    const local = ticks.locals[at] as number;
    const whole = labels.major(unit, local);
    const label = ruler.width(whole, fonts.strong) <= room ? whole : labels.majorShort(unit, local);
    if (ruler.width(label, fonts.strong) > room) continue;
    ctx.fillStyle = shop.palette.ink;
    ctx.fillText(label, x, MAJOR_HEIGHT / 2 + 2);
  }
}

function drawMinor(ctx: Context, stage: Stage, dpr: number): void {
  const { viewport, shop, shown, options } = stage;
  const level = axisLevels(viewport.pxPerDay).minor;
  const ticks = minors.fill(shown, level, viewport.left, viewport.right);
  const today = Math.floor(shown.toLocal(options.now()) / DAY) * DAY;
  ctx.textBaseline = "middle";
  for (let at = 0; at < ticks.length; at += 1) {
    const from = crisp(viewport.xOf(ticks.starts[at] as number), dpr);
    const width = viewport.xOf(ticks.starts[at + 1] as number) - from;
    const local = ticks.locals[at] as number;
    ctx.fillStyle = shop.palette.line;
    ctx.fillRect(from, MAJOR_HEIGHT + 6, 1, AXIS_HEIGHT - MAJOR_HEIGHT - 6);
    if (level.unit === "day") drawDay(ctx, stage, local, from, width, local === today);
    else drawCell(ctx, stage, local, from, width);
  }
}

function drawCell(ctx: Context, stage: Stage, local: number, x: number, width: number): void {
  const { viewport, shop, labels, ruler, fonts } = stage;
  const { unit } = axisLevels(viewport.pxPerDay).minor;
  const label = labels.minor(unit, local, width > 34);
  const wide = ruler.width(label, fonts.small);
  if (wide + 6 > width) return;
  ctx.font = fonts.small;
  ctx.fillStyle = shop.palette.inkSoft;
  // Hours name an instant, so they stand at its line; the others name their cell.
  const at = unit === "hour" || width > 140 ? x + 6 : x + (width - wide) / 2;
  ctx.fillText(label, at, MAJOR_HEIGHT + 15);
}

function drawDay(ctx: Context, stage: Stage, local: number, x: number, width: number, isToday: boolean): void {
  const { shop, labels, ruler, fonts } = stage;
  const named = labels.minor("day", local, true);
  const fits = ruler.width(named, fonts.title) + 14 <= width;
  const label = fits ? named : labels.minor("day", local, false);
  const wide = ruler.width(label, fonts.title);
  if (wide + 2 > width && !(isToday || weekdayOf(local) === 0)) return;
  const weekend = weekdayOf(local) >= 5;
  const letter = !fits && width >= 26;
  const y = MAJOR_HEIGHT + (letter ? 19 : 14.5);
  const at = x + (width - wide) / 2;
  if (letter) {
    const initial = labels.weekdayLetter(local);
    ctx.font = fonts.tiny;
    ctx.fillStyle = shop.palette.inkSoft;
    ctx.fillText(initial, x + (width - ruler.width(initial, fonts.tiny)) / 2, MAJOR_HEIGHT + 6.5);
  }
  if (isToday) {
    const pad = Math.min(7, Math.max(2, (width - wide) / 2 - 1));
    roundedPath(ctx, at - pad, y - 8.5, wide + 2 * pad, 17, 8.5);
    ctx.fillStyle = shop.palette.accent;
    ctx.fill();
  }
  ctx.font = fonts.title;
  ctx.fillStyle = isToday ? shop.palette.accentInk : weekend ? shop.palette.inkSoft : shop.palette.ink;
  ctx.fillText(label, at, y + 0.5);
}

/** The time of day on the now line, where days are wide enough to ask for it. */
function drawClock(ctx: Context, stage: Stage): void {
  const { viewport, shop, labels, options, shown, ruler, fonts } = stage;
  const now = options.now();
  const x = viewport.xOf(now);
  if (x < viewport.headerWidth - 30 || x > viewport.width + 30) return;
  if (axisLevels(viewport.pxPerDay).minor.unit !== "hour") {
    ctx.fillStyle = shop.palette.now;
    ctx.beginPath();
    ctx.moveTo(x - 4.5, AXIS_HEIGHT - 6);
    ctx.lineTo(x + 4.5, AXIS_HEIGHT - 6);
    ctx.lineTo(x, AXIS_HEIGHT);
    ctx.closePath();
    ctx.fill();
    return;
  }
  const minute = Math.floor(now / 60_000) * 60_000;
  const label = labels.clock(shown, minute);
  ctx.font = fonts.tiny;
  const width = ruler.width(label, fonts.tiny) + 12;
  pill(ctx, label, x - width / 2, AXIS_HEIGHT - 18, width, 16, shop.palette.now, shop.palette.theme === "dark" ? "#1b0708" : "#ffffff");
}

/** Under a drag the axis shows exactly where its edges are. */
export function drawAxisSpan(ctx: Context, stage: Stage, item: Carried): void {
  const { viewport, shop, labels, shown, ruler, fonts } = stage;
  const colour = item.conflict ? shop.palette.danger : shop.palette.accent;
  const ink = item.conflict ? shop.palette.dangerInk : shop.palette.accentInk;
  ctx.save();
  ctx.beginPath();
  ctx.rect(viewport.headerWidth, 0, viewport.bodyWidth, AXIS_HEIGHT);
  ctx.clip();
  const from = viewport.xOf(item.start);
  const until = viewport.xOf(item.end);
  ctx.fillStyle = colour;
  ctx.fillRect(from, AXIS_HEIGHT - 4, until - from, 4);
  ctx.font = fonts.tiny;
  const now = stage.options.now();
  const first = labels.moment(shown, item.start, now);
  const last = labels.moment(shown, item.end, now);
  const firstWidth = ruler.width(first, fonts.tiny) + 14;
  const lastWidth = ruler.width(last, fonts.tiny) + 14;
  const y = AXIS_HEIGHT - 24;
  // Side by side where both fit over the span, else each on its outer side.
  const inside = until - from > firstWidth + lastWidth + 6;
  const left = inside ? from : from - firstWidth - 2;
  const right = inside ? until - lastWidth : until + 2;
  ctx.fillStyle = shop.palette.header;
  ctx.fillRect(left - 12, MAJOR_HEIGHT + 1, firstWidth + 24, AXIS_HEIGHT - MAJOR_HEIGHT - 5);
  ctx.fillRect(right - 12, MAJOR_HEIGHT + 1, lastWidth + 24, AXIS_HEIGHT - MAJOR_HEIGHT - 5);
  pill(ctx, first, left, y, firstWidth, 18, colour, ink);
  pill(ctx, last, right, y, lastWidth, 18, colour, ink);
  ctx.restore();
}

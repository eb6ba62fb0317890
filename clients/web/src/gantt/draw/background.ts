/** Owns the ground under the bars: free and off time, weekends, grid lines, row lines, today. */
import { intervalsOf, type WorkingWeek } from "../time/working.ts";
import { axisLevels, TickList, type TickLevel } from "../time/ticks.ts";
import { DAY, weekdayOf, type ZoneClock } from "../time/zone.ts";
import type { Stage } from "../stage.ts";
import { AXIS_HEIGHT } from "../view/viewport.ts";
import { type Context, crisp } from "./shapes.ts";

/** From this scale on a row's hours can be told apart; below, only whole days are. */
const HOURS_VISIBLE = 240;
/** Below this scale even weekends would be a moiré. */
const DAYS_VISIBLE = 4;

const minor = new TickList();
const major = new TickList();
const DAYS: TickLevel = { unit: "day", count: 1 };

export function drawBackground(ctx: Context, stage: Stage, dpr: number): void {
  const { viewport, shop } = stage;
  ctx.fillStyle = shop.palette.surface;
  ctx.fillRect(viewport.headerWidth, AXIS_HEIGHT, viewport.bodyWidth, viewport.bodyHeight);
  if (viewport.pxPerDay >= HOURS_VISIBLE && viewport.rowScale > 0.3) shadeHours(ctx, stage, dpr);
  else if (viewport.pxPerDay >= DAYS_VISIBLE) shadeDays(ctx, stage, dpr);
  drawColumns(ctx, stage, dpr);
  drawRowLines(ctx, stage, dpr);
  shadeEnd(ctx, stage);
}

/** Each row's own hours: the row is off, its working spans are lifted out of it. */
function shadeHours(ctx: Context, stage: Stage, dpr: number): void {
  const { viewport, schedule, shop } = stage;
  const last = viewport.lastRow;
  ctx.fillStyle = shop.palette.off;
  ctx.fillRect(viewport.headerWidth, AXIS_HEIGHT, viewport.bodyWidth, viewport.bodyHeight);
  ctx.fillStyle = shop.palette.surface;
  for (let row = Math.max(0, viewport.firstRow); row <= last; row += 1) {
    const info = schedule.rows[row];
    if (!info || info.row.bookable === false) continue;
    liftWorking(ctx, stage, info.clock, info.week, crisp(viewport.topOf(row), dpr), viewport.heightOf(row));
  }
}

function liftWorking(ctx: Context, stage: Stage, clock: ZoneClock, week: WorkingWeek, y: number, height: number): void {
  const { viewport } = stage;
  const end = clock.toLocal(viewport.right);
  for (let midnight = Math.floor(clock.toLocal(viewport.left) / DAY) * DAY - DAY; midnight < end; midnight += DAY) {
    const spans = intervalsOf(week, midnight);
    for (let at = 0; at + 1 < spans.length; at += 2) {
      const from = Math.max(viewport.headerWidth, viewport.xOf(clock.fromLocal(midnight + (spans[at] as number))));
      const until = Math.min(viewport.width, viewport.xOf(clock.fromLocal(midnight + (spans[at + 1] as number))));
      if (until > from) ctx.fillRect(from, y, until - from, height);
    }
  }
}

/** Weekends as columns, and rows with another week on top of them. */
function shadeDays(ctx: Context, stage: Stage, dpr: number): void {
  const { viewport, schedule, shop, shown } = stage;
  const days = minor.fill(shown, DAYS, viewport.left, viewport.right);
  ctx.fillStyle = shop.palette.off;
  for (let at = 0; at < days.length; at += 1) {
    if (weekdayOf(days.locals[at] as number) >= 5) shadeColumn(ctx, stage, days, at, AXIS_HEIGHT, viewport.bodyHeight, dpr);
  }
  const last = viewport.lastRow;
  for (let row = Math.max(0, viewport.firstRow); row <= last; row += 1) {
    const info = schedule.rows[row];
    if (!info) continue;
    const closed = info.row.bookable === false;
    if (info.week.plain && !closed) continue;
    const y = crisp(viewport.topOf(row), dpr);
    for (let at = 0; at < days.length; at += 1) {
      const works = !closed && intervalsOf(info.week, days.locals[at] as number).length > 0;
      ctx.fillStyle = works ? shop.palette.surface : shop.palette.off;
      shadeColumn(ctx, stage, days, at, y, viewport.heightOf(row), dpr);
    }
  }
}

function shadeColumn(
  ctx: Context,
  { viewport }: Stage,
  days: TickList,
  at: number,
  y: number,
  height: number,
  dpr: number,
): void {
  const from = crisp(Math.max(viewport.headerWidth, viewport.xOf(days.starts[at] as number)), dpr);
  const until = crisp(Math.min(viewport.width, viewport.xOf(days.starts[at + 1] as number)), dpr);
  ctx.fillRect(from, y, until - from, height);
}

function drawColumns(ctx: Context, stage: Stage, dpr: number): void {
  const { viewport, shop, shown } = stage;
  const levels = axisLevels(viewport.pxPerDay);
  ctx.fillStyle = shop.palette.line;
  verticals(ctx, stage, minor.fill(shown, levels.minor, viewport.left, viewport.right), dpr);
  ctx.fillStyle = shop.palette.lineStrong;
  verticals(ctx, stage, major.fill(shown, levels.major, viewport.left, viewport.right), dpr);
}

function verticals(ctx: Context, { viewport }: Stage, ticks: TickList, dpr: number): void {
  const height = Math.min(viewport.bodyHeight, viewport.contentHeight - viewport.scrollY);
  for (let at = 0; at < ticks.length; at += 1) {
    const x = crisp(viewport.xOf(ticks.starts[at] as number), dpr);
    if (x > viewport.headerWidth) ctx.fillRect(x, AXIS_HEIGHT, 1 / dpr > 0.5 ? 1 : 1 / dpr, height);
  }
}

function drawRowLines(ctx: Context, { viewport, shop }: Stage, dpr: number): void {
  if (viewport.rowScale < 0.2) return;
  const last = viewport.lastRow;
  ctx.fillStyle = shop.palette.line;
  for (let row = Math.max(0, viewport.firstRow); row <= last; row += 1) {
    const y = crisp(viewport.topOf(row) + viewport.heightOf(row), dpr) - 1;
    ctx.fillRect(viewport.headerWidth, y, viewport.bodyWidth, 1);
  }
}

/** Below the last row nothing can be booked: it looks like it. */
function shadeEnd(ctx: Context, { viewport, shop }: Stage): void {
  const end = AXIS_HEIGHT + viewport.contentHeight - viewport.scrollY;
  if (end >= viewport.height) return;
  ctx.fillStyle = shop.palette.header;
  ctx.fillRect(viewport.headerWidth, end, viewport.bodyWidth, viewport.height - end);
}

export function drawNowLine(ctx: Context, stage: Stage, dpr: number): void {
  nowLine(ctx, stage, dpr, 1);
}

/** Over the bars it is only a hint, so that titles stay readable. */
export function drawNowHint(ctx: Context, stage: Stage, dpr: number): void {
  nowLine(ctx, stage, dpr, 0.3);
}

function nowLine(ctx: Context, { viewport, shop, options }: Stage, dpr: number, alpha: number): void {
  const x = crisp(viewport.xOf(options.now()), dpr);
  if (x < viewport.headerWidth || x > viewport.width) return;
  ctx.fillStyle = shop.palette.now;
  ctx.globalAlpha = alpha;
  ctx.fillRect(x - 0.75, AXIS_HEIGHT, 1.5, Math.min(viewport.bodyHeight, viewport.contentHeight - viewport.scrollY));
  ctx.globalAlpha = 1;
}

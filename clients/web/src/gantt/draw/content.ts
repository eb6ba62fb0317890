/** Owns what is written on a bar: signs, places in line by segment, title, project, countdown. */
import { ordinal } from "../words.ts";
import type { Stage } from "../stage.ts";
import type { BarSegment, GanttBar } from "../types.ts";
import type { BarPaint } from "../view/palette.ts";
import { drawDue } from "./due.ts";
import { glyph } from "./glyphs.ts";
import { type Context, pendingDots, pill, roundedPath, warningIcon } from "./shapes.ts";

const SIGN = 17;
/** A title in less room than this tells nobody anything. */
const TITLE_ROOM = 36;

/** What became of a bar since: a sign each, not a colour. */
const MARKS: Record<NonNullable<GanttBar["mark"]>, string> = { added: "+", moved: "→", removed: "−", changed: "~" };

export interface Lettering {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** A place in line to show, or 0. */
  readonly rank: number;
}

/** Where text may stand: shrinks from both ends as things are drawn. */
interface Room {
  from: number;
  until: number;
}

const room: Room = { from: 0, until: 0 };

export function drawContent(ctx: Context, stage: Stage, bar: GanttBar, paint: BarPaint, at: Lettering): void {
  const { viewport } = stage;
  const middle = at.y + at.height / 2;
  // The title rides along the left edge of the view while its bar reaches beyond it.
  room.from = Math.max(at.x, viewport.headerWidth) + 9;
  room.until = Math.min(at.x + at.width, viewport.width) - 7;
  ctx.textBaseline = "middle";
  if (bar.pending === true && room.until - room.from > 30) {
    pendingDots(ctx, room.until - 12, middle, paint.ink);
    room.until -= 20;
  }
  drawSigns(ctx, stage, bar, paint, middle);
  if (bar.due) room.until -= drawDue(ctx, stage, bar.due, room.until + 2, room.until - room.from, middle);
  if (bar.segments && bar.segments.length > 1) drawSegments(ctx, stage, bar.segments, paint, at, middle);
  else if (at.rank > 0) room.from = drawRank(ctx, stage, at.rank, room.from, room.until, middle, paint);
  drawTitle(ctx, stage, bar, paint, middle);
}

function drawSigns(ctx: Context, stage: Stage, bar: GanttBar, paint: BarPaint, middle: number): void {
  const { palette } = stage.shop;
  if (bar.mark && room.until - room.from > SIGN) {
    ctx.font = stage.fonts.strong;
    pill(ctx, MARKS[bar.mark], room.from - 4, middle - SIGN / 2, SIGN + 2, SIGN, palette.ink, palette.surface);
    room.from += SIGN + 4;
  }
  if (bar.warning !== undefined && room.until - room.from > 16) {
    warningIcon(ctx, room.from - 3, middle - 7.5, 14, palette.danger, palette.dangerInk);
    room.from += 16;
  }
  if (bar.contest && room.until - room.from > SIGN) {
    const ink = stage.shop.inkOn(paint.edge);
    roundedPath(ctx, room.from - 4, middle - SIGN / 2, SIGN, SIGN, 5);
    ctx.fillStyle = paint.edge;
    ctx.fill();
    glyph(ctx, bar.contest === "challenged" ? "shield" : "swords", room.from - 1.5, middle - 6, 12, ink);
    room.from += SIGN + 2;
  }
}

/** A rule and a place in line where each segment begins; the title goes where there is most room. */
function drawSegments(
  ctx: Context,
  stage: Stage,
  segments: readonly BarSegment[],
  paint: BarPaint,
  at: Lettering,
  middle: number,
): void {
  const { viewport } = stage;
  const whole = { ...room };
  let widest = { from: 0, until: 0 };
  for (const [index, { start, end, rank }] of segments.entries()) {
    const begins = viewport.xOf(start);
    const ends = viewport.xOf(end);
    if (ends <= whole.from - 9 || begins >= whole.until) continue;
    if (index > 0 && begins > viewport.headerWidth) drawRule(ctx, begins, at, paint);
    const from = Math.max(whole.from, begins + 9);
    const until = Math.min(whole.until, ends - 5);
    const left = drawRank(ctx, stage, rank, from, until, middle, paint);
    if (until - left > widest.until - widest.from) widest = { from: left, until };
  }
  Object.assign(room, widest);
}

function drawRule(ctx: Context, x: number, { y, height }: Lettering, paint: BarPaint): void {
  ctx.fillStyle = paint.edge;
  ctx.fillRect(x - 0.75, y + 1, 1.5, height - 2);
}

function drawTitle(ctx: Context, stage: Stage, bar: GanttBar, paint: BarPaint, middle: number): void {
  const { ruler, fonts } = stage;
  const { from, until } = room;
  const title = until - from < TITLE_ROOM && ruler.width(bar.title, fonts.title) > until - from ? "" : ruler.fit(bar.title, fonts.title, until - from);
  if (title === "") return;
  ctx.font = fonts.title;
  ctx.fillStyle = paint.ink;
  ctx.fillText(title, from, middle + 0.5);
  if (title !== bar.title || bar.projectName === undefined) return;
  const after = from + ruler.width(title, fonts.title) + 8;
  if (until - after < 40) return;
  ctx.font = fonts.body;
  ctx.fillStyle = paint.inkSoft;
  ctx.fillText(ruler.fit(bar.projectName, fonts.body, until - after), after, middle + 0.5);
}

/** Gives where the title may begin. */
function drawRank(
  ctx: Context,
  stage: Stage,
  rank: number,
  from: number,
  until: number,
  middle: number,
  paint: BarPaint,
): number {
  const { ruler, fonts, shop } = stage;
  const label = ordinal(rank);
  const width = ruler.width(label, fonts.tiny) + 12;
  if (width > until - from + 4) return from;
  ctx.font = fonts.tiny;
  pill(ctx, label, from - 4, middle - 8.5, width, 17, paint.edge, shop.inkOn(paint.edge));
  return from + width + 2;
}

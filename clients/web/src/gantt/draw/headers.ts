/** Owns the column of rows: who each row is, and how far their clock is from the one shown. */
import { cssOf, type Rgb } from "../view/colour.ts";
import type { RowInfo } from "../model/schedule.ts";
import type { Stage } from "../stage.ts";
import { rowHeight } from "../view/layout.ts";
import { AXIS_HEIGHT, READABLE } from "../view/viewport.ts";
import { type Context, crisp } from "./shapes.ts";

const AVATAR = 26;
/** Narrower columns have no room for initials beside the name. */
const WITH_AVATAR = 150;

const HUES: readonly Rgb[] = [
  { r: 84, g: 105, b: 212 },
  { r: 14, g: 124, b: 134 },
  { r: 154, g: 86, b: 20 },
  { r: 163, g: 55, b: 122 },
  { r: 71, g: 122, b: 36 },
  { r: 124, g: 77, b: 189 },
  { r: 176, g: 62, b: 62 },
  { r: 44, g: 107, b: 165 },
];

const initials = new Map<string, string>();

function initialsOf(name: string): string {
  let made = initials.get(name);
  if (made === undefined) {
    const words = name.split(/\s+/).filter(Boolean);
    const first = [...(words[0] ?? "")][0] ?? "";
    const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
    made = (first + last).toUpperCase();
    initials.set(name, made);
  }
  return made;
}

const HUE_CSS = HUES.map(cssOf);

/** The colour that stands for an artist; lists beside the schedule show the same one. */
export function hueOf(id: string): string {
  let hash = 0;
  for (let at = 0; at < id.length; at += 1) hash = (hash * 31 + id.charCodeAt(at)) | 0;
  return HUE_CSS[Math.abs(hash) % HUE_CSS.length] as string;
}

export function drawHeaders(ctx: Context, stage: Stage, dpr: number): void {
  const { viewport, schedule, shop } = stage;
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, AXIS_HEIGHT, viewport.headerWidth, viewport.bodyHeight);
  ctx.clip();
  ctx.fillStyle = shop.palette.header;
  ctx.fillRect(0, AXIS_HEIGHT, viewport.headerWidth, viewport.bodyHeight);
  const last = viewport.lastRow;
  let labelled = Number.NEGATIVE_INFINITY;
  for (let row = Math.max(0, viewport.firstRow); row <= last; row += 1) {
    const info = schedule.rows[row];
    if (!info) continue;
    const y = crisp(viewport.topOf(row), dpr);
    const height = viewport.heightOf(row);
    if (viewport.rowScale >= READABLE) drawRow(ctx, stage, info, row, y, height);
    else if (y - labelled >= 13) {
      drawName(ctx, stage, info, y + Math.max(height, 12) / 2);
      labelled = y;
    }
  }
  ctx.restore();
  ctx.fillStyle = shop.palette.lineStrong;
  ctx.fillRect(viewport.headerWidth - 1, 0, 1, viewport.height);
}

function drawName(ctx: Context, stage: Stage, info: RowInfo, middle: number): void {
  const { viewport, shop, ruler, fonts } = stage;
  ctx.font = fonts.small;
  ctx.textBaseline = "middle";
  ctx.fillStyle = shop.palette.inkSoft;
  ctx.fillText(ruler.fit(info.row.name, fonts.small, viewport.headerWidth - 20), 12, middle);
}

function isTargeted(stage: Stage, row: number): boolean {
  if (stage.session) return stage.session.items.some((item) => item.row === row);
  const { hover } = stage;
  return "row" in hover && hover.row === row;
}

function drawRow(ctx: Context, stage: Stage, info: RowInfo, row: number, y: number, height: number): void {
  const { viewport, shop, ruler, fonts } = stage;
  const { palette } = shop;
  if (isTargeted(stage, row)) {
    ctx.fillStyle = palette.line;
    ctx.fillRect(0, y, viewport.headerWidth - 1, height - 1);
  }
  ctx.fillStyle = palette.line;
  ctx.fillRect(0, y + height - 1, viewport.headerWidth, 1);
  const roomy = viewport.headerWidth >= WITH_AVATAR;
  const planned = info.row.kind !== undefined && info.row.kind !== "artist";
  const x = planned ? planIndent(info, roomy) : roomy ? 12 + AVATAR + 10 : 12;
  const middle = y + Math.min(height, rowHeight(1) * viewport.rowScale) / 2;
  if (planned) drawPlanMark(ctx, stage, info, middle, roomy);
  else if (roomy) drawAvatar(ctx, stage, info, 12, middle - AVATAR / 2);
  const chip = drawZone(ctx, stage, info, middle);
  const room = viewport.headerWidth - x - 12 - chip;
  const { detail } = info.row;
  ctx.textBaseline = "middle";
  ctx.font = fonts.strong;
  ctx.fillStyle = info.row.bookable === false ? palette.inkSoft : palette.ink;
  const name = ruler.fit(info.row.name, fonts.strong, room);
  ctx.fillText(name, x, detail === undefined ? middle : middle - 7.5);
  if (detail === undefined) return;
  ctx.font = fonts.small;
  ctx.fillStyle = palette.inkSoft;
  ctx.fillText(ruler.fit(detail, fonts.small, viewport.headerWidth - x - 12), x, middle + 8.5);
}

function planIndent({ row }: RowInfo, roomy: boolean): number {
  if (!roomy) return row.kind === "phase" ? 24 : 36;
  return row.kind === "phase" ? 46 : 40;
}

/** A project's dot, and whether its phases are shown; phases hang on a line below it. */
function drawPlanMark(ctx: Context, stage: Stage, { row }: RowInfo, middle: number, roomy: boolean): void {
  const { palette } = stage.shop;
  if (row.kind === "phase") {
    ctx.fillStyle = palette.lineStrong;
    ctx.fillRect(roomy ? 30 : 11, middle - 0.5, 9, 1);
    return;
  }
  if (row.expanded !== undefined) {
    ctx.strokeStyle = palette.inkSoft;
    ctx.lineWidth = 1.6;
    ctx.lineCap = "round";
    ctx.beginPath();
    if (row.expanded) {
      ctx.moveTo(9, middle - 2);
      ctx.lineTo(12.5, middle + 2);
      ctx.lineTo(16, middle - 2);
    } else {
      ctx.moveTo(11, middle - 4);
      ctx.lineTo(15, middle);
      ctx.lineTo(11, middle + 4);
    }
    ctx.stroke();
    ctx.lineCap = "butt";
  }
  ctx.fillStyle = row.colour ?? palette.inkSoft;
  ctx.beginPath();
  ctx.arc(28, middle, 5.5, 0, Math.PI * 2);
  ctx.fill();
}

function drawAvatar(ctx: Context, stage: Stage, info: RowInfo, x: number, y: number): void {
  const text = initialsOf(info.row.name);
  const { fonts, ruler } = stage;
  ctx.fillStyle = hueOf(info.row.id);
  ctx.beginPath();
  ctx.arc(x + AVATAR / 2, y + AVATAR / 2, AVATAR / 2, 0, Math.PI * 2);
  ctx.fill();
  ctx.font = fonts.tiny;
  ctx.textBaseline = "middle";
  ctx.fillStyle = "#ffffff";
  ctx.fillText(text, x + (AVATAR - ruler.width(text, fonts.tiny)) / 2, y + AVATAR / 2 + 0.5);
}

/** "+6 h": only where this artist's clock differs from the axis. Gives the width it took. */
function drawZone(ctx: Context, stage: Stage, info: RowInfo, middle: number): number {
  const { viewport, shop, shown, labels, options, ruler, fonts } = stage;
  const now = options.now();
  const apart = info.clock.offsetAt(now) - shown.offsetAt(now);
  if (apart === 0) return 0;
  const label = `${labels.difference(apart)} h`;
  const width = ruler.width(label, fonts.small);
  ctx.font = fonts.small;
  ctx.textBaseline = "middle";
  ctx.fillStyle = shop.palette.inkSoft;
  ctx.fillText(label, viewport.headerWidth - 12 - width, info.row.detail === undefined ? middle : middle - 7.5);
  return width + 8;
}

/** The corner names the zone in which the axis is to be read, and how many rows there are. */
export function drawCorner(ctx: Context, stage: Stage): void {
  const { viewport, shop, shown, labels, options, schedule, ruler, fonts } = stage;
  ctx.fillStyle = shop.palette.header;
  ctx.fillRect(0, 0, viewport.headerWidth - 1, AXIS_HEIGHT - 1);
  const room = viewport.headerWidth - 20;
  const city = shown.zone.slice(shown.zone.lastIndexOf("/") + 1).replaceAll("_", " ");
  const offset = labels.offset(shown.offsetAt(options.now()));
  const plan = stage.options.plan !== undefined;
  const count = plan ? schedule.rows.filter(({ row }) => row.kind === "project").length : schedule.rows.length;
  const noun = plan ? "project" : "artist";
  ctx.textBaseline = "middle";
  ctx.font = fonts.strong;
  ctx.fillStyle = shop.palette.ink;
  ctx.fillText(ruler.fit(count === 1 ? `1 ${noun}` : `${String(count)} ${noun}s`, fonts.strong, room), 12, 16);
  ctx.font = fonts.small;
  ctx.fillStyle = shop.palette.inkSoft;
  const zone = city === "UTC" || city === offset ? offset : `${city} · ${offset}`;
  ctx.fillText(ruler.fit(zone, fonts.small, room), 12, 36);
}

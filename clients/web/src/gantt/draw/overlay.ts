/** Owns what lies over the bars for a moment: drags, drops, glides, ghosts, suggestions, the lasso. */
import type { Carried } from "../drag/session.ts";
import type { GhostTrack } from "../model/ghosts.ts";
import type { Box, Stage } from "../stage.ts";
import type { GanttBar } from "../types.ts";
import { easeOut } from "../view/motion.ts";
import { AXIS_HEIGHT, READABLE } from "../view/viewport.ts";
import { drawAxisSpan } from "./axis.ts";
import { drawBar, plainLook } from "./bars.ts";
import { drawTicking } from "./due.ts";
import { type Context, crisp, pill, roundedPath, strokeBox, warningIcon } from "./shapes.ts";

export const GLIDE_MS = 150;
const RADIUS = 6;
const DASH = [5, 4];
const NO_DASH: number[] = [];
const box: Box = { x: 0, y: 0, width: 0, height: 0 };
const other: Box = { x: 0, y: 0, width: 0, height: 0 };
const lifted = { ...plainLook(), lifted: true };
const still = plainLook();

export function drawOverlay(ctx: Context, stage: Stage, now: number, dpr: number): void {
  const { viewport } = stage;
  ctx.clearRect(0, 0, viewport.width, viewport.height);
  ctx.textBaseline = "middle";
  ctx.save();
  ctx.beginPath();
  ctx.rect(viewport.headerWidth, AXIS_HEIGHT, viewport.bodyWidth, viewport.bodyHeight);
  ctx.clip();
  drawTicking(ctx, stage);
  drawPeople(ctx, stage);
  drawCursor(ctx, stage);
  for (const settling of stage.settling.values()) {
    const lane = stage.schedule.landingLane(settling.row, settling.start, settling.end, settling.bar.id);
    stage.boxOf(settling, lane, box);
    still.selected = stage.selection.has(settling.bar.id);
    drawBar(ctx, stage, settling.bar, box.x, crisp(box.y, dpr), box.width, box.height, still, dpr);
  }
  for (const track of stage.ghosts.tracks()) drawGhost(ctx, stage, track, dpr);
  drawSlots(ctx, stage);
  drawGlides(ctx, stage, now, dpr);
  stage.options.plan?.over(ctx, stage, dpr);
  drawSession(ctx, stage, dpr);
  if (stage.incoming) drawNascent(ctx, stage, stage.incoming);
  drawLasso(ctx, stage);
  ctx.restore();
  const carried = stage.session?.items[0] ?? stage.incoming;
  if (carried) drawAxisSpan(ctx, stage, carried);
}

function drawSession(ctx: Context, stage: Stage, dpr: number): void {
  const { session } = stage;
  if (!session) return;
  for (let at = session.items.length - 1; at >= 0; at -= 1) {
    const item = session.items[at] as Carried;
    if (item.bar) drawCarried(ctx, stage, item, item.bar, dpr);
    else drawNascent(ctx, stage, item);
  }
}

function laneFor(stage: Stage, item: Carried): number {
  const { bar } = item;
  if (bar && stage.session?.kind === "resize") return stage.schedule.laneOf(bar);
  return stage.schedule.landingLane(item.row, item.start, item.end, bar?.id ?? "");
}

function drawCarried(ctx: Context, stage: Stage, item: Carried, bar: GanttBar, dpr: number): void {
  stage.boxOf(item, laneFor(stage, item), box);
  drawBar(ctx, stage, bar, box.x, crisp(box.y, dpr), box.width, box.height, lifted, dpr);
  const { session, shop, viewport } = stage;
  if (item.conflict) drawClash(ctx, stage, box);
  else {
    ctx.strokeStyle = shop.palette.accent;
    ctx.lineWidth = 2;
    strokeBox(ctx, box.x - 2, box.y - 2, box.width + 3, box.height + 4, RADIUS + 2, 0);
  }
  if (session?.kind === "move" && session.copy && viewport.rowScale >= READABLE) {
    ctx.font = stage.fonts.tiny;
    pill(ctx, "+", box.x + box.width - 10, box.y - 9, 18, 18, shop.palette.accent, shop.palette.accentInk);
  }
}

/** A clash is an outline and a sign; the words stand in the tip. */
function drawClash(ctx: Context, stage: Stage, at: Box): void {
  const { palette } = stage.shop;
  ctx.strokeStyle = palette.danger;
  ctx.lineWidth = 2.5;
  strokeBox(ctx, at.x - 2, at.y - 2, at.width + 3, at.height + 4, RADIUS + 2, 0);
  const x = Math.max(at.x, stage.viewport.headerWidth) - 7;
  warningIcon(ctx, x, at.y - 9, 17, palette.danger, palette.dangerInk);
}

function drawNascent(ctx: Context, stage: Stage, item: Carried): void {
  const { palette } = stage.shop;
  stage.boxOf(item, laneFor(stage, item), box);
  roundedPath(ctx, box.x, box.y, Math.max(2, box.width - 1), box.height, RADIUS);
  // A lane that is taken shines through, but does not shout over the words.
  ctx.fillStyle = palette.surface;
  ctx.globalAlpha = 0.8;
  ctx.fill();
  ctx.fillStyle = palette.accent;
  ctx.globalAlpha = 0.16;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = item.conflict ? palette.danger : palette.accent;
  ctx.lineWidth = 1.75;
  strokeBox(ctx, box.x, box.y, Math.max(2, box.width - 1), box.height, RADIUS, 1);
  if (item.conflict) drawClash(ctx, stage, box);
  const { ruler, fonts, labels } = stage;
  const clock = stage.schedule.rows[item.row]?.clock ?? stage.shown;
  const words = labels.extent(clock, item.start, item.end);
  const from = Math.max(box.x, stage.viewport.headerWidth) + 10;
  const text = ruler.fit(words, fonts.title, Math.min(box.x + box.width, stage.viewport.width) - from - 6);
  ctx.font = fonts.title;
  ctx.fillStyle = palette.ink;
  ctx.fillText(text, from, box.y + box.height / 2 + 0.5);
}

function drawGlides(ctx: Context, stage: Stage, now: number, dpr: number): void {
  for (const glide of stage.glides.values()) {
    const bar = stage.schedule.bar(glide.id);
    const row = bar ? stage.schedule.rowIndex(bar.rowId) : -1;
    if (!bar || row < 0) continue;
    stage.boxOf(glide, stage.schedule.landingLane(glide.row, glide.start, glide.end, glide.id), box);
    stage.boxOf({ row, start: bar.start, end: bar.end }, stage.schedule.laneOf(bar), other);
    const share = easeOut((now - glide.begun) / GLIDE_MS);
    const between = (a: number, b: number): number => a + (b - a) * share;
    const [x, y] = [between(box.x, other.x), between(box.y, other.y)];
    const width = between(box.width, other.width);
    drawBar(ctx, stage, bar, x, y, width, box.height, lifted, dpr);
    ctx.strokeStyle = stage.shop.palette.danger;
    ctx.lineWidth = 2.5;
    strokeBox(ctx, x - 2, y - 2, width + 3, box.height + 4, RADIUS + 2, 0);
  }
}

function drawGhost(ctx: Context, stage: Stage, track: GhostTrack, dpr: number): void {
  const { viewport, shop, schedule, fonts, ruler } = stage;
  if (track.alpha <= 0 || track.row < 0) return;
  const whole = Math.round(track.row);
  const { ghost } = track;
  const lane = Math.max(0, schedule.landingLane(whole, track.start, track.end, ghost.bookingId ?? ""));
  // Between rows the ghost's height is between theirs as well.
  const above = Math.floor(track.row);
  const part = track.row - above;
  const top = viewport.topOf(above) + viewport.heightOf(above) * part;
  const y = crisp(top + viewport.laneTop(whole, lane) - viewport.topOf(whole), dpr);
  const x = viewport.xOf(track.start);
  const width = Math.max(3, (track.end - track.start) * viewport.scale - 1);
  const colour = shop.readable(ghost.colour);
  ctx.globalAlpha = track.alpha * 0.3;
  roundedPath(ctx, x, y, width, viewport.laneHeight, RADIUS);
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.globalAlpha = track.alpha;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2;
  strokeBox(ctx, x, y, width, viewport.laneHeight, RADIUS, 1);
  nameTag(ctx, stage, ghost.name, Math.max(x, viewport.headerWidth), y - 15, colour, ruler.width(ghost.name, fonts.tiny));
  ctx.globalAlpha = 1;
}

function nameTag(ctx: Context, stage: Stage, name: string, x: number, y: number, colour: string, width: number): void {
  ctx.font = stage.fonts.tiny;
  ctx.textBaseline = "middle";
  const top = Math.max(AXIS_HEIGHT + 2, y);
  pill(ctx, name, x, top, width + 14, 17, colour, stage.shop.inkOn(colour));
}

/** What others have selected: an outline in their colour, and their name. */
function drawPeople(ctx: Context, stage: Stage): void {
  const { viewport, schedule, ruler, fonts } = stage;
  for (const person of stage.people) {
    const colour = stage.shop.readable(person.colour);
    let named = false;
    for (const id of person.selectedIds ?? []) {
      const bar = schedule.bar(id);
      const row = bar ? schedule.rowIndex(bar.rowId) : -1;
      if (!bar || row < viewport.firstRow || row > viewport.lastRow) continue;
      if (bar.end < viewport.left || bar.start > viewport.right) continue;
      stage.boxOf({ row, start: bar.start, end: bar.end }, schedule.laneOf(bar), box);
      ctx.strokeStyle = colour;
      ctx.lineWidth = 2;
      strokeBox(ctx, box.x - 3, box.y - 3, box.width + 5, box.height + 6, RADIUS + 3, 0);
      // What travels carries the name along.
      if (named || viewport.rowScale < READABLE || stage.ghosts.isCarried(id)) continue;
      named = true;
      const width = ruler.width(person.name, fonts.tiny);
      const right = Math.min(box.x + box.width, viewport.width) - width - 14;
      nameTag(ctx, stage, person.name, Math.max(right, viewport.headerWidth), box.y - 14, colour, width);
    }
  }
}

/** Where N would book: the keyboard's place on a row. */
function drawCursor(ctx: Context, stage: Stage): void {
  const { focus, viewport, shop } = stage;
  if (!stage.focusShown || focus.barId !== null || stage.session) return;
  const x = viewport.xOf(focus.time);
  const y = viewport.topOf(focus.row);
  const height = viewport.heightOf(focus.row);
  ctx.fillStyle = shop.palette.accent;
  ctx.fillRect(x - 1, y + 3, 2, height - 7);
  ctx.beginPath();
  ctx.arc(x, y + 4, 3.5, 0, Math.PI * 2);
  ctx.arc(x, y + height - 5, 3.5, 0, Math.PI * 2);
  ctx.fill();
}

/** Where something fits, the whole row is lit: it is found from afar. */
function lightRows(ctx: Context, { slots, schedule, viewport, shop }: Stage): void {
  ctx.fillStyle = shop.palette.accent;
  for (const row of new Set(slots.map(({ rowId }) => schedule.rowIndex(rowId)))) {
    if (row < 0) continue;
    const [top, height] = [viewport.topOf(row), viewport.heightOf(row)];
    ctx.globalAlpha = 0.07;
    ctx.fillRect(viewport.headerWidth, top, viewport.bodyWidth, height);
    ctx.globalAlpha = 1;
    ctx.fillRect(viewport.headerWidth, top, 3, height);
  }
}

function drawSlots(ctx: Context, stage: Stage): void {
  const { palette } = stage.shop;
  lightRows(ctx, stage);
  // The chosen one comes last, over whatever it overlaps.
  for (let turn = 1; turn <= stage.slots.length; turn += 1) {
    const index = (Math.max(0, stage.activeSlot) + turn) % stage.slots.length;
    if (!slotBox(stage, index, box)) continue;
    const active = index === stage.activeSlot;
    roundedPath(ctx, box.x, box.y, box.width, box.height, RADIUS);
    ctx.fillStyle = palette.surface;
    // The chosen one hides the words of those it overlaps.
    ctx.globalAlpha = active ? 1 : 0.88;
    ctx.fill();
    ctx.fillStyle = palette.accent;
    ctx.globalAlpha = active ? 0.28 : 0.12;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = palette.accent;
    ctx.lineWidth = active ? 2.5 : 1.5;
    ctx.setLineDash(active ? NO_DASH : DASH);
    strokeBox(ctx, box.x, box.y, box.width, box.height, RADIUS, 1);
    ctx.setLineDash(NO_DASH);
    drawSlotWords(ctx, stage, index, active);
  }
}

function drawSlotWords(ctx: Context, stage: Stage, index: number, active: boolean): void {
  const { fonts, ruler, shop, viewport } = stage;
  const { palette } = shop;
  const from = Math.max(box.x, viewport.headerWidth) + 5;
  const middle = box.y + box.height / 2;
  ctx.font = fonts.tiny;
  if (box.width >= 24) {
    pill(ctx, String(index + 1), from, middle - 8.5, 17, 17, active ? palette.accent : palette.inkSoft, active ? palette.accentInk : palette.surface);
  }
  const label = stage.slots[index]?.label ?? "Free";
  const room = Math.min(box.x + box.width, viewport.width) - from - 30;
  ctx.font = fonts.title;
  ctx.fillStyle = palette.ink;
  ctx.fillText(ruler.fit(label, fonts.title, room), from + 23, middle + 0.5);
}

/** The box of a suggestion; false where its row is not shown. */
export function slotBox(stage: Stage, index: number, out: Box): boolean {
  const slot = stage.slots[index];
  const row = slot ? stage.schedule.rowIndex(slot.rowId) : -1;
  if (!slot || row < 0) return false;
  const lane = stage.schedule.landingLane(row, slot.start, slot.end, "");
  stage.boxOf({ row, start: slot.start, end: slot.end }, lane, out);
  out.width = Math.max(10, out.width - 1);
  return true;
}

function drawLasso(ctx: Context, stage: Stage): void {
  const { lasso, shop } = stage;
  if (!lasso) return;
  ctx.fillStyle = shop.palette.accent;
  ctx.globalAlpha = 0.1;
  ctx.fillRect(lasso.x, lasso.y, lasso.width, lasso.height);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = shop.palette.accent;
  ctx.lineWidth = 1.25;
  ctx.strokeRect(lasso.x, lasso.y, lasso.width, lasso.height);
}

/** Whether the overlay has anything on it: else it is cleared once and left alone. */
export function overlayBusy(stage: Stage): boolean {
  return (
    stage.session !== null ||
    stage.incoming !== null ||
    stage.lasso !== null ||
    stage.linking !== null ||
    stage.ticking.length + stage.previews.length > 0 ||
    stage.settling.size + stage.glides.size + stage.ghosts.size + stage.slots.length + stage.people.length > 0 ||
    (stage.focusShown && stage.focus.barId === null)
  );
}

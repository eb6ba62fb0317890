/**
 * Owns a drag in flight: what is carried, where it would land, and what stands in the way.
 * Knows nothing of pixels or events; pointer and keyboard both drive it.
 *
 * Places are always computed from the place at the drag's beginning, so letting go of every
 * modifier or coming back gives exactly the original, and a remote edit in between can rebase it.
 */
import type { Schedule } from "../model/schedule.ts";
import {
  createdRange,
  FREE_STEP,
  halfDayEdges,
  LONGEST,
  magnet,
  offersHalfDays,
  roundTo,
  SHORTEST,
  snapEdge,
  stepFor,
  type Range,
} from "../time/snap.ts";
import { dayCloses, dayOpens } from "../time/working.ts";
import { DAY, HOUR, type ZoneClock } from "../time/zone.ts";
import type { BarStatus, GanttBar, GanttConflict } from "../types.ts";

/** What a drag needs to know of the world around it. */
export interface DragWorld {
  readonly schedule: Schedule;
  /** The zone of the axis, whose grid is snapped to. */
  readonly shown: ZoneClock;
  readonly pxPerDay: number;
  conflictAt(row: number, start: number, end: number, exceptIds: readonly string[], status: BarStatus): GanttConflict | null;
}

/** One range on its way: where it came from, and where it is now. */
export interface Carried {
  /** Null for a booking that does not exist yet. */
  bar: GanttBar | null;
  readonly status: BarStatus;
  originRow: number;
  originStart: number;
  originEnd: number;
  row: number;
  start: number;
  end: number;
  conflict: GanttConflict | null;
}

interface Carrying {
  /** The first one is under the hand. */
  readonly items: Carried[];
  readonly ids: string[];
}

export interface MoveSession extends Carrying {
  readonly kind: "move";
  /** Milliseconds from the primary's start to the pointer. */
  grab: number;
  copy: boolean;
}

export interface ResizeSession extends Carrying {
  readonly kind: "resize";
  readonly edge: "start" | "end";
  /** Milliseconds from the edge to the pointer. */
  readonly grab: number;
}

export interface CreateSession extends Carrying {
  readonly kind: "create";
  readonly anchor: number;
}

export type Session = MoveSession | ResizeSession | CreateSession;

/** Magnets pull from this far, in pixels. */
const PULL = 6;

function carry(schedule: Schedule, bar: GanttBar): Carried {
  const row = schedule.rowIndex(bar.rowId);
  const place = { row, start: bar.start, end: bar.end };
  const origin = { originRow: row, originStart: bar.start, originEnd: bar.end };
  return { bar, status: bar.status, ...origin, ...place, conflict: null };
}

export function beginMove(schedule: Schedule, primary: GanttBar, others: readonly GanttBar[], at: number): MoveSession {
  const bars = [primary, ...others.filter((bar) => bar.id !== primary.id)];
  const items = bars.map((bar) => carry(schedule, bar));
  return { kind: "move", items, ids: bars.map((bar) => bar.id), grab: at - primary.start, copy: false };
}

export function beginResize(schedule: Schedule, bar: GanttBar, edge: "start" | "end", at: number): ResizeSession {
  return { kind: "resize", items: [carry(schedule, bar)], ids: [bar.id], edge, grab: at - bar[edge] };
}

export function beginCreate(row: number, at: number, status: BarStatus): CreateSession {
  const place = { row, start: at, end: at };
  const origin = { originRow: row, originStart: at, originEnd: at };
  return { kind: "create", items: [{ bar: null, status, ...origin, ...place, conflict: null }], ids: [], anchor: at };
}

function judge(item: Carried, ids: readonly string[], world: DragWorld): void {
  item.conflict = world.conflictAt(item.row, item.start, item.end, ids, item.status);
}

const candidates: number[] = [];

/** Edges of neighbours and of the working day around `time`; gives how many there are. */
function gatherMagnets(world: DragWorld, row: number, time: number, reach: number, ids: readonly string[]): number {
  const info = world.schedule.rows[row];
  if (!info) return 0;
  const midnight = Math.floor(info.clock.toLocal(time) / DAY) * DAY;
  let count = 0;
  candidates[count++] = dayOpens(info.week, info.clock, midnight);
  candidates[count++] = dayCloses(info.week, info.clock, midnight);
  for (const bar of world.schedule.line(row).bars) {
    if (bar.start > time + reach) break;
    if (bar.end < time - reach || ids.includes(bar.id)) continue;
    candidates[count++] = bar.start;
    candidates[count++] = bar.end;
  }
  return count;
}

function pulled(world: DragWorld, row: number, raw: number, ids: readonly string[]): number {
  const reach = (PULL * DAY) / world.pxPerDay;
  return magnet(raw, candidates, gatherMagnets(world, row, raw, reach, ids), reach);
}

type Edge = "start" | "end";

/** Where an edge rests: on a magnet, else on the grid, else (free) on the minute. */
function rest(world: DragWorld, item: Carried, row: number, edge: Edge, raw: number, free: boolean, ids: readonly string[]): number {
  if (free) return roundTo(world.shown, raw, FREE_STEP);
  const step = stepFor(world.pxPerDay);
  const origin = edge === "start" ? item.originStart : item.originEnd;
  const onGrid = snapEdge(world.shown, origin, raw, step);
  if (step > HOUR) return offersHalfDays(world.pxPerDay) ? onHalfDays(world, row, edge, raw, onGrid) : onGrid;
  const drawn = pulled(world, row, raw, ids);
  return Number.isNaN(drawn) ? onGrid : drawn;
}

/** The nearest of the grid's answer and the edges of the row's half days. */
function onHalfDays(world: DragWorld, row: number, edge: Edge, raw: number, onGrid: number): number {
  const info = world.schedule.rows[row];
  if (!info) return onGrid;
  candidates[0] = onGrid;
  const count = halfDayEdges(info.week, info.clock, raw, edge, candidates, 1);
  return magnet(raw, candidates, count, Number.POSITIVE_INFINITY);
}

/** Shifts the whole group so that the primary starts at `start` in `row`; rows stay within bounds. */
export function placeGroup(session: MoveSession, start: number, row: number, world: DragWorld): void {
  const primary = session.items[0] as Carried;
  const { shown } = world;
  const wall = shown.toLocal(start) - shown.toLocal(primary.originStart);
  let down = row - primary.originRow;
  for (const item of session.items) {
    down = Math.max(down, -item.originRow);
    down = Math.min(down, world.schedule.rows.length - 1 - item.originRow);
  }
  const except = session.copy ? [] : session.ids;
  for (const item of session.items) {
    item.row = item.originRow + down;
    item.start = item === primary ? start : shown.shift(item.originStart, wall);
    item.end = wall === 0 ? item.originEnd : shown.shift(item.originEnd, wall);
    if (item.end <= item.start) item.end = item.start + (item.originEnd - item.originStart);
    judge(item, except, world);
  }
}

export type AxisLock = "none" | "time" | "rows";

/** Follows the pointer. `lock` says which axis may still change: "time" keeps the row. */
export function moveTo(
  session: MoveSession,
  at: number,
  row: number,
  options: { readonly free: boolean; readonly lock: AxisLock },
  world: DragWorld,
): void {
  const primary = session.items[0] as Carried;
  const target = options.lock === "time" ? primary.originRow : row;
  const raw = at - session.grab;
  const start =
    options.lock === "rows" ? primary.originStart : restGroup(session, target, raw, options.free, world);
  placeGroup(session, start, target, world);
}

/** A booking up to this long may be moved by half days; longer ones by whole days only. */
const HALF_DAY_LENGTH = 5 * HOUR;

/** Like `rest`, but either end of the primary may be drawn to a magnet. */
function restGroup(session: MoveSession, row: number, raw: number, free: boolean, world: DragWorld): number {
  const primary = session.items[0] as Carried;
  const length = primary.originEnd - primary.originStart;
  const step = stepFor(world.pxPerDay);
  if (!free && step > HOUR && length > HALF_DAY_LENGTH) return snapEdge(world.shown, primary.originStart, raw, step);
  const start = rest(world, primary, row, "start", raw, free, session.ids);
  if (free || step > HOUR) return start;
  const byStart = pulled(world, row, raw, session.ids);
  const byEnd = pulled(world, row, raw + length, session.ids);
  const endIsNearer = Math.abs(byEnd - raw - length) < Math.abs(byStart - raw);
  return !Number.isNaN(byEnd) && (Number.isNaN(byStart) || endIsNearer) ? byEnd - length : start;
}

export function resizeTo(session: ResizeSession, at: number, free: boolean, world: DragWorld): void {
  const item = session.items[0] as Carried;
  placeEdge(session, rest(world, item, item.row, session.edge, at - session.grab, free, session.ids), world);
}

/** Puts the edge at an instant, within what a booking may last. */
export function placeEdge(session: ResizeSession, edge: number, world: DragWorld): void {
  const item = session.items[0] as Carried;
  if (session.edge === "start") {
    item.start = Math.max(item.end - LONGEST, Math.min(edge, item.end - SHORTEST));
  } else {
    item.end = Math.min(item.start + LONGEST, Math.max(edge, item.start + SHORTEST));
  }
  judge(item, session.ids, world);
}

const drawn: Range = { start: 0, end: 0 };

export function createTo(session: CreateSession, at: number, free: boolean, world: DragWorld): void {
  const item = session.items[0] as Carried;
  const info = world.schedule.rows[item.row];
  if (!info) return;
  const step = free ? FREE_STEP : stepFor(world.pxPerDay);
  createdRange(world.shown, info.clock, info.week, session.anchor, at, step, drawn);
  item.start = drawn.start;
  item.end = drawn.end;
  if (!free && step <= HOUR) drawToMagnets(session, at, world);
  judge(item, session.ids, world);
}

function drawToMagnets(session: CreateSession, at: number, world: DragWorld): void {
  const item = session.items[0] as Carried;
  const low = pulled(world, item.row, Math.min(session.anchor, at), session.ids);
  const high = pulled(world, item.row, Math.max(session.anchor, at), session.ids);
  const start = Number.isNaN(low) ? item.start : low;
  const end = Number.isNaN(high) ? item.end : high;
  if (end - start < SHORTEST) return;
  item.start = start;
  item.end = end;
}

/**
 * Takes up what others did to the carried bars meanwhile. The primary stays under the hand: only
 * its length and its looks follow the remote edit. Says false where it no longer exists.
 */
export function rebase(session: Session, schedule: Schedule): boolean {
  if (session.kind === "create") return true;
  const primary = session.items[0] as Carried;
  const fresh = primary.bar && schedule.bar(primary.bar.id);
  if (!fresh?.editable) return false;
  if (fresh !== primary.bar) {
    if (session.kind === "move") rebaseGrabbed(session, primary, fresh);
    else rebaseResized(session, primary, fresh, schedule);
    primary.bar = fresh;
  }
  for (let at = session.items.length - 1; at > 0; at -= 1) rebaseFollower(session, at, schedule);
  return true;
}

function rebaseGrabbed(session: MoveSession, primary: Carried, fresh: GanttBar): void {
  const length = fresh.end - fresh.start;
  const grab = Math.min(session.grab, length);
  // Where the bar became too short to reach the hand, its end comes to the hand instead.
  const slide = session.grab - grab;
  session.grab = grab;
  primary.originStart += slide;
  primary.originEnd = primary.originStart + length;
}

function rebaseResized(session: ResizeSession, item: Carried, fresh: GanttBar, schedule: Schedule): void {
  item.originRow = item.row = schedule.rowIndex(fresh.rowId);
  if (session.edge === "start") item.originEnd = item.end = fresh.end;
  else item.originStart = item.start = fresh.start;
}

function rebaseFollower(session: MoveSession | ResizeSession, at: number, schedule: Schedule): void {
  const item = session.items[at] as Carried;
  const fresh = item.bar && schedule.bar(item.bar.id);
  if (!fresh?.editable) {
    session.items.splice(at, 1);
    session.ids.splice(at, 1);
  } else if (fresh !== item.bar) {
    Object.assign(item, carry(schedule, fresh));
  }
}

/** True where letting go here would change nothing. */
export function isUnmoved(item: Carried, schedule: Schedule): boolean {
  const { bar } = item;
  if (!bar) return false;
  return item.start === bar.start && item.end === bar.end && item.row === schedule.rowIndex(bar.rowId);
}

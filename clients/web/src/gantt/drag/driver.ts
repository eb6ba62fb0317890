/** Owns a pointer's drag from picking up to letting go: sessions, the lasso, scrolling at the edges. */
import { abandon, drop, type Drops, focusBar, select, selectedBars } from "../actions.ts";
import type { DragKind, Modifiers, Point, Press } from "../input/gesture.ts";
import type { Hit } from "../input/hit.ts";
import { barsWithin } from "../input/selection.ts";
import type { Stage } from "../stage.ts";
import { LANE, laneTop } from "../view/layout.ts";
import { AXIS_HEIGHT } from "../view/viewport.ts";
import { type AxisLock, beginCreate, beginMove, beginResize, type Carried, createTo, moveTo, rebase, resizeTo } from "./session.ts";

/** Dragging this near to an edge scrolls; speed grows towards it. */
const EDGE = 44;
/** Pixels per millisecond at the very edge. */
const EDGE_SPEED = 1.1;
/** How far beside a bar a link still reaches it. */
const LINK_REACH = 14;
const NO_MODIFIERS: Modifiers = { alt: false, shift: false, ctrl: false };

export class DragDriver {
  readonly #stage: Stage;
  readonly #drops: Drops;
  readonly #focusCell: () => void;
  #active = false;
  /** Where the pointer is and was at the beginning. */
  #at: Point = { x: 0, y: 0 };
  #from: Point = { x: 0, y: 0 };
  #modifiers: Modifiers = NO_MODIFIERS;
  #moved = false;
  /** Lasso: what was selected before, and the corner in content coordinates. */
  #kept: ReadonlySet<string> = new Set();
  #corner = { time: 0, y: 0 };
  #seen = { left: 0, scrollY: 0, pxPerDay: 0 };

  constructor(stage: Stage, drops: Drops, focusCell: () => void) {
    this.#stage = stage;
    this.#drops = drops;
    this.#focusCell = focusCell;
  }

  begin(drag: DragKind, press: Press, at: Point): void {
    const stage = this.#stage;
    this.#active = true;
    this.#at = this.#from = at;
    this.#modifiers = press.modifiers;
    stage.sessionVia = "pointer";
    stage.focusShown = false;
    const time = stage.viewport.timeAt(at.x);
    const { hit } = press;
    if (drag === "lasso") this.#beginLasso(press, at);
    else if (drag === "link" && hit.kind === "handle") {
      stage.linking = { fromId: hit.bar.id, fromEdge: hit.edge, ...at, to: null };
    }
    else if (drag === "create" && (hit.kind === "cell" || hit.kind === "bar")) {
      stage.session = beginCreate(hit.row, time, stage.options.createStatus ?? "hold");
    } else if (hit.kind === "bar") this.#pickUp(drag, hit, time);
    if (press.pointer === "touch") navigator.vibrate?.(8);
    stage.request("all");
  }

  /** The pointer is elsewhere now: the next frame follows. */
  to(at: Point, modifiers: Modifiers): void {
    this.#at = at;
    this.modify(modifiers);
  }

  modify(modifiers: Modifiers): void {
    this.#modifiers = modifiers;
    this.#moved = true;
    this.#stage.request("overlay");
  }

  #pickUp(drag: DragKind, hit: Extract<Hit, { kind: "bar" }>, time: number): void {
    const stage = this.#stage;
    // The bar may have changed between the press and the first movement.
    const bar = stage.schedule.bar(hit.bar.id);
    if (!bar) return;
    if (!stage.selection.has(bar.id)) select(stage, [bar.id], bar.id);
    focusBar(stage, bar);
    this.#focusCell();
    if (drag === "resize" && hit.part !== "body") {
      stage.session = beginResize(stage.schedule, bar, hit.part, time);
    } else {
      const others = stage.options.plan ? [] : selectedBars(stage).filter((one) => one.editable);
      stage.session = beginMove(stage.schedule, bar, others, time);
    }
  }

  #beginLasso(press: Press, at: Point): void {
    const stage = this.#stage;
    this.#kept = press.modifiers.shift || press.modifiers.ctrl ? stage.selection : new Set();
    this.#corner = { time: stage.viewport.timeAt(at.x), y: stage.viewport.contentY(at.y) };
    stage.lasso = { x: at.x, y: at.y, width: 0, height: 0 };
  }

  /** Once a frame: edge scrolling, and the drag's new place. Says whether to go on drawing. */
  frame(ms: number): boolean {
    if (!this.#active) return false;
    const scrolled = this.#scrollAtEdges(ms);
    if (this.#moved || this.#viewMoved()) this.#follow();
    this.#moved = false;
    return scrolled;
  }

  /** Scrolling and zooming under a resting hand move what it holds as well. */
  #viewMoved(): boolean {
    const { left, scrollY, pxPerDay } = this.#stage.viewport;
    const same = left === this.#seen.left && scrollY === this.#seen.scrollY && pxPerDay === this.#seen.pxPerDay;
    this.#seen = { left, scrollY, pxPerDay };
    return !same;
  }

  /** After data changed: a remote edit rebases the drag. False where what was held is gone. */
  rebased(): boolean {
    const { session, schedule } = this.#stage;
    if (!session) return true;
    this.#moved = true;
    return rebase(session, schedule);
  }

  #follow(): void {
    const stage = this.#stage;
    const { session, viewport } = stage;
    if (stage.lasso) this.#followLasso();
    if (stage.linking) this.#followLink();
    if (!session) return;
    const time = viewport.timeAt(this.#at.x);
    const free = this.#modifiers.alt;
    switch (session.kind) {
      case "create":
        createTo(session, time, free, stage);
        return;
      case "resize":
        resizeTo(session, time, free, stage);
        break;
      case "move":
        session.copy = this.#modifiers.shift && !stage.options.plan;
        moveTo(session, time, viewport.nearestRow(this.#at.y), { free, lock: this.#lock() }, stage);
    }
    const item = session.items[0] as Carried;
    if (item.bar) {
      stage.callbacks.onDrag({ id: item.bar.id, rowId: stage.rowId(item.row), start: item.start, end: item.end });
    }
  }

  #lock(): AxisLock {
    if (this.#stage.options.plan) return "time";
    if (!this.#modifiers.ctrl) return "none";
    const [dx, dy] = [Math.abs(this.#at.x - this.#from.x), Math.abs(this.#at.y - this.#from.y)];
    return dx >= dy ? "time" : "rows";
  }

  /** The edge of another phase nearest to the pointer, where one is under it. */
  #followLink(): void {
    const stage = this.#stage;
    const { viewport, schedule, linking } = stage;
    if (!linking) return;
    const time = viewport.timeAt(this.#at.x);
    const row = viewport.rowAt(this.#at.y);
    const reach = LINK_REACH / viewport.scale;
    const under = (row < 0 ? [] : schedule.line(row).bars).find(
      (bar) => bar.status === "phase" && bar.id !== linking.fromId && bar.start - reach <= time && time <= bar.end + reach,
    );
    const edge = under && time > (under.start + under.end) / 2 ? "end" : "start";
    stage.linking = { ...linking, ...this.#at, to: under ? { id: under.id, edge } : null };
    stage.request("overlay");
  }

  #followLasso(): void {
    const stage = this.#stage;
    const { viewport } = stage;
    const time = viewport.timeAt(this.#at.x);
    const y = viewport.contentY(this.#at.y);
    const [top, bottom] = [Math.min(y, this.#corner.y), Math.max(y, this.#corner.y)];
    const [start, end] = [Math.min(time, this.#corner.time), Math.max(time, this.#corner.time)];
    stage.lasso = {
      x: viewport.xOf(start),
      y: AXIS_HEIGHT + top * viewport.rowScale - viewport.scrollY,
      width: (end - start) * viewport.scale,
      height: (bottom - top) * viewport.rowScale,
    };
    const firstRow = viewport.layout.nearestRow(top);
    const lastRow = viewport.layout.nearestRow(bottom);
    const caught = barsWithin(stage.schedule, { firstRow, lastRow, start, end }).filter((bar) => {
      const { layout } = viewport;
      const row = stage.schedule.rowIndex(bar.rowId);
      const at = layout.top(row) + laneTop(layout.laneIn(row, stage.schedule.laneOf(bar)));
      return at < bottom && at + LANE > top;
    });
    const next = new Set(this.#kept);
    for (const bar of caught) next.add(bar.id);
    select(stage, next, caught[0]?.id ?? null);
  }

  drop(at: Point, modifiers: Modifiers): void {
    const stage = this.#stage;
    this.to(at, modifiers);
    this.#follow();
    this.#rest();
    if (stage.lasso) {
      stage.lasso = null;
      stage.callbacks.announce(`${String(stage.selection.size)} selected`);
    }
    const { linking } = stage;
    stage.linking = null;
    if (linking?.to) {
      const { fromId, fromEdge, to } = linking;
      stage.callbacks.onLink?.({ fromId, fromEdge, toId: to.id, toEdge: to.edge });
    }
    drop(stage, this.#drops);
  }

  abandon(): void {
    const stage = this.#stage;
    if (stage.lasso) select(stage, this.#kept, null);
    stage.linking = null;
    abandon(stage);
    this.#rest();
  }

  #rest(): void {
    this.#active = false;
    this.#moved = false;
    this.#stage.request("all");
  }

  #scrollAtEdges(ms: number): boolean {
    const { session } = this.#stage;
    return scrollAtEdges(this.#stage, this.#at, ms, session !== null && session.kind !== "move") === true;
  }
}

/** Scrolls by how hard a pointer pushes against an edge. Says whether the view moved; null where nothing pushes. */
export function scrollAtEdges(stage: Stage, at: Point, ms: number, flat = false): boolean | null {
  const { viewport } = stage;
  const sideways = push(at.x, viewport.headerWidth, viewport.width);
  const updown = flat ? 0 : push(at.y, AXIS_HEIGHT, viewport.height);
  if (sideways === 0 && updown === 0) return null;
  const before = [viewport.left, viewport.scrollY];
  viewport.panBy(sideways * EDGE_SPEED * ms, updown * EDGE_SPEED * ms);
  stage.viewSource = "user";
  const moved = viewport.left !== before[0] || viewport.scrollY !== before[1];
  if (moved) stage.request("all");
  return moved;
}

/** -1 to 1: how hard a pointer near an edge of a span pushes beyond it. */
function push(at: number, low: number, high: number): number {
  if (at < low + EDGE) return -(Math.min(1, (low + EDGE - at) / EDGE) ** 2);
  return at > high - EDGE ? Math.min(1, (at - high + EDGE) / EDGE) ** 2 : 0;
}

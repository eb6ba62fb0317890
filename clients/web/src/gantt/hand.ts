/** Owns the pointer: feeds the gesture grammar from DOM events and carries out what it says. */
import { abandon, drop, type Drops, focusBar, select, selectedBars, takeSlot, toggle } from "./actions.ts";
import {
  beginCreate,
  beginMove,
  beginResize,
  type Carried,
  createTo,
  moveTo,
  rebase,
  resizeTo,
  type AxisLock,
} from "./drag/session.ts";
import { slotBox } from "./draw/overlay.ts";
import {
  type DragKind,
  type GestureEffect,
  type GestureEvent,
  type GestureState,
  IDLE,
  LONG_PRESS_MS,
  type Modifiers,
  type Point,
  type PointerKind,
  type Press,
  transition,
} from "./input/gesture.ts";
import { type Hit, hitTest } from "./input/hit.ts";
import { barsBetween, barsWithin } from "./input/selection.ts";
import type { Box, Stage } from "./stage.ts";
import { LANE, laneTop } from "./view/layout.ts";
import { Velocity } from "./view/motion.ts";
import { AXIS_HEIGHT } from "./view/viewport.ts";

/** Dragging this near to an edge scrolls; speed grows towards it. */
const EDGE = 44;
const EDGE_SPEED = 1.1;
const DOUBLE_MS = 350;
const NO_MODIFIERS: Modifiers = { alt: false, shift: false, ctrl: false };
const scratch: Box = { x: 0, y: 0, width: 0, height: 0 };

export interface HandHost {
  readonly root: HTMLElement;
  readonly drops: Drops;
  /** Puts keyboard focus where `stage.focus` is. */
  focusCell(): void;
  /** What the pointer rests on changed: tips follow. */
  hovered(hit: Hit, at: Point): void;
}

export class Hand {
  readonly #stage: Stage;
  readonly #host: HandHost;
  readonly #velocity = new Velocity();
  #state: GestureState = IDLE;
  #timer: number | undefined;
  /** Where the dragging pointer is and was at the beginning. */
  #at: Point = { x: 0, y: 0 };
  #from: Point = { x: 0, y: 0 };
  #modifiers: Modifiers = NO_MODIFIERS;
  #moved = false;
  #lastClick = { id: "", at: 0 };
  /** Lasso: what was selected before, and the corner in content coordinates. */
  #kept: ReadonlySet<string> = new Set();
  #corner = { time: 0, y: 0 };
  spaceHeld = false;

  constructor(stage: Stage, host: HandHost) {
    this.#stage = stage;
    this.#host = host;
  }

  get dragging(): boolean {
    return this.#state.kind === "dragging";
  }

  get busy(): boolean {
    return this.#state.kind !== "idle";
  }

  get at(): Point {
    return this.#at;
  }

  hitAt(at: Point, pointer: PointerKind): Hit {
    const stage = this.#stage;
    const options = { touch: pointer === "touch", selected: stage.selection };
    return hitTest(stage.schedule, stage.viewport, at.x, at.y, options, (x, y) => this.#slotAt(x, y));
  }

  #slotAt(x: number, y: number): number {
    for (let index = this.#stage.slots.length - 1; index >= 0; index -= 1) {
      if (!slotBox(this.#stage, index, scratch)) continue;
      const inside = x >= scratch.x && x <= scratch.x + scratch.width && y >= scratch.y && y <= scratch.y + scratch.height;
      if (inside) return index;
    }
    return -1;
  }

  down(pointerId: number, pointer: PointerKind, at: Point, modifiers: Modifiers, middle: boolean): void {
    const hit = this.hitAt(at, pointer);
    const drag = this.#dragFor(hit, pointer, modifiers);
    const eager = pointer === "touch" && drag === "resize";
    this.#velocity.clear();
    this.#stage.momentum.stop();
    this.#stage.travel = null;
    const press: Press = { pointer, hit, modifiers, drag, eager };
    this.#feed({ kind: "down", pointerId, at, press, pan: middle || this.spaceHeld });
  }

  #dragFor(hit: Hit, pointer: PointerKind, modifiers: Modifiers): DragKind | null {
    const { options, schedule } = this.#stage;
    if (hit.kind === "bar") {
      if (!hit.bar.editable) return pointer === "touch" ? null : "lasso";
      return hit.part === "body" ? "move" : "resize";
    }
    if (hit.kind !== "cell") return null;
    const bookable = options.creatable !== false && schedule.rows[hit.row]?.row.bookable !== false;
    if (pointer !== "touch" && (modifiers.shift || modifiers.ctrl || !bookable)) return "lasso";
    return bookable ? "create" : null;
  }

  move(pointerId: number, pointer: PointerKind, at: Point, modifiers: Modifiers): void {
    if (this.#state.kind === "idle") {
      this.#hover(at, pointer);
      return;
    }
    this.#feed({ kind: "move", pointerId, at, modifiers });
  }

  up(pointerId: number, at: Point, modifiers: Modifiers): void {
    this.#feed({ kind: "up", pointerId, at, modifiers });
  }

  cancel(pointerId: number): void {
    this.#feed({ kind: "cancel", pointerId });
  }

  modify(modifiers: Modifiers): void {
    this.#feed({ kind: "modifiers", modifiers });
  }

  /** Esc, or the dragged bar has gone. Says whether there was anything to give up. */
  abort(): boolean {
    const active = this.#state.kind !== "idle" && this.#state.kind !== "spent";
    this.#feed({ kind: "abort" });
    return active;
  }

  leave(): void {
    if (this.#state.kind === "idle") this.#setHover({ kind: "nothing" }, this.#at);
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #hover(at: Point, pointer: PointerKind): void {
    this.#at = at;
    if (pointer === "touch") return;
    this.#setHover(this.hitAt(at, pointer), at);
  }

  #setHover(hit: Hit, at: Point): void {
    const before = this.#stage.hover;
    this.#stage.hover = hit;
    this.#host.root.style.cursor = this.spaceHeld ? "grab" : cursorFor(hit, this.#stage);
    this.#host.hovered(hit, at);
    const sameBar = hit.kind === "bar" && before.kind === "bar" && hit.bar.id === before.bar.id;
    const rowOf = (of: Hit): number => ("row" in of ? of.row : -1);
    if ((sameBar || hit.kind === before.kind) && rowOf(hit) === rowOf(before) && (sameBar || hit.kind !== "bar")) return;
    this.#stage.request("all");
  }

  #feed(event: GestureEvent): void {
    const { state, effects } = transition(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: GestureEffect): void {
    switch (effect.kind) {
      case "arm-long-press":
        this.#timer = window.setTimeout(() => {
          this.#feed({ kind: "long-press" });
        }, LONG_PRESS_MS);
        return;
      case "disarm-long-press":
        clearTimeout(this.#timer);
        return;
      case "click":
        this.#click(effect.press);
        return;
      case "begin":
        this.#begin(effect.drag, effect.press, effect.at);
        return;
      case "drag":
        this.#at = effect.at;
        this.#modifiers = effect.modifiers;
        this.#moved = true;
        this.#stage.request("overlay");
        return;
      case "modify":
        this.#modifiers = effect.modifiers;
        this.#moved = true;
        this.#stage.request("overlay");
        return;
      case "drop":
        this.#at = effect.at;
        this.#modifiers = effect.modifiers;
        this.#drop();
        return;
      case "abandon":
        this.#abandon();
        return;
      case "pan":
        this.#pan(effect.dx, effect.dy);
        return;
      case "coast":
        this.#coast();
        return;
      case "pinch":
        this.#pinch(effect.centre, effect.factor, effect.dx, effect.dy);
    }
  }

  #click(press: Press): void {
    const stage = this.#stage;
    const { hit } = press;
    stage.focusShown = false;
    if (hit.kind === "slot") {
      takeSlot(stage, hit.index);
    } else if (hit.kind === "bar") {
      this.#clickBar(press, hit);
    } else if (hit.kind === "cell" || hit.kind === "header") {
      const time = hit.kind === "cell" ? hit.time : stage.focus.time;
      stage.focus = { row: hit.row, barId: null, time };
      if (!press.modifiers.ctrl && !press.modifiers.shift) select(stage, [], null);
    } else return;
    this.#host.focusCell();
    stage.request("all");
  }

  #clickBar(press: Press, hit: Extract<Hit, { kind: "bar" }>): void {
    const stage = this.#stage;
    const { bar } = hit;
    const now = performance.now();
    const again = this.#lastClick.id === bar.id && now - this.#lastClick.at < DOUBLE_MS;
    this.#lastClick = { id: bar.id, at: now };
    focusBar(stage, bar);
    const anchor = stage.anchorId === null ? undefined : stage.schedule.bar(stage.anchorId);
    if (press.modifiers.ctrl) toggle(stage, bar.id);
    else if (press.modifiers.shift && anchor) {
      select(stage, barsBetween(stage.schedule, anchor, bar).map((one) => one.id), anchor.id);
    } else if (again || (press.pointer === "touch" && stage.selection.size === 1 && stage.selection.has(bar.id))) {
      select(stage, [bar.id], bar.id);
      stage.callbacks.onOpen(bar.id);
    } else select(stage, [bar.id], bar.id);
  }

  #begin(drag: DragKind, press: Press, at: Point): void {
    const stage = this.#stage;
    clearTimeout(this.#timer);
    this.#at = this.#from = at;
    this.#modifiers = press.modifiers;
    stage.sessionVia = "pointer";
    stage.focusShown = false;
    const time = stage.viewport.timeAt(at.x);
    const { hit } = press;
    if (drag === "lasso") this.#beginLasso(press, at);
    else if (drag === "create" && hit.kind === "cell") {
      stage.session = beginCreate(hit.row, time, stage.options.createStatus ?? "hold");
    } else if (hit.kind === "bar") this.#pickUp(drag, hit, time);
    if (press.pointer === "touch") navigator.vibrate?.(8);
    this.#host.root.style.cursor = drag === "resize" ? "ew-resize" : drag === "move" ? "grabbing" : "crosshair";
    this.#host.hovered({ kind: "nothing" }, at);
    stage.request("all");
  }

  #pickUp(drag: DragKind, hit: Extract<Hit, { kind: "bar" }>, time: number): void {
    const stage = this.#stage;
    // The bar may have changed between the press and the first movement.
    const bar = stage.schedule.bar(hit.bar.id);
    if (!bar) return;
    if (!stage.selection.has(bar.id)) select(stage, [bar.id], bar.id);
    focusBar(stage, bar);
    this.#host.focusCell();
    if (drag === "resize" && hit.part !== "body") {
      stage.session = beginResize(stage.schedule, bar, hit.part, time);
    } else {
      const others = selectedBars(stage).filter((one) => one.editable);
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
    if (this.#state.kind !== "dragging") return false;
    const scrolled = this.#scrollAtEdges(ms);
    if (scrolled || this.#moved) this.#follow();
    this.#moved = false;
    return scrolled;
  }

  /** After data changed: a remote edit rebases the drag, a removal ends it. */
  dataChanged(): void {
    const stage = this.#stage;
    if (!stage.session) return;
    const words = stage.session.items[0]?.bar?.title ?? "The booking";
    if (rebase(stage.session, stage.schedule)) {
      this.#moved = true;
      return;
    }
    if (!this.abort()) abandon(stage);
    stage.callbacks.announce(`${words} was taken away by somebody else while you moved it.`);
  }

  #follow(): void {
    const stage = this.#stage;
    const { session, viewport } = stage;
    if (stage.lasso) this.#followLasso();
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
        session.copy = this.#modifiers.shift;
        moveTo(session, time, viewport.nearestRow(this.#at.y), { free, lock: this.#lock() }, stage);
    }
    const item = session.items[0] as Carried;
    if (item.bar) {
      stage.callbacks.onDrag({ id: item.bar.id, rowId: stage.rowId(item.row), start: item.start, end: item.end });
    }
  }

  #lock(): AxisLock {
    if (!this.#modifiers.ctrl) return "none";
    const [dx, dy] = [Math.abs(this.#at.x - this.#from.x), Math.abs(this.#at.y - this.#from.y)];
    return dx >= dy ? "time" : "rows";
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
      const lane = viewport.layout.top(stage.schedule.rowIndex(bar.rowId)) + laneTop(stage.schedule.laneOf(bar));
      return lane < bottom && lane + LANE > top;
    });
    const next = new Set(this.#kept);
    for (const bar of caught) next.add(bar.id);
    select(stage, next, caught[0]?.id ?? null);
  }

  #drop(): void {
    const stage = this.#stage;
    this.#moved = false;
    this.#follow();
    if (stage.lasso) {
      stage.lasso = null;
      stage.callbacks.announce(`${String(stage.selection.size)} selected`);
    }
    drop(stage, this.#host.drops);
    this.#rest();
  }

  #abandon(): void {
    const stage = this.#stage;
    if (stage.lasso) select(stage, this.#kept, null);
    abandon(stage);
    this.#rest();
  }

  #rest(): void {
    this.#host.root.style.cursor = "";
    this.#stage.request("all");
  }

  #scrollAtEdges(ms: number): boolean {
    const stage = this.#stage;
    const { viewport } = stage;
    const sideways = push(this.#at.x, viewport.headerWidth, viewport.width);
    const flat = stage.session !== null && stage.session.kind !== "move";
    const updown = flat ? 0 : push(this.#at.y, AXIS_HEIGHT, viewport.height);
    if (sideways === 0 && updown === 0) return false;
    const before = [viewport.left, viewport.scrollY];
    viewport.panBy(sideways * EDGE_SPEED * ms, updown * EDGE_SPEED * ms);
    stage.viewSource = "user";
    const moved = viewport.left !== before[0] || viewport.scrollY !== before[1];
    if (moved) stage.request("all");
    return moved;
  }

  #pan(dx: number, dy: number): void {
    const stage = this.#stage;
    stage.viewSource = "user";
    stage.viewport.panBy(dx, dy);
    this.#travelled.x += dx;
    this.#travelled.y += dy;
    this.#velocity.add(performance.now(), this.#travelled.x, this.#travelled.y);
    stage.request("all");
  }

  readonly #travelled = { x: 0, y: 0 };

  #coast(): void {
    if (this.#stage.reducedMotion) return;
    const { vx, vy } = this.#velocity.at(performance.now());
    this.#stage.momentum.fling(vx, vy);
    this.#stage.request("all");
  }

  #pinch(centre: Point, factor: number, dx: number, dy: number): void {
    const { viewport } = this.#stage;
    this.#stage.viewSource = "user";
    viewport.zoomAt(viewport.pxPerDay * factor, centre.x, centre.y);
    viewport.panBy(dx, dy);
    this.#stage.request("all");
  }
}

/** -1 to 1: how hard a pointer near an edge of a span pushes beyond it. */
function push(at: number, low: number, high: number): number {
  if (at < low + EDGE) return -(Math.min(1, (low + EDGE - at) / EDGE) ** 2);
  return at > high - EDGE ? Math.min(1, (at - high + EDGE) / EDGE) ** 2 : 0;
}

function cursorFor(hit: Hit, stage: Stage): string {
  switch (hit.kind) {
    case "bar":
      if (!hit.bar.editable) return "pointer";
      return hit.part === "body" ? "grab" : "ew-resize";
    case "slot":
      return "pointer";
    case "cell":
      return stage.options.creatable === false || stage.schedule.rows[hit.row]?.row.bookable === false ? "default" : "cell";
    case "axis":
      return "ew-resize";
    case "header":
    case "nothing":
      return "default";
  }
}

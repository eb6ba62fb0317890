/** Owns the pointer: feeds the gesture grammar from DOM events and carries out what it says. */
import { abandon, type Drops, focusBar, select, takeSlot, toggle } from "./actions.ts";
import { DragDriver } from "./drag/driver.ts";
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
import { barsBetween } from "./input/selection.ts";
import type { Box, Stage } from "./stage.ts";
import type { GanttBar } from "./types.ts";
import { Velocity } from "./view/motion.ts";

const DOUBLE_MS = 350;
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
  readonly #driver: DragDriver;
  readonly #velocity = new Velocity();
  #state: GestureState = IDLE;
  #timer: number | undefined;
  #at: Point = { x: 0, y: 0 };
  /** Whether a mouse is over the surface. */
  #resting = false;
  #lastClick = { id: "", at: 0 };
  /** How far a pan has gone, for its speed when it is let go. */
  readonly #travelled = { x: 0, y: 0 };
  spaceHeld = false;

  constructor(stage: Stage, host: HandHost) {
    this.#stage = stage;
    this.#host = host;
    this.#driver = new DragDriver(stage, host.drops, () => {
      host.focusCell();
    });
  }

  get busy(): boolean {
    return this.#state.kind !== "idle";
  }

  /** Whether something is, or is about to be, in the hand: the ground must not move then. */
  get holds(): boolean {
    const { kind } = this.#state;
    return kind === "pressed" || kind === "touched" || kind === "dragging";
  }

  hitAt(at: Point, pointer: PointerKind): Hit {
    const stage = this.#stage;
    const { plan } = stage.options;
    const touch = pointer === "touch";
    const options = { touch, selected: stage.selection, ...(plan ? { linkable: linkable(stage) } : {}) };
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
    const eager = pointer === "touch" && (drag === "resize" || drag === "link");
    this.#velocity.clear();
    this.#stage.momentum.stop();
    this.#stage.travel = null;
    const press: Press = { pointer, hit, modifiers, drag, eager };
    this.#feed({ kind: "down", pointerId, at, press, pan: middle || this.spaceHeld });
  }

  #dragFor(hit: Hit, pointer: PointerKind, modifiers: Modifiers): DragKind | null {
    const { creatable, schedule } = this.#stage;
    if (hit.kind === "handle") return "link";
    if (hit.kind === "bar" && hit.bar.status !== "off") {
      if (!hit.bar.editable) return pointer === "touch" ? null : "lasso";
      return hit.part === "body" ? "move" : "resize";
    }
    if (hit.kind !== "cell" && hit.kind !== "bar") return null;
    const bookable = creatable && schedule.rows[hit.row]?.row.bookable !== false;
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
    this.#resting = false;
    if (this.#state.kind === "idle") this.#setHover({ kind: "nothing" }, this.#at);
  }

  /** The ground has moved under a resting pointer. */
  rehover(): void {
    if (this.#resting && this.#state.kind === "idle") this.#setHover(this.hitAt(this.#at, "mouse"), this.#at);
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #hover(at: Point, pointer: PointerKind): void {
    this.#at = at;
    this.#resting = pointer !== "touch";
    if (!this.#resting) return;
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
        this.#driver.to(effect.at, effect.modifiers);
        return;
      case "modify":
        this.#driver.modify(effect.modifiers);
        return;
      case "drop":
        this.#host.root.style.cursor = "";
        this.#driver.drop(effect.at, effect.modifiers);
        return;
      case "abandon":
        this.#host.root.style.cursor = "";
        this.#driver.abandon();
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
    } else if (hit.kind === "header" && stage.schedule.rows[hit.row]?.row.expanded !== undefined) {
      stage.callbacks.onToggleRow?.(stage.rowId(hit.row));
      stage.focus = { row: hit.row, barId: null, time: stage.focus.time };
    } else if (hit.kind === "cell" || hit.kind === "header") {
      const time = hit.kind === "cell" ? hit.time : stage.focus.time;
      stage.focus = { row: hit.row, barId: null, time };
      if (!press.modifiers.ctrl && !press.modifiers.shift) select(stage, [], null);
      if (hit.kind === "header") stage.callbacks.onOpenRow?.(stage.rowId(hit.row));
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
    clearTimeout(this.#timer);
    this.#host.root.style.cursor = drag === "resize" ? "ew-resize" : drag === "move" ? "grabbing" : "crosshair";
    this.#host.hovered({ kind: "nothing" }, at);
    this.#driver.begin(drag, press, at);
  }

  /** Once a frame. Says whether to go on drawing. */
  frame(ms: number): boolean {
    return this.#driver.frame(ms);
  }

  /** After data changed: where what was held is gone, the drag ends and says so. */
  dataChanged(): void {
    const stage = this.#stage;
    const words = stage.session?.items[0]?.bar?.title ?? "The booking";
    if (this.#driver.rebased()) return;
    if (!this.abort()) abandon(stage);
    stage.callbacks.announce(`${words} was taken away by somebody else while you moved it.`);
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

/** The bar whose edges links can be drawn from: the one under the pointer, or the one that is selected. */
function linkable({ hover, selection, schedule }: Stage): GanttBar | null {
  const [id] = selection;
  const bar = hover.kind === "bar" || hover.kind === "handle" ? hover.bar : schedule.bar(id ?? "");
  return bar?.status === "phase" && bar.editable ? bar : null;
}

function cursorFor(hit: Hit, stage: Stage): string {
  switch (hit.kind) {
    case "bar":
      if (!hit.bar.editable) return "pointer";
      return hit.part === "body" ? "grab" : "ew-resize";
    case "slot":
      return "pointer";
    case "handle":
      return "crosshair";
    case "cell":
      return !stage.creatable || stage.schedule.rows[hit.row]?.row.bookable === false ? "default" : "cell";
    case "axis":
      return "ew-resize";
    case "header":
    case "nothing":
      return "default";
  }
}

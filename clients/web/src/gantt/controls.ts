/** Owns what listeners lead to: hands to the hand, keys to the keys, wheels to the view, focus to the stage. */
import { focusBar, select } from "./actions.ts";
import type { EventSinks } from "./dom/events.ts";
import { A11yGrid } from "./dom/grid.ts";
import type { Hand } from "./hand.ts";
import type { Modifiers, Point, PointerKind } from "./input/gesture.ts";
import type { KeyStroke } from "./input/keyboard.ts";
import type { Keys } from "./keys.ts";
import type { Stage } from "./stage.ts";
import type { Tips } from "./tips.ts";
import { AXIS_HEIGHT } from "./view/viewport.ts";

/** A wheel step of at least this is a notch of a mouse, and is eased; trackpads ease by themselves. */
const NOTCH = 40;
const ZOOM_PER_PIXEL = 0.012;

export interface ControlParts {
  readonly root: HTMLElement;
  readonly stage: Stage;
  readonly grid: A11yGrid;
  readonly hand: Hand;
  readonly keys: Keys;
  readonly tips: Tips;
}

export class Controls implements EventSinks {
  readonly #root: HTMLElement;
  readonly #stage: Stage;
  readonly #grid: A11yGrid;
  readonly #hand: Hand;
  readonly #keys: Keys;
  readonly #tips: Tips;
  #spaceUsed = false;

  constructor({ root, stage, grid, hand, keys, tips }: ControlParts) {
    this.#root = root;
    this.#stage = stage;
    this.#grid = grid;
    this.#hand = hand;
    this.#keys = keys;
    this.#tips = tips;
  }

  get gesturing(): boolean {
    return this.#hand.busy;
  }

  down(pointerId: number, pointer: PointerKind, at: Point, modifiers: Modifiers, middle: boolean): void {
    this.#keys.commit();
    this.#tips.dismiss();
    this.#spaceUsed ||= this.#hand.spaceHeld;
    this.#hand.down(pointerId, pointer, at, modifiers, middle);
  }

  move(pointerId: number, pointer: PointerKind, at: Point, modifiers: Modifiers): void {
    this.#hand.move(pointerId, pointer, at, modifiers);
  }

  up(pointerId: number, at: Point, modifiers: Modifiers): void {
    this.#hand.up(pointerId, at, modifiers);
  }

  cancel(pointerId: number): void {
    this.#hand.cancel(pointerId);
  }

  leave(): void {
    this.#hand.leave();
  }

  modify(modifiers: Modifiers): void {
    this.#hand.modify(modifiers);
  }

  abort(): boolean {
    return this.#hand.abort();
  }

  key(stroke: KeyStroke): boolean {
    // Under the pointer space may become a pan: it selects when it is let go without one.
    if (stroke.key === " " && this.#root.matches(":hover")) return true;
    const used = this.#keys.press(stroke);
    if (used) this.#tips.dismiss();
    return used;
  }

  keyReleased(key: string): void {
    if (key === "Alt") this.#keys.commit();
  }

  blurred(): void {
    this.#keys.commit();
    this.#stage.focusShown = false;
    this.#stage.request("overlay");
  }

  /** Space held under the pointer pans; let go without having panned it selects, as space does. */
  space(held: boolean): void {
    const hand = this.#hand;
    if (hand.spaceHeld === held) return;
    hand.spaceHeld = held;
    this.#root.style.cursor = held ? "grab" : "";
    if (!held && !this.#spaceUsed && this.#grid.focused) {
      this.#keys.press({ key: " ", code: "Space", alt: false, shift: false, ctrl: false });
    }
    this.#spaceUsed = false;
  }

  pinch(at: Point, factor: number): void {
    this.#zoom(at, factor);
    this.#stage.request("all");
  }

  #zoom(at: Point, factor: number): void {
    const { viewport, momentum } = this.#stage;
    this.#stage.viewSource = "user";
    this.#stage.travel = null;
    momentum.stop();
    viewport.zoomAt(viewport.pxPerDay * factor, Math.max(at.x, viewport.headerWidth), at.y);
  }

  wheel(at: Point, dx: number, dy: number, zooming: boolean): void {
    const stage = this.#stage;
    const { viewport, momentum } = stage;
    stage.viewSource = "user";
    stage.travel = null;
    this.#tips.dismiss();
    if (zooming) {
      const steady = Math.max(-NOTCH, Math.min(NOTCH, dy));
      this.#zoom(at, Math.exp(-steady * ZOOM_PER_PIXEL));
    } else {
      const alongAxis = at.y < AXIS_HEIGHT && dx === 0;
      const [x, y] = alongAxis ? [dy, 0] : [dx, dy];
      const eased = !stage.reducedMotion && Math.max(Math.abs(x), Math.abs(y)) >= NOTCH;
      if (eased) momentum.push(x, y);
      else viewport.panBy(x, y);
    }
    stage.request("all");
  }

  context(at: Point, event: MouseEvent): boolean {
    const { callbacks, selection } = this.#stage;
    const hit = this.#hand.hitAt(at, "mouse");
    if (!callbacks.onContext || hit.kind === "nothing" || hit.kind === "axis" || hit.kind === "slot") return false;
    const bar = hit.kind === "bar" ? hit.bar : null;
    if (bar && !selection.has(bar.id)) select(this.#stage, [bar.id], bar.id);
    callbacks.onContext({
      id: bar?.id ?? null,
      rowId: this.#stage.rowId(hit.row) || null,
      time: this.#stage.viewport.timeAt(at.x),
      clientX: event.clientX,
      clientY: event.clientY,
    });
    return true;
  }

  focused(element: Element, byKey: boolean): void {
    const stage = this.#stage;
    stage.focusShown = byKey;
    const target = A11yGrid.targetOf(element);
    if (target) {
      const row = stage.schedule.rowIndex(target.rowId);
      const bar = target.barId === null ? undefined : stage.schedule.bar(target.barId);
      if (bar && stage.focus.barId !== bar.id) focusBar(stage, bar);
      else if (!bar && row >= 0) stage.focus = { row, barId: null, time: this.#cursorTime() };
    }
    stage.request("all");
  }

  /** The keyboard's place in time is kept while it is in sight; else it enters with the view. */
  #cursorTime(): number {
    const { focus, viewport } = this.#stage;
    const inSight = focus.time > viewport.left && focus.time < viewport.right;
    return inSight ? focus.time : viewport.left + (viewport.right - viewport.left) / 3;
  }

  activate(element: Element): void {
    const target = A11yGrid.targetOf(element);
    const stage = this.#stage;
    if (!target?.barId) return;
    if (stage.selection.has(target.barId)) stage.callbacks.onOpen(target.barId);
    else select(stage, [target.barId], target.barId);
  }
}

/**
 * Owns the grammar of pointers: which hand movements mean a click, a drag, a pan or a pinch.
 * Pure: a state and an event give a state and effects; the DOM and the clock are outside.
 */
import type { Hit } from "./hit.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Modifiers {
  /** Off the grid. */
  readonly alt: boolean;
  /** Copy, or range selection. */
  readonly shift: boolean;
  /** Ctrl or Cmd: lock an axis, or add to the selection. */
  readonly ctrl: boolean;
}

export type PointerKind = "mouse" | "touch" | "pen";
export type DragKind = "move" | "resize" | "create" | "lasso" | "link";

/** A mouse that moves less than this between down and up has clicked. */
export const THRESHOLD = 4;
/** Fingers tremble more. */
export const TOUCH_THRESHOLD = 9;
export const LONG_PRESS_MS = 420;

export type GestureState =
  | { readonly kind: "idle" }
  | { readonly kind: "pressed"; readonly pointerId: number; readonly at: Point; readonly press: Press }
  | { readonly kind: "touched"; readonly pointerId: number; readonly at: Point; readonly press: Press }
  | { readonly kind: "dragging"; readonly pointerId: number; readonly drag: DragKind }
  | { readonly kind: "panning"; readonly pointerId: number; readonly last: Point; readonly coasts: boolean }
  | { readonly kind: "pinching"; readonly a: Finger; readonly b: Finger }
  /** After Esc, or a pinch's first lifted finger: nothing happens until the hand is gone. */
  | { readonly kind: "spent"; readonly pointerId: number };

export interface Finger {
  readonly pointerId: number;
  readonly at: Point;
}

/** What was pressed, and what dragging from there would mean. */
export interface Press {
  readonly pointer: PointerKind;
  readonly hit: Hit;
  readonly modifiers: Modifiers;
  /** Null where dragging from here means nothing but panning. */
  readonly drag: DragKind | null;
  /** Touch only: the drag needs no long press first (grips of a selected bar). */
  readonly eager: boolean;
}

export type GestureEvent =
  | { readonly kind: "down"; readonly pointerId: number; readonly at: Point; readonly press: Press; readonly pan: boolean }
  | { readonly kind: "move"; readonly pointerId: number; readonly at: Point; readonly modifiers: Modifiers }
  | { readonly kind: "up"; readonly pointerId: number; readonly at: Point; readonly modifiers: Modifiers }
  | { readonly kind: "cancel"; readonly pointerId: number }
  | { readonly kind: "long-press" }
  | { readonly kind: "modifiers"; readonly modifiers: Modifiers }
  /** Esc, or the dragged bar has gone. */
  | { readonly kind: "abort" };

export type GestureEffect =
  | { readonly kind: "arm-long-press" }
  | { readonly kind: "disarm-long-press" }
  | { readonly kind: "click"; readonly press: Press; readonly at: Point }
  | { readonly kind: "begin"; readonly drag: DragKind; readonly press: Press; readonly at: Point }
  | { readonly kind: "drag"; readonly at: Point; readonly modifiers: Modifiers }
  | { readonly kind: "modify"; readonly modifiers: Modifiers }
  | { readonly kind: "drop"; readonly at: Point; readonly modifiers: Modifiers }
  | { readonly kind: "abandon" }
  | { readonly kind: "pan"; readonly dx: number; readonly dy: number }
  | { readonly kind: "coast" }
  | { readonly kind: "pinch"; readonly centre: Point; readonly factor: number; readonly dx: number; readonly dy: number };

export interface Transition {
  readonly state: GestureState;
  readonly effects: readonly GestureEffect[];
}

export const IDLE: GestureState = { kind: "idle" };
const SILENT: readonly GestureEffect[] = [];

const stay = (state: GestureState): Transition => ({ state, effects: SILENT });
const go = (state: GestureState, ...effects: GestureEffect[]): Transition => ({ state, effects });

const apart = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

export function transition(state: GestureState, event: GestureEvent): Transition {
  switch (state.kind) {
    case "idle":
      return event.kind === "down" ? pressDown(event) : stay(state);
    case "pressed":
      return whilePressed(state, event);
    case "touched":
      return whileTouched(state, event);
    case "dragging":
      return whileDragging(state, event);
    case "panning":
      return whilePanning(state, event);
    case "pinching":
      return whilePinching(state, event);
    case "spent":
      return ends(event, state.pointerId) ? go(IDLE) : stay(state);
    default:
      return unreachable(state);
  }
}

function unreachable(state: never): never {
  throw new Error(`expected a gesture state, got ${JSON.stringify(state)}`);
}

function ends(event: GestureEvent, pointerId: number): boolean {
  return (event.kind === "up" || event.kind === "cancel") && event.pointerId === pointerId;
}

function pressDown(event: Extract<GestureEvent, { kind: "down" }>): Transition {
  const { pointerId, at, press } = event;
  if (event.pan) return go({ kind: "panning", pointerId, last: at, coasts: false });
  if (press.pointer !== "touch") return go({ kind: "pressed", pointerId, at, press });
  const touched: GestureState = { kind: "touched", pointerId, at, press };
  return press.drag !== null && !press.eager ? go(touched, { kind: "arm-long-press" }) : go(touched);
}

type Pressed = Extract<GestureState, { kind: "pressed" }>;

function whilePressed(state: Pressed, event: GestureEvent): Transition {
  if (event.kind === "abort") return go({ kind: "spent", pointerId: state.pointerId });
  if (event.kind === "cancel" && event.pointerId === state.pointerId) return go(IDLE);
  if (event.kind === "up" && event.pointerId === state.pointerId) {
    return go(IDLE, { kind: "click", press: state.press, at: state.at });
  }
  if (event.kind !== "move" || event.pointerId !== state.pointerId) return stay(state);
  if (apart(event.at, state.at) < THRESHOLD) return stay(state);
  const { drag } = state.press;
  if (drag === null) {
    const panning: GestureState = { kind: "panning", pointerId: state.pointerId, last: event.at, coasts: false };
    return go(panning, { kind: "pan", dx: state.at.x - event.at.x, dy: state.at.y - event.at.y });
  }
  return beginDrag(state, drag, event.at, event.modifiers);
}

function beginDrag(
  state: { readonly pointerId: number; readonly at: Point; readonly press: Press },
  drag: DragKind,
  at: Point,
  modifiers: Modifiers,
): Transition {
  return go(
    { kind: "dragging", pointerId: state.pointerId, drag },
    { kind: "begin", drag, press: state.press, at: state.at },
    { kind: "drag", at, modifiers },
  );
}

type Touched = Extract<GestureState, { kind: "touched" }>;

function whileTouched(state: Touched, event: GestureEvent): Transition {
  switch (event.kind) {
    case "abort":
      return go({ kind: "spent", pointerId: state.pointerId }, { kind: "disarm-long-press" });
    case "long-press":
      return state.press.drag === null ? stay(state) : beginDrag(state, state.press.drag, state.at, state.press.modifiers);
    case "down":
      return pinch({ pointerId: state.pointerId, at: state.at }, { pointerId: event.pointerId, at: event.at }) ?? stay(state);
    case "move":
      return touchMoves(state, event.pointerId, event.at, event.modifiers);
    case "up":
      if (event.pointerId !== state.pointerId) return stay(state);
      return go(IDLE, { kind: "disarm-long-press" }, { kind: "click", press: state.press, at: state.at });
    case "cancel":
      return event.pointerId === state.pointerId ? go(IDLE, { kind: "disarm-long-press" }) : stay(state);
    case "modifiers":
      return stay(state);
  }
}

function touchMoves(state: Touched, pointerId: number, at: Point, modifiers: Modifiers): Transition {
  const { drag, eager } = state.press;
  const threshold = eager ? THRESHOLD : TOUCH_THRESHOLD;
  if (pointerId !== state.pointerId || apart(at, state.at) < threshold) return stay(state);
  if (eager && drag !== null) return beginDrag(state, drag, at, modifiers);
  return go(
    { kind: "panning", pointerId, last: at, coasts: true },
    { kind: "disarm-long-press" },
    { kind: "pan", dx: state.at.x - at.x, dy: state.at.y - at.y },
  );
}

type Dragging = Extract<GestureState, { kind: "dragging" }>;

function whileDragging(state: Dragging, event: GestureEvent): Transition {
  switch (event.kind) {
    case "abort":
      return go({ kind: "spent", pointerId: state.pointerId }, { kind: "abandon" });
    case "cancel":
      return event.pointerId === state.pointerId ? go(IDLE, { kind: "abandon" }) : stay(state);
    case "move":
      if (event.pointerId !== state.pointerId) return stay(state);
      return go(state, { kind: "drag", at: event.at, modifiers: event.modifiers });
    case "modifiers":
      return go(state, { kind: "modify", modifiers: event.modifiers });
    case "up":
      if (event.pointerId !== state.pointerId) return stay(state);
      return go(IDLE, { kind: "drop", at: event.at, modifiers: event.modifiers });
    case "down":
    case "long-press":
      return stay(state);
  }
}

type Panning = Extract<GestureState, { kind: "panning" }>;

function whilePanning(state: Panning, event: GestureEvent): Transition {
  const { pointerId, last } = state;
  if (event.kind === "down" && state.coasts) {
    return pinch({ pointerId, at: last }, { pointerId: event.pointerId, at: event.at }) ?? stay(state);
  }
  if (event.kind === "move" && event.pointerId === pointerId) {
    const pan = { kind: "pan", dx: last.x - event.at.x, dy: last.y - event.at.y } as const;
    return go({ ...state, last: event.at }, pan);
  }
  if (!ends(event, pointerId)) return stay(state);
  return state.coasts && event.kind === "up" ? go(IDLE, { kind: "coast" }) : go(IDLE);
}

type Pinching = Extract<GestureState, { kind: "pinching" }>;

/** Null where it is the same finger heard of twice. */
function pinch(a: Finger, b: Finger): Transition | null {
  return a.pointerId === b.pointerId ? null : go({ kind: "pinching", a, b }, { kind: "disarm-long-press" });
}

function whilePinching(state: Pinching, event: GestureEvent): Transition {
  if (ends(event, state.a.pointerId)) return go(panOn(state.b));
  if (ends(event, state.b.pointerId)) return go(panOn(state.a));
  if (event.kind !== "move") return stay(state);
  const moved: Finger = { pointerId: event.pointerId, at: event.at };
  if (moved.pointerId === state.a.pointerId) return pinched(state, moved, state.b);
  return moved.pointerId === state.b.pointerId ? pinched(state, state.a, moved) : stay(state);
}

function panOn(finger: Finger): GestureState {
  return { kind: "panning", pointerId: finger.pointerId, last: finger.at, coasts: true };
}

const middle = (a: Finger, b: Finger): Point => ({ x: (a.at.x + b.at.x) / 2, y: (a.at.y + b.at.y) / 2 });

function pinched(state: Pinching, a: Finger, b: Finger): Transition {
  const before = middle(state.a, state.b);
  const centre = middle(a, b);
  // Fingers side by side give wild ratios: below this they only pan.
  const width = Math.max(24, apart(state.a.at, state.b.at));
  const factor = Math.max(24, apart(a.at, b.at)) / width;
  const pan = { dx: before.x - centre.x, dy: before.y - centre.y };
  return go({ kind: "pinching", a, b }, { kind: "pinch", centre, factor, ...pan });
}

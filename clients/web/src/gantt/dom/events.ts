/** Owns the listeners: turns DOM events into calls on the hand and the keys, and takes them off again. */
import type { Modifiers, Point, PointerKind } from "../input/gesture.ts";
import type { KeyStroke } from "../input/keyboard.ts";

export interface EventSinks {
  down(pointerId: number, pointer: PointerKind, at: Point, modifiers: Modifiers, middle: boolean): void;
  move(pointerId: number, pointer: PointerKind, at: Point, modifiers: Modifiers): void;
  up(pointerId: number, at: Point, modifiers: Modifiers): void;
  cancel(pointerId: number): void;
  leave(): void;
  modify(modifiers: Modifiers): void;
  /** Says whether there was a gesture to give up. */
  abort(): boolean;
  wheel(at: Point, dx: number, dy: number, zooming: boolean): void;
  /** A trackpad's pinch where the browser tells it apart from the wheel. */
  pinch(at: Point, factor: number): void;
  /** Says whether the key was used. */
  key(stroke: KeyStroke): boolean;
  keyReleased(key: string): void;
  space(held: boolean): void;
  context(at: Point, event: MouseEvent): boolean;
  /** `byKey` is false where a hand brought the focus: then no ring is shown. */
  focused(element: Element, byKey: boolean): void;
  blurred(): void;
  /** An assistive technology's click, which has no place. */
  activate(element: Element): void;
  readonly gesturing: boolean;
}

const KINDS: Readonly<Record<string, PointerKind>> = { mouse: "mouse", touch: "touch", pen: "pen" };
/** Lines and pages of a wheel event, in pixels. */
const WHEEL_UNIT = [1, 18, 400] as const;

function modifiersOf(event: MouseEvent | KeyboardEvent): Modifiers {
  return { alt: event.altKey, shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey };
}

function strokeOf(event: KeyboardEvent): KeyStroke {
  return { ...modifiersOf(event), key: event.key, code: event.code };
}

function isModifier(key: string): boolean {
  return key === "Alt" || key === "Shift" || key === "Control" || key === "Meta";
}

export function listen(root: HTMLElement, sinks: EventSinks): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  const at = (event: MouseEvent): Point => {
    const box = root.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  listenPointer(root, sinks, at, options);
  listenPinch(root, sinks, at, options);
  listenKeys(root, sinks, options);
  listenFocus(root, sinks, options);
  return () => {
    stop.abort();
  };
}

type Options = { readonly signal: AbortSignal };

function listenPointer(root: HTMLElement, sinks: EventSinks, at: (event: MouseEvent) => Point, options: Options): void {
  const kind = (event: PointerEvent): PointerKind => KINDS[event.pointerType] ?? "mouse";
  root.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button > 1) return;
      root.setPointerCapture(event.pointerId);
      sinks.down(event.pointerId, kind(event), at(event), modifiersOf(event), event.button === 1);
    },
    options,
  );
  root.addEventListener("pointermove", (event) => {
    sinks.move(event.pointerId, kind(event), at(event), modifiersOf(event));
  }, options);
  root.addEventListener("pointerup", (event) => {
    sinks.up(event.pointerId, at(event), modifiersOf(event));
  }, options);
  root.addEventListener("pointercancel", (event) => {
    sinks.cancel(event.pointerId);
  }, options);
  root.addEventListener("pointerleave", () => {
    sinks.leave();
  }, options);
  // The surface decides where focus goes, and a middle press must not start the browser's own scrolling.
  root.addEventListener("mousedown", (event) => {
    event.preventDefault();
  }, options);
  root.addEventListener("contextmenu", (event) => {
    if (sinks.gesturing || sinks.context(at(event), event)) event.preventDefault();
  }, options);
  root.addEventListener("click", (event) => {
    if (event.detail === 0 && event.target instanceof Element) sinks.activate(event.target);
  }, options);
  root.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const unit = WHEEL_UNIT[event.deltaMode as 0 | 1 | 2];
      const sideways = event.shiftKey && event.deltaX === 0;
      const [dx, dy] = sideways ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      sinks.wheel(at(event), dx * unit, dy * unit, event.ctrlKey || event.metaKey);
    },
    { ...options, passive: false },
  );
}

/** Safari's own gesture events; fingers on glass are pointers already and must not count twice. */
function listenPinch(root: HTMLElement, sinks: EventSinks, at: (event: MouseEvent) => Point, options: Options): void {
  let scale = 1;
  root.addEventListener("gesturestart", (event) => {
    event.preventDefault();
    scale = 1;
  }, options);
  root.addEventListener("gesturechange", (event) => {
    event.preventDefault();
    const gesture = event as MouseEvent & { readonly scale: number };
    if (!sinks.gesturing && gesture.scale > 0) sinks.pinch(at(gesture), gesture.scale / scale);
    scale = gesture.scale;
  }, options);
}

function listenKeys(root: HTMLElement, sinks: EventSinks, options: Options): void {
  root.addEventListener("keydown", (event) => {
    if (sinks.gesturing || event.isComposing) return;
    if (sinks.key(strokeOf(event))) event.preventDefault();
  }, options);
  // A gesture needs its modifiers and Esc wherever the focus is, and before anybody else.
  const whole = { ...options, capture: true };
  window.addEventListener("keydown", (event) => {
    if (event.key === " " && root.matches(":hover") && !isTyping(event.target)) {
      sinks.space(true);
      if (!root.contains(event.target as Node)) event.preventDefault();
    }
    if (!sinks.gesturing) return;
    if (event.key === "Escape" && sinks.abort()) {
      event.preventDefault();
      event.stopPropagation();
    } else if (isModifier(event.key)) {
      // Alt alone would open the browser's menu.
      event.preventDefault();
      sinks.modify(modifiersOf(event));
    }
  }, whole);
  window.addEventListener("keyup", (event) => {
    if (event.key === " ") sinks.space(false);
    if (sinks.gesturing && isModifier(event.key)) sinks.modify(modifiersOf(event));
    if (root.contains(event.target as Node)) sinks.keyReleased(event.key);
  }, whole);
  window.addEventListener("blur", () => {
    sinks.space(false);
  }, options);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT|BUTTON|A)$/.test(target.tagName));
}

function listenFocus(root: HTMLElement, sinks: EventSinks, options: Options): void {
  // `:focus-visible` holds for focus given by script after a click as well, so the last input decides.
  let byKey = true;
  const whole = { ...options, capture: true };
  window.addEventListener("pointerdown", () => {
    byKey = false;
  }, whole);
  window.addEventListener("keydown", (event) => {
    if (!isModifier(event.key)) byKey = true;
  }, whole);
  root.addEventListener("focusin", (event) => {
    if (event.target instanceof Element) sinks.focused(event.target, byKey);
  }, options);
  root.addEventListener("focusout", (event) => {
    if (!root.contains(event.relatedTarget as Node | null)) sinks.blurred();
  }, options);
}

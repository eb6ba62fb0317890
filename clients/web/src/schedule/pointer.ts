// Where the person's hand last was: popovers that follow a drag open there.
export interface Point {
  x: number;
  y: number;
}

/** Remembers the last pointer position over `host`; for keyboards the focused element stands in. */
export function trackPointer(host: HTMLElement): { at: (via: "pointer" | "keyboard") => Point; stop: () => void } {
  let last: Point | null = null;
  const note = (event: PointerEvent): void => {
    last = { x: event.clientX, y: event.clientY };
  };
  host.addEventListener("pointerup", note, true);
  host.addEventListener("pointermove", note, { capture: true, passive: true });
  return {
    at(via) {
      if (via === "pointer" && last !== null) return last;
      const focused = document.activeElement;
      const rect = (focused instanceof HTMLElement && host.contains(focused) ? focused : host).getBoundingClientRect();
      const frame = host.getBoundingClientRect();
      return {
        x: Math.min(Math.max(rect.left + rect.width / 2, frame.left + 40), frame.right - 40),
        y: Math.min(Math.max(rect.top + rect.height / 2, frame.top + 40), frame.bottom - 40),
      };
    },
    stop() {
      host.removeEventListener("pointerup", note, true);
      host.removeEventListener("pointermove", note, true);
    },
  };
}

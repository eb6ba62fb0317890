// While a hand is on the surface nothing beside it may open: a panel would move what is under the pointer.
import { setUi, useUi } from "../studio/ui.ts";

/** Holds closed details closed until the hand is off `host`; after a drag of a bar they stay so. */
export function watchPress(host: HTMLElement): { dragged: () => void; stop: () => void } {
  let moved = false;
  const down = (): void => {
    moved = false;
    const { selection, detailsHidden } = useUi.getState();
    setUi({ detailsHeld: detailsHidden || selection.length === 0 });
  };
  const up = (): void => {
    if (!useUi.getState().detailsHeld) return;
    setUi(moved ? { detailsHeld: false, detailsHidden: true } : { detailsHeld: false });
  };
  host.addEventListener("pointerdown", down, true);
  window.addEventListener("pointerup", up);
  window.addEventListener("pointercancel", up);
  return {
    dragged: () => (moved = true),
    stop() {
      host.removeEventListener("pointerdown", down, true);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", up);
    },
  };
}

// Choosing a range of steps (days, hours): by a drag across them, or by two taps.
import { useRef } from "preact/hooks";

/** Both ends belong to it; steps sort as text. */
export interface Steps {
  readonly first: string;
  readonly last: string;
}

export function stepsBetween(a: string, b: string): Steps {
  return a <= b ? { first: a, last: b } : { first: b, last: a };
}

export function within(step: string, { first, last }: Steps): boolean {
  return first <= step && step <= last;
}

function stepAt(event: PointerEvent, attribute: string): string | null {
  // A captured pointer has the first step as its target wherever it is.
  const under = document.elementFromPoint(event.clientX, event.clientY);
  return under?.closest<HTMLElement>(`[data-${attribute}]`)?.dataset[attribute] ?? null;
}

interface Options {
  /** Each step is an element with `data-{attribute}`. */
  readonly attribute: string;
  readonly chosen: Steps | null;
  readonly onChoose: (steps: Steps) => void;
  /** One step only: a tap chooses it. */
  readonly single?: boolean;
}

/** A drag chooses from its first to its latest step; a tap begins a choice, the next one ends it. */
export function useRangeGesture({ attribute, chosen, onChoose, single = false }: Options) {
  const drag = useRef<{ from: string; moved: boolean } | null>(null);
  const suppressed = useRef(false);
  const press = (step: string): void => {
    if (suppressed.current) {
      suppressed.current = false;
      return;
    }
    const begun = chosen !== null && chosen.first === chosen.last && !single ? chosen.first : null;
    onChoose(begun === null ? { first: step, last: step } : stepsBetween(begun, step));
  };
  const handlers = {
    onPointerDown: (event: PointerEvent): void => {
      suppressed.current = false;
      const step = stepAt(event, attribute);
      drag.current = step === null || single ? null : { from: step, moved: false };
    },
    onPointerMove: (event: PointerEvent): void => {
      const step = drag.current && stepAt(event, attribute);
      if (!drag.current || !step || (step === drag.current.from && !drag.current.moved)) return;
      drag.current.moved = true;
      onChoose(stepsBetween(drag.current.from, step));
    },
    onPointerUp: (): void => {
      // A click follows on the step where a drag with a mouse ended: it is no tap.
      suppressed.current = drag.current?.moved ?? false;
      drag.current = null;
    },
    onPointerCancel: (): void => {
      drag.current = null;
    },
  };
  return { press, handlers };
}

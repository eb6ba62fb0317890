// A field's text while somebody types: follows the stored value until touched, then stays theirs.
import { useState } from "react";

export interface Draft {
  readonly text: string;
  readonly dirty: boolean;
  change(text: string): void;
  reset(): void;
}

interface Held {
  base: string;
  text: string;
}

/** What is shown after the stored value became `value`: untouched text follows it, typed text stays. */
export function follow(held: Held, value: string): Held {
  if (held.base === value) return held;
  return { base: value, text: held.text === held.base ? value : held.text };
}

export function useDraft(value: string): Draft {
  const [held, setHeld] = useState<Held>({ base: value, text: value });
  const now = follow(held, value);
  if (now !== held) setHeld(now);
  return {
    text: now.text,
    dirty: now.text !== now.base,
    change: (text) => setHeld({ base: value, text }),
    reset: () => setHeld({ base: value, text: value }),
  };
}

// A field's text while somebody types: follows the stored value until touched, then stays theirs.
import { useState } from "react";

export interface Draft {
  readonly text: string;
  readonly dirty: boolean;
  /** What somebody else stored while this was being typed over it; null while nobody did. */
  readonly theirs: string | null;
  /** The version the typing began at, or was last put against what others set. */
  readonly since: number;
  change(text: string): void;
  reset(): void;
}

export interface Held {
  /** The stored value as it is now. */
  readonly base: string;
  readonly text: string;
  /** Value and version when the typing began. */
  readonly from: string;
  readonly since: number;
}

/** What is shown after the stored value became `value`: untouched text follows it, typed text stays. */
export function follow(held: Held, value: string, version: number): Held {
  const next = held.base === value ? held : { ...held, base: value, text: isTyped(held) ? held.text : value };
  if (isTyped(next) || (next.from === value && next.since === version)) return next;
  return { ...next, from: value, since: version };
}

/** What somebody else set while `held` was typed, which saving it would silently replace. */
export function setMeanwhile(held: Held): string | null {
  return isTyped(held) && held.base !== held.from ? held.base : null;
}

function isTyped({ base, text }: Held): boolean {
  return text !== base;
}

export function useDraft(value: string, version: number): Draft {
  const untouched: Held = { base: value, text: value, from: value, since: version };
  const [held, setHeld] = useState<Held>(untouched);
  const now = follow(held, value, version);
  if (now !== held) setHeld(now);
  return {
    text: now.text,
    dirty: isTyped(now),
    theirs: setMeanwhile(now),
    since: now.since,
    change: (text) => setHeld({ ...now, text }),
    reset: () => setHeld(untouched),
  };
}

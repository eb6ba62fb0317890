// What became of answers: one line to undo the latest, and the truth about those that came too late.
import { useSyncExternalStore } from "preact/compat";

import type { Client, Op, Settled } from "@production-tool/shared";

/** An own step that was just made. */
export interface Done {
  readonly text: string;
  /** Whether it can be taken back. */
  readonly undoable: boolean;
}

/** An answer that the studio's server refused, said until the person has read it. */
export interface Refusal {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly bookingId: string | null;
}

export interface Outcomes {
  readonly done: Done | null;
  readonly refusals: readonly Refusal[];
}

/** How long the line to undo stands, in milliseconds. */
export const UNDO_MS = 8_000;

let outcomes: Outcomes = { done: null, refusals: [] };
let timer: ReturnType<typeof setTimeout> | null = null;
const listeners = new Set<() => void>();

function become(next: Partial<Outcomes>): void {
  outcomes = { ...outcomes, ...next };
  for (const listener of listeners) listener();
}

export function useOutcomes(): Outcomes {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => outcomes,
  );
}

export function say(text: string, undoable: boolean): void {
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(() => become({ done: null }), UNDO_MS);
  become({ done: { text, undoable } });
}

export function dismiss(id: string): void {
  become({ refusals: outcomes.refusals.filter((refusal) => refusal.id !== id) });
}

const NOT_DONE: Partial<Record<Op, string>> = {
  "booking.accept": "Your yes did not count",
  "booking.decline": "Your no did not count",
  "booking.withdraw": "Not withdrawn",
  "booking.counter": "Your dates were not proposed",
  "time_off.request": "Time off was not requested",
  "time_off.cancel": "Time off was not cancelled",
  "artist.edit": "Your profile was not changed",
  "history.undo": "Not undone",
};

function refusalOf({ id, action, answer }: Settled): Refusal | null {
  if (answer.ok) return null;
  const bookingId = "booking_id" in action.args && typeof action.args.booking_id === "string" ? action.args.booking_id : null;
  return { id, title: NOT_DONE[action.op] ?? "Not done", text: answer.error.message, bookingId };
}

/** Also of answers that were given before the app was closed. */
export function listenForAnswers(client: Client): void {
  outcomes = { done: null, refusals: [] };
  client.subscribeSettled((settled) => {
    const refusal = refusalOf(settled);
    if (refusal === null) return;
    if (timer !== null) clearTimeout(timer);
    become({ done: null, refusals: [...outcomes.refusals, refusal] });
  });
}

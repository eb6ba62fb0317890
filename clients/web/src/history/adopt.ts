// One's own last steps, taken from the log after a reload: undo and redo go on where they were.
import type { Client } from "@production-tool/shared";

import { call } from "../session/api.ts";

export interface OwnStep {
  readonly command_id: string;
  /** Whether it is taken back as things stand. */
  readonly undone: boolean;
  /** The command it took back; undoing such a one is redo. */
  readonly undoes: string | null;
}

export interface Stacks {
  readonly undoable: readonly string[];
  readonly redoable: readonly string[];
}

/** Newest first in; the next to be taken last out. A step of one's own after an undo ends what could be redone. */
export function stacksOf(newestFirst: readonly OwnStep[]): Stacks {
  const undoable: string[] = [];
  const redoable: string[] = [];
  const undos = new Set(newestFirst.flatMap(({ command_id: id, undoes }) => (undoes === null ? [] : [id])));
  for (const { command_id: id, undone, undoes } of newestFirst) {
    if (undone) continue;
    if (undoes === null) undoable.unshift(id);
    // What was done again stands in the log under its first name; that is the one to take back.
    else if (!undos.has(undoes) && undoable.length === 0) redoable.unshift(id);
  }
  return { undoable, redoable };
}

/** Does it once; who has taken a step already keeps the stacks of this page. */
export function adoptHistory(client: Client): () => void {
  const stop = new AbortController();
  if (client.state.me?.role === "freelancer") return () => stop.abort();
  call<OwnStep[]>("history/mine?limit=100", { signal: stop.signal }).then(
    ({ data }) => client.adoptHistory(stacksOf(data)),
    // Without it one's steps before the reload cannot be taken back from here; nothing else is lost.
    () => undefined,
  );
  return () => stop.abort();
}

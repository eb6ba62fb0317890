/** Owns one's own undo and redo: stacks of command ids, and what each command did. */

import type { Touched } from "./predict/context.ts";
import { touchedByEvents } from "./predict/undo.ts";
import type { Reader } from "./predict/draft.ts";
import type { LoggedEvent } from "./protocol.ts";

/** How many own steps can be taken back. */
export const UNDO_DEPTH = 200;

/**
 * Undo asks the server to compensate a command; redo asks it to undo that undo. A step leaves the
 * stacks when the server refuses it, so that a step which can no longer be undone does not bar the
 * ones before it.
 */
export class History {
  private undoable: readonly string[] = [];
  private redoable: readonly string[] = [];
  private readonly done = new Map<string, readonly Touched[]>();

  get canUndo(): boolean {
    return this.undoable.length > 0;
  }

  get canRedo(): boolean {
    return this.redoable.length > 0;
  }

  /** Steps of an earlier page, the next to be taken last; kept only while this page has taken none. */
  adopt(undoable: readonly string[], redoable: readonly string[]): boolean {
    if (this.undoable.length + this.redoable.length > 0) return false;
    this.undoable = undoable.slice(-UNDO_DEPTH);
    this.redoable = redoable.slice(-UNDO_DEPTH);
    return this.undoable.length + this.redoable.length > 0;
  }

  /** A new own step: what had been undone can no longer be redone. */
  record(commandId: string, touched: readonly Touched[]): void {
    this.undoable = [...this.undoable, commandId].slice(-UNDO_DEPTH);
    this.redoable = [];
    this.remember(commandId, touched);
  }

  /** The command to undo next, taken off the stack; `settle` it with the id of the undo. */
  takeUndo(): string | null {
    const taken = this.undoable.at(-1) ?? null;
    this.undoable = this.undoable.slice(0, -1);
    return taken;
  }

  takeRedo(): string | null {
    const taken = this.redoable.at(-1) ?? null;
    this.redoable = this.redoable.slice(0, -1);
    return taken;
  }

  /** `undoId` took a step back: undoing it is redo. */
  undone(undoId: string, touched: readonly Touched[]): void {
    this.redoable = [...this.redoable, undoId].slice(-UNDO_DEPTH);
    this.remember(undoId, touched);
  }

  redone(redoId: string, touched: readonly Touched[]): void {
    this.undoable = [...this.undoable, redoId].slice(-UNDO_DEPTH);
    this.remember(redoId, touched);
  }

  /** The server refused the command: there is nothing of it to take back. */
  refused(commandId: string): void {
    this.undoable = this.undoable.filter((id) => id !== commandId);
    this.redoable = this.redoable.filter((id) => id !== commandId);
    this.done.delete(commandId);
  }

  /** What a command did, as far as it is known: guessed at first, exact once its events are here. */
  touchedBy(commandId: string): readonly Touched[] | undefined {
    return this.done.get(commandId);
  }

  /** Learn from the confirmed events what own commands really did. */
  learn(events: readonly LoggedEvent[], before: Reader, after: Reader): void {
    const own = new Map<string, LoggedEvent[]>();
    for (const event of events) {
      if (event.command_id == null || !this.done.has(event.command_id)) continue;
      own.set(event.command_id, [...(own.get(event.command_id) ?? []), event]);
    }
    for (const [commandId, theirs] of own) this.done.set(commandId, touchedByEvents(theirs, before, after));
  }

  private remember(commandId: string, touched: readonly Touched[]): void {
    this.done.set(commandId, touched);
    const kept = new Set([...this.undoable, ...this.redoable, commandId]);
    for (const id of this.done.keys()) {
      if (this.done.size <= 4 * UNDO_DEPTH) return;
      if (!kept.has(id)) this.done.delete(id);
    }
  }
}

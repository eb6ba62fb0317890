/** Owns the whole state of a client without its connection: confirmed, pending, shown, undoable. */

import { History } from "./history.ts";
import { newId } from "./uuid.ts";
import { toInstant } from "./instant.ts";
import { Pending, targetOf, type Base, type StoredCommand } from "./pending.ts";
import type { Touched } from "./predict/context.ts";
import { readTables } from "./predict/draft.ts";
import type { Action, Answer, Kind, LoggedEvent, Me } from "./protocol.ts";
import { Replica } from "./replica.ts";
import type { Changes, KindMaps, Tables } from "./tables.ts";
import { View } from "./view.ts";

export interface ProposeOptions {
  /**
   * The version the author saw, as at the start of a drag; the version shown now where left out,
   * none where null.
   */
  readonly baseVersion?: number | null;
  /** Whether `undo` may take it back; true where left out. */
  readonly undoable?: boolean;
}

export class Ledger {
  readonly replica = new Replica();
  readonly pending = new Pending();
  readonly history = new History();
  me: Me | null = null;
  /** Tenant and member, once known. */
  owner: string | null = null;
  pendingIds: ReadonlySet<string> = new Set();
  private readonly view = new View();
  private readonly now: () => number;
  private readonly changed: (changes: readonly Changes[]) => void;
  private lastOrder = 0;
  private known = { epoch: this.replica.confirmed.epoch, tables: this.replica.confirmed.tables };

  constructor(now: () => number, changed: (changes: readonly Changes[]) => void) {
    this.now = now;
    this.changed = changed;
  }

  /** What the screen shows. */
  get tables(): Tables {
    return this.view.tables;
  }

  /** Apply a command locally and queue it. */
  propose(action: Action, options: ProposeOptions = {}): StoredCommand {
    const command = this.queue(action, this.baseOf(action, options.baseVersion));
    if (options.undoable ?? true) this.history.record(command.id, this.touchedBy(command.id));
    return command;
  }

  /** Take back the latest own step; null where there is none. */
  undo(): StoredCommand | null {
    const taken = this.history.takeUndo();
    if (taken === null) return null;
    const command = this.queue({ op: "history.undo", args: { command_id: taken } }, { kind: "none" });
    this.history.undone(command.id, this.touchedBy(command.id));
    return command;
  }

  /** Do again what the latest undo took back; null where there is none. */
  redo(): StoredCommand | null {
    const taken = this.history.takeRedo();
    if (taken === null) return null;
    const command = this.queue({ op: "history.undo", args: { command_id: taken } }, { kind: "none" });
    this.history.redone(command.id, this.touchedBy(command.id));
    return command;
  }

  /** Take commands of this owner's that an earlier page left behind. */
  restore(commands: readonly StoredCommand[]): void {
    this.pending.add(...commands);
    this.refresh([]);
  }

  /** The confirmed state moved: by events, or altogether. */
  applied(what: readonly LoggedEvent[] | "all"): void {
    const { epoch, seq, tables } = this.replica.confirmed;
    if (epoch !== this.known.epoch && this.known.epoch !== null) this.pending.forgetAccepted();
    this.pending.confirm(seq, what === "all" ? [] : what);
    if (what !== "all") this.history.learn(what, readTables(this.known.tables), readTables(tables));
    this.known = { epoch, tables };
    this.refresh(what);
  }

  /** A final answer came; returns whether it was the first to this command. */
  answered(id: string, answer: Answer): boolean {
    const taken = this.pending.answer(id, answer, this.replica.confirmed.seq);
    if (taken === "known") return false;
    if (!answer.ok) this.history.refused(id);
    if (taken === "guess_anew") this.refresh([]);
    else this.changed(this.markPending());
    return true;
  }

  private queue(action: Action, base: Base): StoredCommand {
    const now = this.now();
    this.lastOrder = Math.max(this.lastOrder + 1, Math.floor(now) * 1000);
    const command: StoredCommand = {
      id: newId(now),
      owner: this.owner,
      action,
      at: toInstant(now),
      order: this.lastOrder,
      base,
    };
    this.pending.add(command);
    this.refresh([]);
    return command;
  }

  private touchedBy(id: string): readonly Touched[] {
    return this.pending.all.find((entry) => entry.command.id === id)?.touched ?? [];
  }

  private baseOf(action: Action, given: number | null | undefined): Base {
    const target = targetOf(action);
    if (given === null || target === null) return { kind: "none" };
    const confirmed = versionIn(this.replica.confirmed.tables, target) ?? 0;
    const version = given ?? versionIn(this.view.tables, target);
    return version === undefined ? { kind: "none" } : this.pending.baseFor(target, version, confirmed);
  }

  private refresh(stirred: readonly LoggedEvent[] | "all"): void {
    const { tables } = this.replica.confirmed;
    const overlay = this.pending.redo(readTables(tables), this.me, (id) => this.history.touchedBy(id));
    const changes = this.view.update(tables, stirred, overlay);
    this.changed([...changes, ...this.markPending()]);
  }

  /** Bookings that came under or left the pending mark count as changed: they are drawn differently. */
  private markPending(): Changes[] {
    const marked = new Set<string>();
    for (const { command, progress, touched } of this.pending.all) {
      if (progress.kind !== "waiting") continue;
      const target = targetOf(command.action);
      if (target?.kind === "booking") marked.add(target.id);
      for (const one of touched) if (one.kind === "booking") marked.add(one.id);
    }
    const turned = [
      ...[...marked].filter((id) => !this.pendingIds.has(id)),
      ...[...this.pendingIds].filter((id) => !marked.has(id)),
    ];
    if (turned.length === 0) return [];
    this.pendingIds = marked;
    return [{ kind: "booking", upserted: turned.filter((id) => this.view.tables.booking.has(id)), removed: [] }];
  }
}

function versionIn(tables: KindMaps, target: { readonly kind: Kind; readonly id: string }): number | undefined {
  return tables[target.kind].get(target.id)?.version;
}

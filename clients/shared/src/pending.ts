/** Owns the queue of commands the server has not answered for good, and the guesses laid over its word. */

import { entityIn } from "./replica.ts";
import type { Context, Touched } from "./predict/context.ts";
import { Draft, type Reader } from "./predict/draft.ts";
import { predict } from "./predict/predict.ts";
import {
  PLURALS,
  type Accepted,
  type Action,
  type Answer,
  type CommandRequest,
  type Kind,
  type LoggedEvent,
  type Me,
} from "./protocol.ts";
import type { Edits } from "./tables.ts";

/** What a command was based on. */
export type Base =
  | { readonly kind: "none" }
  | { readonly kind: "version"; readonly version: number }
  /** The version that an own command still to be answered will make. */
  | { readonly kind: "after"; readonly commandId: string };

/** A command as it is queued and stored; plain data. */
export interface StoredCommand {
  readonly id: string;
  /** Tenant and member who proposed it; nobody else's session sends it. */
  readonly owner: string | null;
  readonly action: Action;
  /** Wire instant of the proposal. */
  readonly at: string;
  /** Rising along the queue. */
  readonly order: number;
  readonly base: Base;
}

/** How far a command has come. Answered and refused commands leave the queue. */
export type Progress =
  | { readonly kind: "waiting" }
  /** Its event is in the confirmed state, its answer has not come: it is sent again, no longer guessed. */
  | { readonly kind: "committed" }
  /** Accepted as `answer.seq`, which the confirmed state has not reached: still guessed, not sent. */
  | { readonly kind: "accepted"; readonly answer: Accepted };

export interface Entry {
  readonly command: StoredCommand;
  readonly progress: Progress;
  readonly touched: readonly Touched[];
}

/** The entity a command changes; null where it makes a new one or several. */
export function targetOf(action: Action): { readonly kind: Kind; readonly id: string } | null {
  const noun = action.op.split(".")[0];
  const args: object = action.args;
  const fields = Object.entries(args);
  for (const kind of Object.keys(PLURALS) as (keyof typeof PLURALS)[]) {
    if (noun !== kind || action.op.endsWith(".add") || action.op.endsWith(".place")) continue;
    const id: unknown = fields.find(([name]) => name === `${kind}_id`)?.[1];
    if (typeof id === "string") return { kind, id };
  }
  return null;
}

/** Commands in the order they were proposed; each is settled once and then gone. */
export class Pending {
  private entries: readonly Entry[] = [];

  get all(): readonly Entry[] {
    return this.entries;
  }

  /** The first command that still wants an answer. Commands are sent one at a time, in order. */
  get head(): StoredCommand | null {
    return this.entries.find((entry) => entry.progress.kind !== "accepted")?.command ?? null;
  }

  add(...commands: readonly StoredCommand[]): void {
    const known = new Set(this.entries.map((entry) => entry.command.id));
    const fresh = commands.filter((command) => !known.has(command.id));
    const entries = fresh.map((command): Entry => ({ command, progress: { kind: "waiting" }, touched: [] }));
    this.entries = [...this.entries, ...entries].sort((a, b) => a.command.order - b.command.order);
  }

  /** Take a final answer; says whether what is to be guessed is another now, or that it was answered before. */
  answer(id: string, answer: Answer, confirmedSeq: number): "guess_anew" | "as_guessed" | "known" {
    const entry = this.entries.find((one) => one.command.id === id);
    if (!entry || entry.progress.kind === "accepted") return "known";
    const committed = entry.progress.kind === "committed";
    const awaited: Entry[] =
      answer.ok && !committed && answer.seq > confirmedSeq ? [{ ...entry, progress: { kind: "accepted", answer } }] : [];
    this.entries = this.entries.flatMap((one) => (one === entry ? awaited : [resolveBase(one, entry.command, answer)]));
    return committed || awaited.length > 0 ? "as_guessed" : "guess_anew";
  }

  /** The confirmed state has come to `seq` through `events`: what they brought need not be guessed. */
  confirm(seq: number, events: readonly LoggedEvent[]): void {
    const committed = new Set(events.map((event) => event.command_id));
    this.entries = this.entries.flatMap((entry): Entry[] => {
      if (entry.progress.kind === "accepted") return entry.progress.answer.seq <= seq ? [] : [entry];
      if (!committed.has(entry.command.id)) return [entry];
      return [{ ...entry, progress: { kind: "committed" } }];
    });
  }

  /** History was replaced: nothing that was accepted in the old one will be seen in the new. */
  forgetAccepted(): void {
    this.entries = this.entries
      .filter((entry) => entry.progress.kind !== "accepted")
      .map((entry) => ({ ...entry, progress: { kind: "waiting" } }));
  }

  /** Give every command to its owner, once it is known who that is. */
  adopt(owner: string): StoredCommand[] {
    const orphans = new Set(this.entries.filter((entry) => entry.command.owner === null));
    this.entries = this.entries.map((entry) =>
      orphans.has(entry) ? { ...entry, command: { ...entry.command, owner } } : entry,
    );
    return this.entries.filter((entry) => entry.command.owner === owner).map((entry) => entry.command);
  }

  /** Guess all commands anew, in order, over the confirmed state. */
  redo(confirmed: Reader, me: Me | null, touchedBy: Context["touchedBy"]): Edits {
    const draft = new Draft(confirmed);
    this.entries = this.entries.map((entry) => {
      if (entry.progress.kind === "committed") return entry.touched.length > 0 ? { ...entry, touched: [] } : entry;
      const { id: commandId, at, order, action } = entry.command;
      const touched = guess(draft, action, { commandId, at, order, me, touchedBy });
      return { ...entry, touched };
    });
    return draft.edits;
  }

  /** What a new command on `target` is based on, `version` being what its author saw. */
  baseFor(target: { readonly kind: Kind; readonly id: string }, version: number, confirmedVersion: number): Base {
    if (version <= confirmedVersion) return { kind: "version", version };
    const before = this.entries.findLast((entry) =>
      entry.touched.some((touched) => touched.kind === target.kind && touched.id === target.id),
    );
    if (!before) return { kind: "none" };
    if (before.progress.kind === "accepted") return baseAfter(target, before.progress.answer);
    return { kind: "after", commandId: before.command.id };
  }
}

/** A stored command may be of another version of this program: what cannot be guessed is only sent. */
function guess(draft: Draft, action: Action, context: Context): readonly Touched[] {
  try {
    return predict(draft, action, context).touched;
  } catch {
    return [];
  }
}

/**
 * The message for a command. It is the same at every sending: a base that hangs on an earlier
 * command is settled before this one is first sent, since commands go one at a time.
 */
export function toRequest(command: StoredCommand): CommandRequest {
  const base = command.base.kind === "version" ? { base_version: command.base.version } : {};
  return { id: command.id, ...command.action, ...base };
}

function resolveBase(entry: Entry, answered: StoredCommand, answer: Answer): Entry {
  const { base, action } = entry.command;
  if (base.kind !== "after" || base.commandId !== answered.id) return entry;
  const target = targetOf(action);
  const resolved: Base = answer.ok && target ? baseAfter(target, answer) : answered.base;
  return { ...entry, command: { ...entry.command, base: resolved } };
}

/** The version an accepted command gave an entity; none where its result does not say. */
function baseAfter(target: { readonly kind: Kind; readonly id: string }, answer: Accepted): Base {
  const single = entityIn(target.kind, answer.result);
  const listed = target.kind === "tenant" ? undefined : answer.result[PLURALS[target.kind]];
  const list: readonly unknown[] = Array.isArray(listed) ? listed : [];
  for (const value of [single, ...list]) {
    const isIt = typeof value === "object" && value !== null && "id" in value && value.id === target.id;
    if (isIt && "version" in value && typeof value.version === "number") {
      return { kind: "version", version: value.version };
    }
  }
  return { kind: "none" };
}

/** Owns the confirmed state: what the server said, applied once, in order, without gaps. */

import {
  KINDS,
  type Batch,
  type Booking,
  type Challenge,
  type EntityTypes,
  type Kind,
  type LoggedEvent,
  type Scenario,
  type Snapshot,
  type TimeOff,
} from "./protocol.ts";
import { EMPTY_TABLES, edit, isLive, noEdits, readSnapshot, type Edits, type Tables } from "./tables.ts";

/** Early batches kept while an earlier one is missing; beyond it the log is read again instead. */
const MOST_HELD_BATCHES = 256;

export interface Confirmed {
  readonly epoch: string | null;
  /** Everything up to and including this number has been applied. */
  readonly seq: number;
  readonly tables: Tables;
}

export const NOTHING_CONFIRMED: Confirmed = { epoch: null, seq: 0, tables: EMPTY_TABLES };

/** What became of a batch. */
export type Received =
  | { readonly kind: "applied"; readonly events: readonly LoggedEvent[]; readonly gap: boolean }
  /** All of it was known already. */
  | { readonly kind: "dropped" }
  /** It came early: something before it is missing. */
  | { readonly kind: "held" }
  /** It speaks of another history than ours. */
  | { readonly kind: "other_epoch" };

/** Applies one event to `edits`: the rule that Python and TypeScript share. */
export function applyEvent(edits: Edits, event: LoggedEvent): void {
  const kind = KINDS.find((known) => known === event.entity.kind);
  if (kind === undefined) return;
  if (event.type.endsWith(".deleted")) edits[kind].set(event.entity.id, undefined);
  else applyUpsert(edits, kind, event);
}

function applyUpsert<K extends Kind>(edits: Edits, kind: K, event: LoggedEvent): void {
  const entity = entityIn(kind, event.data);
  if (entity === undefined) return;
  const ended = hasEnded(kind, entity);
  const table: Map<string, EntityTypes[K] | undefined> = edits[kind];
  table.set(entity.id, ended ? undefined : entity);
}

/** Whether something stays in history only: what has ended, was closed, refused or cancelled. */
function hasEnded(kind: Kind, entity: EntityTypes[Kind]): boolean {
  if (kind === "booking") return !isLive(entity as Booking);
  if (kind === "time_off") return !["requested", "approved"].includes((entity as TimeOff).state);
  if (kind === "scenario") return (entity as Scenario).state !== "open";
  return kind === "challenge" && (entity as Challenge).closed_at !== null;
}

/** The entity an event or a result carries under its kind; its fields are the server's word. */
export function entityIn<K extends Kind>(kind: K, data: Readonly<Record<string, unknown>>): EntityTypes[K] | undefined {
  const value = data[kind];
  const isEntity = typeof value === "object" && value !== null && "id" in value && typeof value.id === "string";
  return isEntity ? (value as EntityTypes[K]) : undefined;
}

/** The confirmed state after a batch that follows it (or overlaps its end). Pure. */
export function applyBatch(confirmed: Confirmed, batch: Batch): Confirmed {
  const edits = noEdits();
  for (const event of batch.events) if (event.seq > confirmed.seq) applyEvent(edits, event);
  return {
    epoch: batch.epoch,
    seq: Math.max(confirmed.seq, batch.to_seq),
    tables: edit(confirmed.tables, edits),
  };
}

/** The confirmed state a snapshot stands for. Pure. */
export function fromSnapshot(snapshot: Snapshot): Confirmed {
  const edits = noEdits();
  readSnapshot(snapshot.state, edits);
  return { epoch: snapshot.epoch, seq: snapshot.seq, tables: edit(EMPTY_TABLES, edits) };
}

/** The confirmed state with its ordering buffer: drops what is doubled, holds what is early. */
export class Replica {
  confirmed: Confirmed = NOTHING_CONFIRMED;
  private held: Batch[] = [];

  /** Whether batches wait for one that is missing. */
  get hasGap(): boolean {
    return this.held.length > 0;
  }

  /** Take a batch in whatever order it came. */
  receive(batch: Batch): Received {
    const { epoch, seq } = this.confirmed;
    if (epoch === null || batch.epoch !== epoch) {
      // Before a first snapshot everything is early; it may belong behind the snapshot to come.
      this.hold(batch);
      return epoch === null ? { kind: "held" } : { kind: "other_epoch" };
    }
    if (batch.to_seq <= seq) return { kind: "dropped" };
    if (batch.from_seq > seq + 1) {
      this.hold(batch);
      return { kind: "held" };
    }
    const events = this.apply(batch);
    events.push(...this.release());
    return { kind: "applied", events, gap: this.hasGap };
  }

  /** Start from a snapshot; batches that were held and follow it are applied at once. */
  reset(snapshot: Snapshot): readonly LoggedEvent[] {
    this.confirmed = fromSnapshot(snapshot);
    return this.release();
  }

  /** What is here was another reader's: ask for a snapshot next. */
  forgetPosition(): void {
    this.confirmed = { ...this.confirmed, epoch: null };
  }

  private apply(batch: Batch): LoggedEvent[] {
    const since = this.confirmed.seq;
    this.confirmed = applyBatch(this.confirmed, batch);
    return batch.events.filter((event) => event.seq > since);
  }

  private hold(batch: Batch): void {
    this.held.push(batch);
    this.held.sort((a, b) => a.from_seq - b.from_seq);
    // The latest go first: the log has them all, and `sync` will be asked for the gap anyway.
    if (this.held.length > MOST_HELD_BATCHES) this.held.length = MOST_HELD_BATCHES;
  }

  private release(): LoggedEvent[] {
    const events: LoggedEvent[] = [];
    const still: Batch[] = [];
    for (const batch of this.held) {
      const { epoch, seq } = this.confirmed;
      if (batch.epoch !== epoch || batch.to_seq <= seq) continue;
      if (batch.from_seq > seq + 1) still.push(batch);
      else events.push(...this.apply(batch));
    }
    this.held = still;
    return events;
  }
}

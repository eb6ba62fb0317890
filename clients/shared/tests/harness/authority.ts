/** Owns a server's say for tests: it decides by the prediction rules, numbers, and logs. */

import { Draft, readTables } from "../../src/predict/draft.ts";
import { predict } from "../../src/predict/predict.ts";
import { touchedBy } from "../../src/predict/undo.ts";
import type { Touched } from "../../src/predict/context.ts";
import {
  KINDS,
  type Action,
  type Answer,
  type Booking,
  type CommandRequest,
  type Entity,
  type Kind,
  type LoggedEvent,
  type Me,
  type SnapshotState,
} from "../../src/protocol.ts";
import { applyBatch, fromSnapshot, type Confirmed } from "../../src/replica.ts";
import { toSnapshot } from "../../src/tables.ts";
import { hour } from "./entities.ts";

/**
 * One studio's truth: a gapless log, and a stored answer to each command id, refusals included.
 * `executions` counts how often each id had an effect or a refusal decided: more than once is a fault.
 */
export class Authority {
  readonly log: LoggedEvent[] = [];
  readonly executions = new Map<string, number>();
  private readonly start: SnapshotState;
  private readonly answers = new Map<string, Answer>();
  private readonly done = new Map<string, readonly Touched[]>();
  private confirmed: Confirmed;
  epoch: string;

  constructor(epoch: string, state: SnapshotState) {
    this.epoch = epoch;
    this.start = state;
    this.confirmed = fromSnapshot({ epoch, seq: 0, state });
  }

  get seq(): number {
    return this.confirmed.seq;
  }

  get state(): SnapshotState {
    return toSnapshot(this.confirmed.tables);
  }

  /** The answer, the same for the same id; and the events it made just now. */
  execute(request: CommandRequest, me: Me): { answer: Answer; events: readonly LoggedEvent[] } {
    const known = this.answers.get(request.id);
    if (known) return { answer: known, events: [] };
    this.executions.set(request.id, (this.executions.get(request.id) ?? 0) + 1);
    const decided = this.decide(request, me);
    this.answers.set(request.id, decided.answer);
    return decided;
  }

  /** A restore from a backup: another history of the same state, in which no command was ever heard of. */
  replaceHistory(epoch: string): void {
    this.epoch = epoch;
    this.answers.clear();
    this.executions.clear();
    this.log.length = 0;
    this.confirmed = fromSnapshot({ epoch, seq: 0, state: this.start });
  }

  private decide(request: CommandRequest, me: Me): { answer: Answer; events: readonly LoggedEvent[] } {
    const below = readTables(this.confirmed.tables);
    const draft = new Draft(below);
    const stale = this.staleBase(request);
    const action = { op: request.op, args: request.args } as Action;
    const at = hour(1);
    const touchedByEarlier = (id: string) => this.done.get(id);
    const context = { commandId: request.id, me, at, order: this.seq, touchedBy: touchedByEarlier };
    const guess = stale ? "no" : predict(draft, action, context).guess;
    if (guess === "no") {
      const code = stale ? "stale_version" : "wrong_state";
      return { answer: { ok: false, id: request.id, error: { code, message: "No.", retryable: false } }, events: [] };
    }
    this.done.set(request.id, touchedBy(draft, below));
    const events = KINDS.flatMap((kind) =>
      [...draft.edits[kind]].map(([id, after]) => this.eventOf(kind, id, after, request, me)),
    ).map((event, index) => ({ ...event, seq: this.seq + index + 1 }));
    this.log.push(...events);
    const to_seq = this.seq + events.length;
    this.confirmed = applyBatch(this.confirmed, { epoch: this.epoch, from_seq: this.seq + 1, to_seq, events });
    const changed = events.filter((event) => event.data[event.entity.kind] !== undefined);
    const result = { bookings: changed.map((event) => event.data["booking"]).filter(Boolean) };
    return { answer: { ok: true, id: request.id, seq: this.seq, result }, events };
  }

  /** Bases ahead of the truth are as wrong as stale ones: a client must never send either. */
  private staleBase({ base_version: base, args }: CommandRequest): boolean {
    const id = "booking_id" in args ? args.booking_id : null;
    const current = id === null ? undefined : this.confirmed.tables.booking.get(id);
    return base !== undefined && current !== undefined && current.version !== base;
  }

  private eventOf(kind: Kind, id: string, after: Entity | undefined, request: CommandRequest, me: Me): LoggedEvent {
    const gone = this.confirmed.tables[kind].get(id);
    const version = (gone?.version ?? 0) + 1;
    const ended = kind === "booking" ? { ...(gone as Booking), status: "released", version } : { ...gone, version };
    const entity = after ?? ended;
    const type = after === undefined ? (kind === "booking" ? "booking.released" : `${kind}.deleted`) : `${kind}.changed`;
    return {
      seq: 0,
      at: hour(1),
      type,
      actor: { kind: "member", id: me.id, name: me.name },
      command_id: request.id,
      entity: { kind, id, version: entity.version ?? 1 },
      data: { [kind]: entity },
    };
  }
}

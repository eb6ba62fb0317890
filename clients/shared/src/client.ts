/** Owns the composition: connection, ledger, courier, presence and ghosts behind one small interface. */

import { catchUp } from "./catchup.ts";
import { Connection, type GetToken, type Link } from "./connection.ts";
import { Courier } from "./courier.ts";
import { Ghosts, GhostSender } from "./ghosts.ts";
import { Keeper } from "./keeper.ts";
import { StateKeeper, type KeptState, type StateStorage } from "./kept-state.ts";
import { Ledger, type ProposeOptions } from "./ledger.ts";
import { watchNetwork } from "./network.ts";
import { Listeners } from "./listeners.ts";
import type { StoredCommand } from "./pending.ts";
import { applyPresence, PresenceSender } from "./presence.ts";
import { TIMING, type Timing } from "./timing.ts";
import type {
  Action,
  Answer,
  CommandArgs,
  Elsewhere,
  GhostDrag,
  LoggedEvent,
  Op,
  Person,
  PresenceUpdate,
  Welcome,
} from "./protocol.ts";
import { Repairs } from "./repairs.ts";
import { buildState, type ClientState } from "./state.ts";
import { memoryStorage, type PendingStorage } from "./storage.ts";
import { ChangeLists } from "./changes.ts";
import { toSnapshot, type Changes } from "./tables.ts";
import { isBatch, isGhosts, isPresence } from "./wire.ts";

export interface ClientOptions {
  /** Address of the server, as in `https://studio.example`. */
  readonly url: string;
  readonly getToken: GetToken;
  /** Keeps unanswered commands beyond the life of this object; in memory where left out. */
  readonly storage?: PendingStorage;
  /** Keeps the confirmed state beyond the life of this object, to begin with next time; nothing is kept where left out. */
  readonly states?: StateStorage;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly timing?: Partial<Timing>;
  /** Hears of storage that fails; a warning on the console where left out. */
  readonly onStorageError?: (error: unknown) => void;
}

export interface Proposal {
  readonly id: string;
  /** The server's final word. Stays open while there is no connection, for days if need be. */
  readonly settled: Promise<Answer>;
}

/** A command that has had its final answer, also one that an earlier page had proposed. */
export interface Settled {
  readonly id: string;
  readonly action: Action;
  readonly answer: Answer;
}

export type Client = Pick<
  SyncClient,
  | "state"
  | "connect"
  | "close"
  | "subscribe"
  | "subscribeChanges"
  | "subscribeEvents"
  | "subscribeSettled"
  | "subscribeMessages"
  | "propose"
  | "undo"
  | "redo"
  | "adoptHistory"
  | "sendPresence"
  | "sendGhost"
  | "endGhost"
  | "stored"
>;

/** Something the server said that is no part of the schedule; whoever wants it looks at its shape. */
export interface Message {
  readonly name: string;
  readonly body: unknown;
}

/** A client of one studio for one member. Nothing happens before `connect`. */
export function createClient(options: ClientOptions): Client {
  return new SyncClient(options);
}

class SyncClient {
  private readonly timing: Timing;
  private readonly now: () => number;
  private readonly ledger: Ledger;
  private readonly connection: Connection;
  private readonly courier: Courier;
  private readonly keeper: Keeper;
  private readonly ghosts: Ghosts;
  private readonly ghostSender: GhostSender;
  private readonly presenceSender: PresenceSender;
  private people: ReadonlyMap<string, Person> = new Map();
  private elsewhere: Elsewhere = "known";
  private welcome: Welcome | null = null;
  private left: Promise<StoredCommand[]> | null = null;
  private recalled: Promise<void> | null = null;
  private readonly stateKeeper: StateKeeper | null;
  private readonly settling = new Map<string, (answer: Answer) => void>();
  private readonly repairs: Repairs;
  private unwatch: (() => void) | null = null;

  private shown: ClientState | null = null;
  private last: ClientState | null = null;
  private telling = false;
  private readonly changes = new ChangeLists();
  private readonly listeners = new Listeners<void>();
  private readonly changeListeners = new Listeners<Changes>();
  private readonly eventListeners = new Listeners<readonly LoggedEvent[]>();
  private readonly settledListeners = new Listeners<Settled>();
  private readonly messageListeners = new Listeners<Message>();

  constructor(options: ClientOptions) {
    this.timing = { ...TIMING, ...options.timing };
    this.now = options.now ?? Date.now;
    this.ledger = new Ledger(this.now, (changes) => this.changed(changes));
    this.keeper = new Keeper(options.storage ?? memoryStorage(), options.onStorageError ?? warn);
    this.stateKeeper = options.states
      ? new StateKeeper(options.states, () => this.keptState(), this.timing.saveMs, options.onStorageError ?? warn)
      : null;
    this.ghosts = new Ghosts(() => this.changed([]), this.now);
    this.ghostSender = new GhostSender((message) => this.connection.tell("ghost", message));
    this.presenceSender = new PresenceSender((update) => this.connection.tell("presence", update));
    const { reconnect: pace, patienceMs, renewalMs } = this.timing;
    this.connection = new Connection(
      { url: options.url, getToken: options.getToken, pace, patienceMs, renewalMs, now: this.now },
      {
        changed: (link) => this.linkChanged(link),
        catchUp: (welcome) => this.welcomed(welcome),
        message: (event, body) => this.heard(event, body),
      },
    );
    this.repairs = new Repairs({
      replica: this.ledger.replica,
      gapMs: this.timing.gapMs,
      catchUp: (head) => this.catchUp(head),
      failed: () => this.connection.cut(),
    });
    this.courier = new Courier({
      pace: this.timing.repeat,
      next: () => this.ledger.pending.head,
      send: (request) => this.connection.request("command", request),
      sending: (command) => this.keeper.put(command),
      answered: (command, answer) => this.settle(command, answer),
      unauthenticated: () => this.connection.reauthorise(),
      unheard: () => this.connection.cut(),
    });
  }

  /** What there is to see. The same object, with the same maps and entities in it, until they change. */
  get state(): ClientState {
    this.shown ??= this.last = buildState(this.last, {
      ledger: this.ledger,
      link: this.connection.current,
      welcome: this.welcome,
      presence: this.people,
      elsewhere: this.elsewhere,
      ghosts: this.ghosts.all,
    });
    return this.shown;
  }

  /** Connect, or try again at once. */
  connect(): void {
    this.left ??= this.keeper.load();
    this.recalled ??= this.recall();
    this.unwatch ??= watchNetwork({ online: () => this.connection.connect(), offline: () => this.connection.cut() });
    this.connection.connect();
  }

  /** Disconnect. What is unanswered stays in the storage and is sent by the next client of this member. */
  close(): void {
    this.unwatch?.();
    this.unwatch = null;
    this.connection.close();
    void this.stateKeeper?.flush();
  }

  /** Hear that `state` changed; at most once per microtask. Returns the way to stop. */
  subscribe(listener: () => void): () => void {
    return this.listeners.add(listener);
  }

  /**
   * Hear what changed, one call per kind, before the listeners of `subscribe`. A booking whose pending
   * mark alone changed counts as upserted. A new snapshot is told as the differences it makes.
   */
  subscribeChanges(listener: (changes: Changes) => void): () => void {
    return this.changeListeners.add(listener);
  }

  /** Hear the confirmed events as they are applied, in order, each once; none for what a snapshot brought. */
  subscribeEvents(listener: (events: readonly LoggedEvent[]) => void): () => void {
    return this.eventListeners.add(listener);
  }

  /** Hear the final answer to each command, also to those an earlier page left behind. */
  subscribeSettled(listener: (settled: Settled) => void): () => void {
    return this.settledListeners.add(listener);
  }

  /** Hear what the server says beside the schedule: notices, what became of them, how jobs go on. */
  subscribeMessages(listener: (message: Message) => void): () => void {
    return this.messageListeners.add(listener);
  }

  /** Apply a command at once as far as it can be foreseen, and send it until it is answered. */
  propose<O extends Op>(op: O, args: CommandArgs[O], options: ProposeOptions = {}): Proposal {
    // `op` and `args` belong together by the signature, which the union cannot show.
    return this.dispatch(this.ledger.propose({ op, args } as Action, options));
  }

  /** Take back the latest own step, or null where there is none. */
  undo(): Proposal | null {
    const command = this.ledger.undo();
    return command && this.dispatch(command);
  }

  /** Do the latest undone step again, or null where there is none. */
  redo(): Proposal | null {
    const command = this.ledger.redo();
    return command && this.dispatch(command);
  }

  /** Take over one's own steps of an earlier page, as the log tells them; not once this page has taken some. */
  adoptHistory(stacks: { readonly undoable: readonly string[]; readonly redoable: readonly string[] }): void {
    if (this.ledger.history.adopt(stacks.undoable, stacks.redoable)) this.changed([]);
  }

  /** Tell the others what is on this screen; what is left out stays as it was said before. */
  sendPresence(update: PresenceUpdate): void {
    this.presenceSender.send(update);
  }

  /** Show the others a drag in flight; call it every frame, the latest wins. */
  sendGhost(ghost: GhostDrag): void {
    this.ghostSender.send(ghost);
  }

  endGhost(bookingId: string): void {
    this.ghostSender.end(bookingId);
  }

  /** Resolves when every command proposed so far, and the state as it is confirmed now, is in the storage. */
  async stored(): Promise<void> {
    await Promise.all([this.keeper.idle(), this.stateKeeper?.flush()]);
  }

  private dispatch(command: StoredCommand): Proposal {
    const settled = new Promise<Answer>((resolve) => this.settling.set(command.id, resolve));
    if (command.owner !== null) this.keeper.put(command);
    this.courier.pump();
    return { id: command.id, settled };
  }

  private settle(command: StoredCommand, answer: Answer): void {
    if (!this.ledger.answered(command.id, answer)) return;
    this.keeper.remove(command.id);
    if (answer.ok && answer.seq > this.ledger.replica.confirmed.seq) this.repairs.within(this.timing.lagMs, answer.seq);
    this.settling.get(command.id)?.(answer);
    this.settling.delete(command.id);
    this.settledListeners.tell({ id: command.id, action: command.action, answer });
  }

  private linkChanged(link: Link): void {
    if (link.phase === "live") {
      this.courier.start();
      if (this.ledger.replica.hasGap) this.repairs.within(this.timing.gapMs);
      this.presenceSender.repeat();
    } else {
      this.courier.stop();
      this.repairs.stop();
      this.ghostSender.stop();
      this.presenceSender.stop();
      if (link.phase !== "syncing") this.forgetPeople();
    }
    this.changed([]);
  }

  private forgetPeople(): void {
    this.people = new Map();
    this.elsewhere = "known";
    this.ghosts.clear();
  }

  /** Begin with what an earlier page kept, until the server says more. */
  private async recall(): Promise<void> {
    const kept = await this.stateKeeper?.load();
    if (!kept) return;
    const { ledger } = this;
    ledger.me = kept.me;
    ledger.owner = kept.owner;
    ledger.replica.reset(kept.snapshot);
    ledger.applied("all");
    await this.restoreLeft(kept.owner);
  }

  /** Take up the unanswered commands of this owner's; what others left stays where it is. */
  private async restoreLeft(owner: string): Promise<void> {
    const left = (await this.left) ?? [];
    this.left = Promise.resolve([]);
    this.ledger.restore(left.filter((command) => command.owner === owner));
  }

  private keptState(): KeptState | null {
    const { me, owner, replica } = this.ledger;
    const { epoch, seq, tables } = replica.confirmed;
    if (me === null || owner === null || epoch === null) return null;
    return { owner, me, snapshot: { epoch, seq, state: toSnapshot(tables) } };
  }

  private async welcomed(welcome: Welcome): Promise<void> {
    await this.recalled;
    const owner = `${welcome.tenant_id}/${welcome.member.id}`;
    if (this.ledger.owner !== null && this.ledger.owner !== owner) {
      this.stateKeeper?.forget();
      this.connection.close({ code: "replaced", reason: "The token is somebody else's than before." });
      throw new Error("the token is somebody else's than before");
    }
    const { me } = this.ledger;
    if (me && (me.role !== welcome.member.role || me.artist_id !== welcome.member.artist_id)) {
      this.ledger.replica.forgetPosition();
    }
    this.welcome = welcome;
    this.ledger.me = welcome.member;
    this.ledger.owner = owner;
    for (const command of this.ledger.pending.adopt(owner)) this.keeper.put(command);
    await this.restoreLeft(owner);
    await this.catchUp(welcome);
  }

  private catchUp(head: { readonly epoch: string; readonly seq: number }): Promise<void> {
    return catchUp(
      {
        replica: this.ledger.replica,
        ask: (request) => this.connection.request("sync", request),
        applied: (what) => this.applied(what),
      },
      head,
    );
  }

  private applied(what: readonly LoggedEvent[] | "all"): void {
    this.ledger.applied(what);
    this.stateKeeper?.later();
    if (what !== "all" && what.length > 0) this.eventListeners.tell(what);
  }

  private heard(event: string, body: unknown): void {
    if (event === "events" && isBatch(body)) {
      const received = this.ledger.replica.receive(body);
      if (received.kind === "applied") this.applied(received.events);
      if (this.ledger.replica.hasGap) this.repairs.within(this.timing.gapMs);
    } else if (event === "presence" && isPresence(body)) {
      const before = this.people;
      this.people = applyPresence(before, body);
      this.elsewhere = body.elsewhere ?? "known";
      this.ghosts.drop(new Set([...before.keys()].filter((id) => !this.people.has(id))));
      this.changed([]);
    } else if (event === "ghosts" && isGhosts(body)) {
      this.ghosts.receive(body, this.welcome?.connection_id ?? null);
    } else {
      this.messageListeners.tell({ name: event, body });
    }
  }

  private changed(changes: readonly Changes[]): void {
    this.shown = null;
    this.changes.add(changes);
    if (this.telling) return;
    this.telling = true;
    queueMicrotask(() => {
      this.telling = false;
      for (const list of this.changes.take()) this.changeListeners.tell(list);
      this.listeners.tell();
    });
  }
}

function warn(error: unknown): void {
  console.warn("Pending commands could not be stored:", error);
}

/** Owns what a client shows of itself: one immutable object, replaced whenever something in it changes. */

import { exhaustive } from "./exhaustive.ts";
import type { Link } from "./connection.ts";
import type { Ghost } from "./ghosts.ts";
import type { Ledger } from "./ledger.ts";
import type {
  Artist,
  Booking,
  Challenge,
  Closing,
  Dependency,
  Elsewhere,
  Limits,
  Me,
  Member,
  Milestone,
  Op,
  Person,
  Phase,
  Project,
  Scenario,
  ScenarioChange,
  Tenant,
  TimeOff,
  Welcome,
} from "./protocol.ts";

export type Status = "connecting" | "syncing" | "live" | "offline" | "closed";

/** A command that has not been answered, in the order of the queue. */
export interface PendingCommand {
  readonly id: string;
  readonly op: Op;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export interface ClientState {
  readonly status: Status;
  /** Where offline: when the next attempt is made, in milliseconds since 1970. */
  readonly retryAt: number | null;
  /** Where closed by the server or for want of a token: why. */
  readonly closing: Closing | null;
  readonly me: Me | null;
  readonly tenantId: string | null;
  readonly connectionId: string | null;
  readonly limits: Limits | null;
  readonly epoch: string | null;
  /** Everything up to this number of the tenant's log is in the state. */
  readonly seq: number;
  readonly tenant: Tenant | null;
  readonly members: ReadonlyMap<string, Member>;
  readonly artists: ReadonlyMap<string, Artist>;
  readonly projects: ReadonlyMap<string, Project>;
  readonly phases: ReadonlyMap<string, Phase>;
  readonly dependencies: ReadonlyMap<string, Dependency>;
  readonly milestones: ReadonlyMap<string, Milestone>;
  /** Confirmed and pending together: what the screen shows. */
  readonly bookings: ReadonlyMap<string, Booking>;
  /** Challenges that something can still come of: open ones, and won ones until their window closes. */
  readonly challenges: ReadonlyMap<string, Challenge>;
  /** Requested and approved. */
  readonly timesOff: ReadonlyMap<string, TimeOff>;
  /** Open drafts on top of the schedule; none for freelancers. */
  readonly scenarios: ReadonlyMap<string, Scenario>;
  readonly scenarioChanges: ReadonlyMap<string, ScenarioChange>;
  /** Each artist's live bookings in order of start. */
  readonly lines: ReadonlyMap<string, readonly Booking[]>;
  /** Bookings that unanswered commands change. */
  readonly pendingIds: ReadonlySet<string>;
  readonly pending: readonly PendingCommand[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Everybody connected, this client included, by connection. */
  readonly presence: ReadonlyMap<string, Person>;
  /** Whether people on other servers are heard of at present: where not, there may be more than `presence` shows. */
  readonly elsewhere: Elsewhere;
  /** Other people's drags in flight. */
  readonly ghosts: ReadonlyMap<string, Ghost>;
}

export interface Parts {
  readonly ledger: Ledger;
  readonly link: Link;
  readonly welcome: Welcome | null;
  readonly presence: ReadonlyMap<string, Person>;
  readonly elsewhere: Elsewhere;
  readonly ghosts: ReadonlyMap<string, Ghost>;
}

/** The state as it stands; what equals the last one's is the last one's. */
export function buildState(last: ClientState | null, parts: Parts): ClientState {
  const { ledger, link, welcome, presence, elsewhere, ghosts } = parts;
  const { tables, history, replica, pendingIds } = ledger;
  const [tenant = null] = tables.tenant.values();
  return {
    status: statusOf(link),
    retryAt: link.phase === "resting" ? link.until : null,
    closing: link.phase === "closed" ? link.reason : null,
    me: ledger.me,
    tenantId: welcome?.tenant_id ?? null,
    connectionId: welcome?.connection_id ?? null,
    limits: welcome?.limits ?? null,
    epoch: replica.confirmed.epoch,
    seq: replica.confirmed.seq,
    tenant,
    members: tables.member,
    artists: tables.artist,
    projects: tables.project,
    phases: tables.phase,
    dependencies: tables.dependency,
    milestones: tables.milestone,
    bookings: tables.booking,
    challenges: tables.challenge,
    timesOff: tables.time_off,
    scenarios: tables.scenario,
    scenarioChanges: tables.scenario_change,
    lines: tables.lines,
    pendingIds,
    pending: pendingCommands(last?.pending ?? [], ledger),
    canUndo: history.canUndo,
    canRedo: history.canRedo,
    presence,
    elsewhere,
    ghosts,
  };
}

function pendingCommands(last: readonly PendingCommand[], { pending }: Ledger): readonly PendingCommand[] {
  const open = pending.all.filter((entry) => entry.progress.kind !== "accepted");
  if (open.length === last.length && open.every((entry, i) => entry.command.id === last[i]?.id)) return last;
  return open.map(({ command: { id, action, at } }) => ({ id, op: action.op, since: Date.parse(at) }));
}

/** One word for where the connection stands. */
export function statusOf(link: Link): Status {
  switch (link.phase) {
    case "idle":
    case "resting":
      return "offline";
    case "authorising":
    case "dialling":
      return link.attempt === 0 ? "connecting" : "offline";
    case "syncing":
      return "syncing";
    case "live":
      return "live";
    case "closed":
      return "closed";
    default:
      return exhaustive(link);
  }
}

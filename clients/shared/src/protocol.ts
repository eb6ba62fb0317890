/** Owns the names this package gives to the wire types: the generated ones, narrowed and immutable. */

import type * as wire from "./protocol.gen.ts";

/** All the way down: nothing that came over the wire is ever changed. */
export type Immutable<T> = T extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Immutable<T[Key]> }
    : T;

// -- entities ----------------------------------------------------------------------------

/** A record of which a reader with fewer rights sees only the fields `K`. */
export type Visible<T, K extends keyof T> = Immutable<Pick<T, K> & Partial<Omit<T, K>>>;

export type Role = wire.Role;

/** Who may be behind a connection: a member in a role, or an API key. */
export type ReaderRole = wire.WelcomeMember["role"];
export type Tenant = Immutable<wire.Tenant>;
export type Phase = Immutable<wire.Phase>;
export type Dependency = Immutable<wire.Dependency>;
export type Milestone = Immutable<wire.Milestone>;
export type Money = Immutable<wire.Money>;
export type SkillNeed = Immutable<wire.SkillNeed>;
export type Challenge = Immutable<wire.Challenge>;
export type Claim = Immutable<wire.Claim>;
export type Segment = Immutable<wire.Segment>;
export type Skill = Immutable<wire.Skill>;
export type PortfolioLink = Immutable<wire.PortfolioLink>;
export type Closure = Immutable<wire.Closure>;
/** Which days a series falls on, as `series.place` takes it. */
export type Pattern = Immutable<wire.Pattern>;
export type WorkingHours = Immutable<wire.WorkingHours>;

/** Freelancers see the fields that are not optional. */
export type Member = Visible<wire.Member, "id" | "name" | "role">;
export type Artist = Visible<wire.Artist, "id" | "name" | "zone" | "active" | "version">;
export type Project = Visible<wire.Project, "id" | "name" | "colour" | "status" | "version">;
/** Others' time off is seen by freelancers once it is approved, and without a reason. */
export type TimeOff = Visible<wire.TimeOff, "id" | "artist_id" | "start" | "end" | "state" | "version">;
/** A named draft on top of the live schedule; staff only. Closed ones are read over REST. */
export type Scenario = Immutable<wire.Scenario>;
/** What an open scenario makes of one booking. */
export type ScenarioChange = Immutable<wire.ScenarioChange>;
/** One of `changes` in `scenario.add` and `scenario.change`. */
export type ChangeWish = Immutable<wire.ChangeWish>;
/** A plan that was asked for: told by `progress`, read over REST. */
export type SolverJob = Immutable<wire.SolverJob>;
export type ProjectStatus = Project["status"];
export type DependencyKind = Dependency["kind"];

export type LiveStatus = "hold" | "pencil" | "confirmed";
export type EndedStatus = Exclude<wire.Status, LiveStatus>;

export type FullBooking = Immutable<wire.Booking>;

/** Somebody else's booking as a freelancer sees it: that the time is taken, and nothing more. */
export interface BusyBooking {
  readonly id: string;
  readonly artist_id: string;
  readonly start: string;
  readonly end: string;
  /** "free" ends it: such a booking never stands in a state. */
  readonly status: "busy" | "free";
  readonly version: number;
}

/** Narrow by `status`: `"busy"` has nothing but its range. */
export type Booking = FullBooking | BusyBooking;

export interface EntityTypes {
  tenant: Tenant;
  member: Member;
  artist: Artist;
  project: Project;
  phase: Phase;
  dependency: Dependency;
  milestone: Milestone;
  booking: Booking;
  challenge: Challenge;
  time_off: TimeOff;
  scenario: Scenario;
  scenario_change: ScenarioChange;
}

export type Kind = keyof EntityTypes;
export type Entity = EntityTypes[Kind];

export const KINDS = [
  "tenant",
  "member",
  "artist",
  "project",
  "phase",
  "dependency",
  "milestone",
  "booking",
  "challenge",
  "time_off",
  "scenario",
  "scenario_change",
] as const satisfies readonly Kind[];

/** Names of the lists in a snapshot's state; the tenant stands there alone. */
export const PLURALS = {
  member: "members",
  artist: "artists",
  project: "projects",
  phase: "phases",
  dependency: "dependencies",
  milestone: "milestones",
  booking: "bookings",
  challenge: "challenges",
  time_off: "times_off",
  scenario: "scenarios",
  scenario_change: "scenario_changes",
} as const;

// -- commands ----------------------------------------------------------------------------

/** What only the clock asks for. */
type ClockOp = "booking.expire" | "challenge.lapse";

/** Arguments by operation; what an edit leaves out stays as it is, null clears. */
export type CommandArgs = Immutable<
  Omit<wire.CommandArgs, ClockOp | "bulk.apply"> & { "bulk.apply": BulkArgs }
>;

export type Op = keyof CommandArgs;
/** An operation with its arguments: narrow by `op`. */
export type Action = { [O in Op]: { readonly op: O; readonly args: CommandArgs[O] } }[Op];

type SingleOp = Exclude<keyof wire.CommandArgs, ClockOp | "bulk.apply" | "history.undo" | "history.restore" | `${"series" | "scenario"}.${string}`>;
type BulkAction = { [O in SingleOp]: { op: O; args: wire.CommandArgs[O]; base_version?: number } }[SingleOp];
export type BulkItem = Immutable<BulkAction>;
interface BulkArgs {
  items: BulkAction[];
  on_refusal?: "refuse_all" | "skip";
}

export type CommandRequest = Action & { readonly id: string; readonly base_version?: number };

// -- answers -----------------------------------------------------------------------------

export type ErrorCode = wire.Code;
export type Slot = Immutable<wire.Slot>;
export type Blocking = Immutable<wire.Blocking>;
/** Beside a result, in `flags`: what a planner should know of a booking that was let in. */
export type Flag = Immutable<wire.Flag>;
export type ErrorData = Immutable<wire.RefusalData>;
export type CommandError = Immutable<wire.WireError>;

export interface Accepted {
  readonly ok: true;
  readonly id: string;
  /** The command is in the log at or before this number. */
  readonly seq: number;
  /** What changed, by kind: `{booking: {…}}`, `{bookings: [{…}]}`. */
  readonly result: Readonly<Record<string, unknown>>;
}
export interface Refused {
  readonly ok: false;
  readonly id: string | null;
  readonly error: CommandError;
}
export type Answer = Accepted | Refused;

// -- events and sync ---------------------------------------------------------------------

export interface LoggedEvent extends Omit<Immutable<wire.LoggedEvent>, "data" | "entity" | "actor" | "command_id"> {
  /** Absent where the reader may not know it. */
  readonly command_id?: string | null;
  readonly actor: { readonly kind: string; readonly id?: string | null; readonly name?: string };
  readonly entity: { readonly kind: string; readonly id: string; readonly version: number };
  /** The entity under its kind, besides `changed`, `cause` and `reason`. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Covers every number from `from_seq` to `to_seq`; those without an event are not for this reader. */
export interface Batch {
  readonly epoch: string;
  readonly from_seq: number;
  readonly to_seq: number;
  readonly events: readonly LoggedEvent[];
}

export type SnapshotState = { readonly tenant?: Tenant } & {
  readonly [K in keyof typeof PLURALS as (typeof PLURALS)[K]]?: readonly EntityTypes[K][];
};

export interface Snapshot {
  readonly epoch: string;
  readonly seq: number;
  readonly state: SnapshotState;
}

export type SyncRequest = Immutable<wire.SyncRequest>;

/** `next` asks for the following page of the same snapshot. */
export type SyncAnswer =
  | ({ readonly kind: "events" } & Batch)
  | ({ readonly kind: "snapshot"; readonly next?: string | null } & Snapshot);

export type Me = Immutable<wire.WelcomeMember>;
export type Limits = Immutable<wire.Limits>;
export type Welcome = Immutable<wire.Welcome>;

export interface Closing {
  /** One of those the schema names, or a newer one. */
  readonly code: string;
  readonly reason?: string;
  readonly retry_after_ms?: number | null;
}

// -- presence and ghosts -----------------------------------------------------------------

export type PresenceUpdate = Immutable<wire.PresenceUpdate>;
export type Person = Immutable<wire.Person>;
export type PresenceMessage = Immutable<wire.PresenceMessage>;
export type Elsewhere = NonNullable<PresenceMessage["elsewhere"]>;

/** A drag in flight. */
export interface GhostDrag extends Slot {
  readonly booking_id: string;
}
export type GhostMessage = GhostDrag | { readonly booking_id: string; readonly end_drag: true };
export type RemoteGhost = Immutable<wire.Ghost>;

/** Owns the wire types this package speaks, and the narrow checks on what arrives. */

// -- entities ----------------------------------------------------------------------------

/** A record of which a reader with fewer rights sees only the fields `K`. */
export type Visible<T, K extends keyof T> = Readonly<Pick<T, K> & Partial<Omit<T, K>>>;

export type Role = "studio_owner" | "studio_manager" | "freelancer";

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly zone: string;
  readonly hold_response_hours: number;
  readonly hold_expiry_hours: number;
  readonly version: number;
}

export interface FullMember {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly artist_id: string | null;
  readonly active: boolean;
  readonly version: number;
}
export type Member = Visible<FullMember, "id" | "name" | "role">;

export interface Skill {
  readonly name: string;
  readonly level: number;
  readonly years: number;
}

export interface WorkingHours {
  /** 0 is Monday. */
  readonly day: number;
  readonly start: string;
  readonly end: string;
}

export interface FullArtist {
  readonly id: string;
  readonly name: string;
  readonly skills: readonly Skill[];
  readonly zone: string;
  readonly working_hours: readonly WorkingHours[];
  readonly rate: { readonly amount: number; readonly currency: string } | null;
  readonly tags: readonly string[];
  readonly email: string;
  readonly notes: string;
  readonly external_id: string;
  readonly active: boolean;
  readonly version: number;
}
export type Artist = Visible<FullArtist, "id" | "name" | "zone" | "active" | "version">;

export type ProjectStatus = "tentative" | "active" | "on_hold" | "delivered" | "archived";

export interface FullProject {
  readonly id: string;
  readonly name: string;
  readonly client: string;
  readonly colour: string;
  readonly status: ProjectStatus;
  readonly start: string | null;
  readonly end: string | null;
  readonly notes: string;
  readonly external_id: string;
  readonly version: number;
}
export type Project = Visible<FullProject, "id" | "name" | "colour" | "status" | "version">;

export interface Phase {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly duration_hours: number;
  readonly skills: readonly { readonly name: string; readonly level: number }[];
  readonly start: string | null;
  readonly end: string | null;
  readonly progress: number;
  readonly external_id: string;
  readonly version: number;
}

export type DependencyKind = "finish_start" | "start_start" | "finish_finish" | "start_finish";

export interface Dependency {
  readonly id: string;
  readonly project_id: string;
  readonly from_phase_id: string;
  readonly to_phase_id: string;
  readonly kind: DependencyKind;
  readonly lag_hours: number;
  readonly version: number;
}

export type LiveStatus = "hold" | "pencil" | "confirmed";
export type EndedStatus = "declined" | "withdrawn" | "released" | "expired" | "bumped" | "cancelled";

export interface Claim {
  readonly number: number;
  readonly start: string;
  readonly end: string;
}

export interface Segment {
  readonly start: string;
  readonly end: string;
  readonly rank: number;
}

export interface FullBooking {
  readonly id: string;
  readonly artist_id: string;
  readonly start: string;
  readonly end: string;
  readonly title: string;
  readonly project_id: string | null;
  readonly phase_id: string | null;
  readonly notes: string;
  readonly zone: string;
  readonly status: LiveStatus | EndedStatus;
  readonly response: "none" | "accepted" | "countered";
  readonly counter: { readonly start: string; readonly end: string; readonly note: string } | null;
  readonly claims: readonly Claim[];
  readonly standby: boolean;
  readonly response_deadline: string | null;
  readonly expires_at: string | null;
  readonly reason: string;
  readonly external_id: string;
  readonly version: number;
  readonly created_by: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly rank: number | null;
  readonly segments: readonly Segment[];
}

/** Somebody else's booking as a freelancer sees it: that the time is taken, and nothing more. */
export interface BusyBooking {
  readonly id: string;
  readonly artist_id: string;
  readonly start: string;
  readonly end: string;
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
  booking: Booking;
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
  "booking",
] as const satisfies readonly Kind[];

/** Names of the lists in a snapshot's state; the tenant stands there alone. */
export const PLURALS = {
  member: "members",
  artist: "artists",
  project: "projects",
  phase: "phases",
  dependency: "dependencies",
  booking: "bookings",
} as const;

// -- commands ----------------------------------------------------------------------------

interface Dates {
  readonly start: string;
  readonly end: string;
}
interface Ref {
  readonly booking_id: string;
}
interface Answering extends Ref {
  readonly reason?: string;
}
type Settable<T, K extends keyof T> = Readonly<Partial<Pick<T, K>>>;
type ArtistFields = "skills" | "zone" | "working_hours" | "rate" | "tags" | "email" | "notes" | "external_id";
type ProjectFields = "client" | "colour" | "status" | "start" | "end" | "notes" | "external_id";
type PhaseFields = "skills" | "start" | "end" | "progress" | "external_id";

/** Arguments by operation; what an edit leaves out stays as it is, null clears. */
export interface CommandArgs {
  "booking.place": Dates & { readonly artist_id: string; readonly id?: string; readonly status?: LiveStatus } & Settable<
      FullBooking,
      "title" | "project_id" | "phase_id" | "notes" | "zone" | "standby" | "response_deadline" | "expires_at" | "external_id"
    >;
  "booking.move": Ref & Dates & { readonly artist_id?: string };
  "booking.resize": Ref & Dates;
  "booking.reassign": Ref & { readonly artist_id: string };
  "booking.edit": Ref & Settable<FullBooking, "title" | "notes" | "project_id" | "phase_id">;
  "booking.accept": Answering;
  "booking.decline": Answering;
  "booking.withdraw": Answering;
  "booking.confirm": Answering;
  "booking.release": Ref & Partial<Dates>;
  "booking.cancel": Ref & { readonly reason: string };
  "artist.add": { readonly id?: string; readonly name: string } & Settable<FullArtist, ArtistFields>;
  "artist.edit": { readonly artist_id: string } & Settable<FullArtist, ArtistFields | "name" | "active">;
  "artist.archive": { readonly artist_id: string };
  "project.add": { readonly id?: string; readonly name: string } & Settable<FullProject, ProjectFields>;
  "project.edit": { readonly project_id: string } & Settable<FullProject, ProjectFields | "name">;
  "project.archive": { readonly project_id: string };
  "phase.add": {
    readonly id?: string;
    readonly project_id: string;
    readonly name: string;
    readonly duration_hours: number;
  } & Settable<Phase, PhaseFields>;
  "phase.edit": { readonly phase_id: string } & Settable<Phase, PhaseFields | "name" | "duration_hours">;
  "phase.delete": { readonly phase_id: string };
  "dependency.add": { readonly id?: string; readonly from_phase_id: string; readonly to_phase_id: string } & Settable<
    Dependency,
    "kind" | "lag_hours"
  >;
  "dependency.delete": { readonly dependency_id: string };
  "member.add": { readonly id?: string } & Pick<FullMember, "email" | "name" | "role"> & Settable<FullMember, "artist_id">;
  "member.edit": { readonly member_id: string } & Settable<FullMember, "name" | "role" | "artist_id" | "active">;
  "tenant.edit": Settable<Tenant, "name" | "zone" | "hold_response_hours" | "hold_expiry_hours">;
  "history.undo": { readonly command_id: string };
  "bulk.apply": { readonly items: readonly BulkItem[]; readonly on_refusal?: "refuse_all" | "skip" };
}

export type Op = keyof CommandArgs;
/** An operation with its arguments: narrow by `op`. */
export type Action = { [O in Op]: { readonly op: O; readonly args: CommandArgs[O] } }[Op];
export type BulkItem = Exclude<Action, { op: "bulk.apply" | "history.undo" }> & { readonly base_version?: number };
export type CommandRequest = Action & { readonly id: string; readonly base_version?: number };

// -- answers -----------------------------------------------------------------------------

export type ErrorCode =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "stale_version"
  | "not_first"
  | "wrong_state"
  | "deadline_passed"
  | "too_large"
  | "rate_limited"
  | "busy"
  | "internal";

export interface Slot {
  readonly artist_id: string;
  readonly start: string;
  readonly end: string;
}

export interface Blocking extends Slot {
  readonly booking_id: string;
  readonly status: string;
  readonly title?: string;
  readonly project_id?: string | null;
}

export interface ErrorData {
  readonly blocking?: readonly Blocking[];
  readonly rank?: number;
  readonly alternatives?: readonly Slot[];
  readonly current?: { readonly [K in Kind]?: EntityTypes[K] };
  readonly path?: string;
  readonly item?: number;
  readonly items?: readonly { readonly item: number; readonly code: ErrorCode; readonly message: string; readonly data?: ErrorData }[];
}

export interface CommandError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Whether the same id may be sent again and answered differently. */
  readonly retryable: boolean;
  readonly retry_after_ms?: number;
  readonly data?: ErrorData;
}

export interface Accepted {
  readonly ok: true;
  readonly id: string;
  readonly seq: number;
  readonly result: Readonly<Record<string, unknown>>;
}
export interface Refused {
  readonly ok: false;
  readonly id: string;
  readonly error: CommandError;
}
export type Answer = Accepted | Refused;

// -- events and sync ---------------------------------------------------------------------

export interface LoggedEvent {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly actor: { readonly kind: string; readonly id?: string | null; readonly name?: string };
  readonly command_id?: string | null;
  readonly entity: { readonly kind: string; readonly id: string; readonly version: number };
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

export interface SyncRequest {
  readonly epoch?: string;
  readonly since?: number;
  readonly next?: string;
}

export type SyncAnswer =
  | ({ readonly kind: "events"; readonly next?: string | null } & Batch)
  | ({ readonly kind: "snapshot"; readonly next?: string | null } & Snapshot);

export interface Me {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly artist_id: string | null;
}

export interface Welcome {
  readonly protocol: number;
  readonly connection_id: string;
  readonly tenant_id: string;
  readonly member: Me;
  readonly epoch: string;
  readonly seq: number;
  readonly limits: Readonly<Record<string, number>>;
}

export interface Closing {
  readonly code: string;
  readonly reason: string;
  readonly retry_after_ms?: number | null;
}

// -- presence and ghosts -----------------------------------------------------------------

export interface PresenceUpdate {
  readonly view?: { readonly project_id?: string; readonly start?: string; readonly end?: string };
  readonly selection?: readonly string[];
}

export interface Person extends PresenceUpdate {
  readonly connection_id: string;
  readonly member_id: string;
  readonly name: string;
  readonly colour?: string;
}

export type PresenceMessage =
  | { readonly full: readonly Person[] }
  | { readonly diff: { readonly joined?: readonly Person[]; readonly left?: readonly string[]; readonly changed?: readonly Person[] } };

export interface GhostDrag extends Slot {
  readonly booking_id: string;
}
export type GhostMessage = GhostDrag | { readonly booking_id: string; readonly end_drag: true };

export interface RemoteSender {
  readonly connection_id: string;
  readonly member_id?: string;
  readonly name?: string;
  readonly colour?: string;
}
export type RemoteGhost = RemoteSender & GhostMessage;

/**
 * Owns the wire types as the server declares them. Generated from schema/protocol.schema.json by
 * `npm run protocol`; do not edit.
 */

/**
 * What a member may do; see `permissions.authorise`.
 */
export type Role = "freelancer" | "studio_manager" | "studio_owner";
/**
 * Where a booking is in its life; `domain.md` draws the arrows.
 */
export type Status =
  | "bumped"
  | "cancelled"
  | "confirmed"
  | "declined"
  | "expired"
  | "hold"
  | "pencil"
  | "released"
  | "withdrawn";
/**
 * What the artist said to a hold so far.
 */
export type Response = "accepted" | "countered" | "none";
/**
 * What became of a higher claim that was challenged.
 */
export type TargetOutcome = "confirmed" | "gone" | "lapsed" | "pending" | "released";
/**
 * `open → won | lost | withdrawn`; a won challenge is closed by its confirm window.
 */
export type ChallengeState = "lost" | "open" | "withdrawn" | "won";
/**
 * Stable error codes of the wire contract.
 */
export type Code =
  | "busy"
  | "conflict"
  | "deadline_passed"
  | "forbidden"
  | "internal"
  | "invalid"
  | "not_first"
  | "not_found"
  | "rate_limited"
  | "stale_version"
  | "too_large"
  | "unauthenticated"
  | "wrong_state";
/**
 * `requested → approved | refused`; either of the first two may be `cancelled`.
 */
export type OffState = "approved" | "cancelled" | "refused" | "requested";
/**
 * `open → committed | discarded`; undo opens it again.
 */
export type ScenarioState = "committed" | "discarded" | "open";

/**
 * An artist cannot work in `[start, end)`.
 */
export interface Absence {
  kind: "absence";
  artist_id: string;
  start: string;
  end: string;
}
/**
 * The artist says yes: a pencil where first in line, else kept until it is.
 */
export interface AcceptBooking {
  booking_id: string;
  reason?: string;
}
/**
 * Add a person who can be booked.
 */
export interface AddArtist {
  name: string;
  id?: string | null;
  /**
   * @maxItems 60
   */
  skills?: Skill[];
  zone?: string | null;
  working_hours?: WorkingHours[] | null;
  rate?: Rate | null;
  /**
   * @maxItems 40
   */
  tags?: string[];
  email?: string;
  notes?: string;
  external_id?: string;
  /**
   * @maxItems 30
   */
  portfolio?: PortfolioLink[];
  /**
   * @maxItems 50
   */
  preferred_projects?: string[];
  /**
   * @maxItems 21
   */
  preferred_hours?: WorkingHours[];
  holiday_country?: string | null;
  holiday_subdivision?: string | null;
}
/**
 * A craft with a level from 0 (knows it) to 10 (leads it) and years of practice.
 */
export interface Skill {
  name: string;
  level: number;
  years: number;
}
/**
 * Hours on one weekday (0 is Monday) on the wall's clock; `end` 24:00 is midnight.
 */
export interface WorkingHours {
  day: number;
  start: string;
  end: string;
}
/**
 * Price of one working day, in the currency's main unit, with ISO 4217 code.
 */
export interface Rate {
  amount: number;
  currency: string;
}
/**
 * Work to look at: an `http` or `https` address.
 */
export interface PortfolioLink {
  url: string;
  title: string;
  media_type: "audio" | "document" | "image" | "model" | "reel" | "video" | "website";
}
/**
 * Tie one phase to another of the same project; a cycle is refused and named.
 */
export interface AddDependency {
  from_phase_id: string;
  to_phase_id: string;
  id?: string | null;
  kind?: "finish_finish" | "finish_start" | "start_finish" | "start_start";
  lag_hours?: number;
}
/**
 * Open an account; the password is set apart and never enters the log.
 */
export interface AddMember {
  email: string;
  name: string;
  role: Role;
  id?: string | null;
  artist_id?: string | null;
}
/**
 * Mark a day of a project, perhaps of one of its phases.
 */
export interface AddMilestone {
  project_id: string;
  name: string;
  date: string;
  id?: string | null;
  phase_id?: string | null;
  done?: boolean;
  notes?: string;
  external_id?: string;
}
/**
 * Add a piece of work to a project.
 */
export interface AddPhase {
  project_id: string;
  name: string;
  duration_hours: number;
  id?: string | null;
  /**
   * @maxItems 20
   */
  skills?: SkillNeed[];
  start?: string | null;
  end?: string | null;
  progress?: number;
  external_id?: string;
}
/**
 * A skill a phase asks for, at least at `level`, for so many days of one person (0: not said).
 */
export interface SkillNeed {
  name: string;
  level: number;
  days: number;
}
/**
 * Open a project.
 */
export interface AddProject {
  name: string;
  id?: string | null;
  client?: string;
  colour?: string;
  status?: "active" | "archived" | "delivered" | "on_hold" | "tentative";
  start?: string | null;
  end?: string | null;
  budget_days?: number | null;
  budget_money?: Money | null;
  notes?: string;
  external_id?: string;
}
/**
 * A sum in the currency's main unit, with its ISO 4217 code.
 */
export interface Money {
  amount: number;
  currency: string;
}
/**
 * Open a draft, empty or with what it is to hold.
 */
export interface AddScenario {
  name: string;
  id?: string | null;
  note?: string;
  source?: "allocation" | "challenge" | "people" | "repair";
  job_id?: string | null;
  /**
   * @maxItems 2000
   */
  changes?: ChangeWish[];
}
/**
 * What is to become of one booking, whole: it replaces what the scenario says of it so far.
 *
 * A `place` says artist, start and end; its `booking_id` is the id that the booking will get. A
 * `move` says artist, start and end as far as they are to change, and perhaps a granularity. An
 * `end` gives the booking up. `base_version` is the version of the live booking that was looked at
 * (left out: the present one). `on_version` is the version of this change it is based on: 0 where
 * there was none yet, left out where it replaces whatever is there.
 */
export interface ChangeWish {
  action: "end" | "move" | "place";
  booking_id: string;
  id?: string | null;
  base_version?: number | null;
  on_version?: number | null;
  artist_id?: string | null;
  start?: string | null;
  end?: string | null;
  zone?: string | null;
  granularity?: ("day" | "half_day" | "time") | null;
  title?: string;
  project_id?: string | null;
  phase_id?: string | null;
  status?: "confirmed" | "hold" | "pencil";
  confirmed?: boolean;
  note?: string;
  reason?: string;
}
/**
 * Answer for one challenged claim: confirm it, or release the days it shares.
 */
export interface AnswerChallenge {
  challenge_id: string;
  booking_id: string;
  answer: "confirm" | "release";
}
/**
 * The studio takes the proposed dates, to which the artist has said yes, or refuses them.
 */
export interface AnswerCounter {
  booking_id: string;
  take: boolean;
}
/**
 * Approve a request, where no pencil or confirmed booking stands in the way, or refuse it.
 */
export interface AnswerTimeOff {
  time_off_id: string;
  answer: "approve" | "refuse";
  reason?: string;
}
/**
 * Many commands in one transaction: refused whole, or without the refused ones.
 */
export interface ApplyBulk {
  /**
   * @minItems 1
   * @maxItems 20000
   */
  items: BulkItem[];
  on_refusal?: "refuse_all" | "skip";
}
/**
 * One command inside a bulk command, in wire form.
 */
export interface BulkItem {
  op: string;
  args: unknown;
  base_version?: number | null;
}
/**
 * Take an artist off the schedule; bookings stay in history.
 */
export interface ArchiveArtist {
  artist_id: string;
}
/**
 * Close a project; its bookings stay.
 */
export interface ArchiveProject {
  project_id: string;
}
/**
 * A person who can be booked.
 *
 * `holiday_country` and `holiday_subdivision` are as the studio's where they are null; an empty
 * country has no holidays. Preferences are wishes: they warn nobody and refuse nothing.
 */
export interface Artist {
  id: string;
  name: string;
  /**
   * @maxItems 60
   */
  skills: Skill[];
  zone: string;
  /**
   * @maxItems 21
   */
  working_hours: WorkingHours[];
  rate: Rate | null;
  /**
   * @maxItems 40
   */
  tags: string[];
  email: string;
  notes: string;
  external_id: string;
  /**
   * @maxItems 30
   */
  portfolio: PortfolioLink[];
  /**
   * @maxItems 50
   */
  preferred_projects: string[];
  /**
   * @maxItems 21
   */
  preferred_hours: WorkingHours[];
  holiday_country: string | null;
  holiday_subdivision: string | null;
  active: boolean;
  version: number;
}
/**
 * A person joined.
 */
export interface ArtistAdded {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  artist: Artist;
}
/**
 * Why an event happened that nobody asked for by name.
 */
export interface Cause {
  kind:
    | "bumped"
    | "challenge"
    | "deleted"
    | "ended"
    | "moved"
    | "promoted"
    | "pulled"
    | "pushed"
    | "released"
    | "restore"
    | "scenario"
    | "shifted"
    | "split"
    | "time_off"
    | "undo";
  booking_id?: string | null;
  command_id?: string | null;
  entity_id?: string | null;
  challenge_id?: string | null;
  dependency_id?: string | null;
}
/**
 * A person left the schedule.
 */
export interface ArtistArchived {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  artist: Artist;
}
/**
 * A person's record changed.
 */
export interface ArtistEdited {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  artist: Artist;
}
/**
 * An undo gave an earlier state back.
 */
export interface ArtistRestored {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  artist: Artist;
}
/**
 * A claim that stands in the way, as far as the asker may see it.
 */
export interface Blocking {
  booking_id: string;
  artist_id: string;
  start: string;
  end: string;
  status: Status;
  title: string;
  project_id: string | null;
}
/**
 * One artist, one half-open range `[start, end)` in UTC, a status and a place in line.
 *
 * With a `granularity` of days or half days the range begins and ends at midnights (or noons) of
 * `zone`, and stays so wherever it is moved. Bookings made by one pattern share a `series_id`.
 *
 * `rank` and `segments` are derived from the claims of all live bookings of the artist
 * (`claims.ranked`); they travel with the booking and are never stored as columns.
 */
export interface Booking {
  id: string;
  artist_id: string;
  start: string;
  end: string;
  title: string;
  project_id: string | null;
  phase_id: string | null;
  notes: string;
  zone: string;
  status: Status;
  response: Response;
  counter: Counter | null;
  claims: Claim[];
  standby: boolean;
  granularity: "day" | "half_day" | "time";
  series_id: string | null;
  response_deadline: string | null;
  expires_at: string | null;
  reason: string;
  external_id: string;
  version: number;
  created_by: string | null;
  created_at: string;
  updated_at: string;
  rank: number | null;
  segments: Segment[];
}
/**
 * Dates the artist proposed instead.
 */
export interface Counter {
  start: string;
  end: string;
  note: string;
}
/**
 * A place in line: the tenant-wide claim `number` under which `[start, end)` is held.
 *
 * A booking that is moved keeps its number on the time both ranges share and takes a new,
 * later one for the time it adds; its claims tile its range in order of time.
 */
export interface Claim {
  number: number;
  start: string;
  end: string;
}
/**
 * Derived: the rank (1 is first) a booking has on `[start, end)`.
 */
export interface Segment {
  start: string;
  end: string;
  rank: number;
}
/**
 * The artist said yes; a pencil if first in line, else kept.
 */
export interface BookingAccepted {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * Another claim was confirmed over this one.
 */
export interface BookingBumped {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * A confirmation was taken back.
 */
export interface BookingCancelled {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * Both sides are bound.
 */
export interface BookingConfirmed {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * The studio kept its own dates; the hold is open again.
 */
export interface BookingCounterRefused {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * The studio took the artist's dates.
 */
export interface BookingCounterTaken {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * The artist proposed other dates.
 */
export interface BookingCountered {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * The artist said no.
 */
export interface BookingDeclined {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * An undo put a claim back in front of this one.
 */
export interface BookingDemoted {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * Words, project or phase changed.
 */
export interface BookingEdited {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * The clock ended a hold.
 */
export interface BookingExpired {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * The expiry that stood still during a challenge moved on by as long.
 */
export interface BookingExtended {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * The range shifted, perhaps to another artist.
 */
export interface BookingMoved {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * An accepted hold became first everywhere and so a pencil.
 */
export interface BookingPencilled {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * A claim joined the tail of the line.
 */
export interface BookingPlaced {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * A claim ahead ended or moved: this one moved up.
 */
export interface BookingPromoted {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * Another artist has the dates now.
 */
export interface BookingReassigned {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * The studio gave all dates up.
 */
export interface BookingReleased {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * A won challenge was not used in time: the claim went to the tail of the line.
 */
export interface BookingRequeued {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * One or both ends changed.
 */
export interface BookingResized {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * An undo gave an earlier state back.
 */
export interface BookingRestored {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * The studio gave some dates up.
 */
export interface BookingShrunk {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * The artist took a yes back.
 */
export interface BookingWithdrawn {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  booking: Booking;
}
/**
 * Undo a confirmation, with a reason.
 */
export interface CancelBooking {
  booking_id: string;
  reason: string;
}
/**
 * Take a request back, or be there after all.
 */
export interface CancelTimeOff {
  time_off_id: string;
  reason?: string;
}
/**
 * Whoever is booked for this cannot do it; somebody else is needed.
 */
export interface Cancellation {
  kind: "cancellation";
  booking_id: string;
}
/**
 * A lower claim's demand that every higher claim on the shared days confirm or release.
 *
 * `confirm_by` is set when it is won: until then the challenger must be confirmed, or it goes to
 * the tail. `closed_at` is set when nothing more can come of it.
 */
export interface Challenge {
  id: string;
  artist_id: string;
  booking_id: string;
  targets: ChallengeTarget[];
  state: ChallengeState;
  opened_by: string | null;
  opened_at: string;
  confirm_by: string | null;
  closed_at: string | null;
  version: number;
}
/**
 * A higher claim, and until when it may confirm or release.
 */
export interface ChallengeTarget {
  booking_id: string;
  deadline: string;
  outcome: TargetOutcome;
}
/**
 * One challenged claim confirmed, released, stayed silent or left.
 */
export interface ChallengeAnswered {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  challenge: Challenge;
}
/**
 * The winner was confirmed, or its window passed.
 */
export interface ChallengeClosed {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  challenge: Challenge;
}
/**
 * A challenged claim was confirmed.
 */
export interface ChallengeLost {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  challenge: Challenge;
}
/**
 * A lower claim demanded an answer of every higher one.
 */
export interface ChallengeOpened {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  challenge: Challenge;
}
/**
 * An undo gave an earlier state back.
 */
export interface ChallengeRestored {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  challenge: Challenge;
}
/**
 * The demand was taken back, or its claim ended.
 */
export interface ChallengeWithdrawn {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  challenge: Challenge;
}
/**
 * Every higher claim is gone: the challenger's window to confirm is open.
 */
export interface ChallengeWon {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  challenge: Challenge;
}
/**
 * Say of some bookings what becomes of them; of each, what was said last counts.
 *
 * Refused whole where one of them is based on a version of its change that others replaced.
 */
export interface ChangeScenario {
  scenario_id: string;
  /**
   * @minItems 1
   * @maxItems 2000
   */
  changes: ChangeWish[];
}
/**
 * Said before the server closes a socket; the client comes back after `retry_after_ms`.
 *
 * `unauthenticated`: sign in first. `slow_consumer`, `restart`: come back and `sync`.
 */
export interface Closing {
  code: "invalid" | "rate_limited" | "replaced" | "restart" | "slow_consumer" | "unauthenticated";
  reason: string;
  retry_after_ms: number;
}
/**
 * A studio's own word on one calendar day: closed, or open although it is a public holiday.
 */
export interface Closure {
  day: string;
  name: string;
  open: boolean;
}
/**
 * `{id, op, base_version?, args}`; `id` is made by the client and makes a repeat harmless.
 */
export interface CommandRequest {
  id: string;
  op: string;
  args: unknown;
  base_version?: number | null;
}
/**
 * Make a scenario true: all of its changes at once, or none, with the reason of each that cannot be.
 *
 * `base_version` is the version of the scenario that was looked at.
 */
export interface CommitScenario {
  scenario_id: string;
  base_version?: number | null;
}
/**
 * Both sides bound: a pencil that is first on every segment becomes confirmed.
 */
export interface ConfirmBooking {
  booking_id: string;
  reason?: string;
}
/**
 * The artist proposes other dates; the hold stays where it is until the studio answers.
 */
export interface CounterBooking {
  booking_id: string;
  start: string;
  end: string;
  note?: string;
}
/**
 * The entity as it is now, under its kind.
 */
export interface Current {
  tenant?: Tenant | null;
  member?: Member | null;
  artist?: Artist | null;
  project?: Project | null;
  phase?: Phase | null;
  dependency?: Dependency | null;
  milestone?: Milestone | null;
  booking?: Booking | null;
  challenge?: Challenge | null;
  time_off?: TimeOff | null;
  scenario?: Scenario | null;
  scenario_change?: ScenarioChange | null;
}
/**
 * One studio and its policies; durations in hours.
 *
 * Phases take working time by `working_hours`, in `zone`; artists have hours of their own.
 * `holiday_country` and `holiday_subdivision` hold for every artist who has none of their own.
 * `history_from`: the first number from which its past can be looked at; before it only the last
 * image of each thing is kept (ADR 14).
 */
export interface Tenant {
  id: string;
  name: string;
  slug: string;
  zone: string;
  hold_response_hours: number;
  hold_expiry_hours: number;
  challenge_hours: number;
  challenge_clock: "wall" | "working";
  confirm_window_hours: number;
  /**
   * @minItems 1
   * @maxItems 21
   */
  working_hours: WorkingHours[];
  holiday_country: string;
  holiday_subdivision: string;
  /**
   * @maxItems 1000
   */
  closures: Closure[];
  history_from: number;
  version: number;
}
/**
 * A user account in a tenant; a freelancer's account is linked to their artist record.
 */
export interface Member {
  id: string;
  email: string;
  name: string;
  role: Role;
  artist_id: string | null;
  active: boolean;
  version: number;
}
/**
 * Work for a client, with a colour on the Gantt; dates are calendar days, end inclusive.
 *
 * The budget may be said in days, in money, in both or not at all.
 */
export interface Project {
  id: string;
  name: string;
  client: string;
  colour: string;
  status: "active" | "archived" | "delivered" | "on_hold" | "tentative";
  start: string | null;
  end: string | null;
  budget_days: number | null;
  budget_money: Money | null;
  notes: string;
  external_id: string;
  version: number;
}
/**
 * A piece of a project; `duration_hours` is working time, `[start, end)` its planned place.
 */
export interface Phase {
  id: string;
  project_id: string;
  name: string;
  duration_hours: number;
  /**
   * @maxItems 20
   */
  skills: SkillNeed[];
  start: string | null;
  end: string | null;
  progress: number;
  external_id: string;
  version: number;
}
/**
 * Phase → phase of one project; `lag_hours` of working time may be negative.
 */
export interface Dependency {
  id: string;
  project_id: string;
  from_phase_id: string;
  to_phase_id: string;
  kind: "finish_finish" | "finish_start" | "start_finish" | "start_start";
  lag_hours: number;
  version: number;
}
/**
 * A dated mark of a project, perhaps of one of its phases: reached (`done`) on a calendar day or not.
 */
export interface Milestone {
  id: string;
  project_id: string;
  phase_id?: string | null;
  name: string;
  date: string;
  done?: boolean;
  notes?: string;
  external_id?: string;
  version?: number;
}
/**
 * The artist is away over `[start, end)` in UTC; approved, nothing exclusive may stand there.
 */
export interface TimeOff {
  id: string;
  artist_id: string;
  start: string;
  end: string;
  zone: string;
  state: OffState;
  note: string;
  reason: string;
  version: number;
  requested_by: string | null;
  created_at: string;
  updated_at: string;
}
/**
 * A named draft on top of the live schedule, shared by the studio's staff.
 *
 * `base_seq` is the number of the log it was last held against as a whole. Every change of what it
 * holds makes a new version of it, so that nobody commits what they have not seen.
 */
export interface Scenario {
  id: string;
  name: string;
  note: string;
  state: ScenarioState;
  source: "allocation" | "challenge" | "people" | "repair";
  job_id: string | null;
  base_seq: number;
  created_by: string | null;
  created_at: string;
  updated_at: string;
  version: number;
}
/**
 * What a scenario makes of one booking; a scenario holds at most one change of each.
 *
 * The booking of a `place` gets `booking_id` when the scenario is committed. A `move` keeps what it
 * does not say: artist, start and end are the live booking's where they are None. `base_version` is
 * the version of the live booking it was drawn on. Confirmed bookings are touched only by a change
 * that says so (`confirmed`).
 */
export interface ScenarioChange {
  id: string;
  scenario_id: string;
  action: "end" | "move" | "place";
  booking_id: string;
  base_version: number | null;
  artist_id: string | null;
  start: string | null;
  end: string | null;
  zone: string | null;
  granularity: ("day" | "half_day" | "time") | null;
  title: string;
  project_id: string | null;
  phase_id: string | null;
  status: "confirmed" | "hold" | "pencil";
  confirmed: boolean;
  note: string;
  reason: string;
  version: number;
}
/**
 * The artist says no to a hold.
 */
export interface DeclineBooking {
  booking_id: string;
  reason?: string;
}
/**
 * Untie two phases.
 */
export interface DeleteDependency {
  dependency_id: string;
}
/**
 * Take a milestone away.
 */
export interface DeleteMilestone {
  milestone_id: string;
}
/**
 * Remove a phase and its dependencies; bookings keep their dates.
 */
export interface DeletePhase {
  phase_id: string;
}
/**
 * Two phases were tied.
 */
export interface DependencyAdded {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  dependency: Dependency;
}
/**
 * Two phases were untied.
 */
export interface DependencyDeleted {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  dependency: Dependency;
}
/**
 * The kind of a tie or its lag changed.
 */
export interface DependencyEdited {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  dependency: Dependency;
}
/**
 * An undo gave an earlier state back.
 */
export interface DependencyRestored {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  dependency: Dependency;
}
/**
 * Throw a scenario away.
 */
export interface DiscardScenario {
  scenario_id: string;
}
/**
 * Leave some bookings as they are after all.
 */
export interface DropChanges {
  scenario_id: string;
  /**
   * @minItems 1
   * @maxItems 2000
   */
  booking_ids: string[];
}
/**
 * Change an artist; freelancers may change the availability and skills of their own.
 */
export interface EditArtist {
  artist_id: string;
  name?: string;
  /**
   * @maxItems 60
   */
  skills?: Skill[];
  zone?: string;
  /**
   * @maxItems 21
   */
  working_hours?: WorkingHours[];
  rate?: Rate | null;
  /**
   * @maxItems 40
   */
  tags?: string[];
  email?: string;
  notes?: string;
  external_id?: string;
  /**
   * @maxItems 30
   */
  portfolio?: PortfolioLink[];
  /**
   * @maxItems 50
   */
  preferred_projects?: string[];
  /**
   * @maxItems 21
   */
  preferred_hours?: WorkingHours[];
  holiday_country?: string | null;
  holiday_subdivision?: string | null;
  active?: boolean;
}
/**
 * Change what a booking says, not when or whose it is; `series_id` null takes it out of its series.
 */
export interface EditBooking {
  booking_id: string;
  title?: string;
  notes?: string;
  project_id?: string | null;
  phase_id?: string | null;
  series_id?: null;
}
/**
 * Change what kind of tie it is, or its lag; nothing moves by that.
 */
export interface EditDependency {
  dependency_id: string;
  kind?: "finish_finish" | "finish_start" | "start_finish" | "start_start";
  lag_hours?: number;
}
/**
 * Change an account.
 */
export interface EditMember {
  member_id: string;
  name?: string;
  role?: Role;
  artist_id?: string | null;
  active?: boolean;
}
/**
 * Change a milestone.
 */
export interface EditMilestone {
  milestone_id: string;
  name?: string;
  date?: string;
  phase_id?: string | null;
  done?: boolean;
  notes?: string;
  external_id?: string;
}
/**
 * Change a phase.
 */
export interface EditPhase {
  phase_id: string;
  name?: string;
  duration_hours?: number;
  /**
   * @maxItems 20
   */
  skills?: SkillNeed[];
  start?: string | null;
  end?: string | null;
  progress?: number;
  external_id?: string;
}
/**
 * Change a project.
 */
export interface EditProject {
  project_id: string;
  name?: string;
  client?: string;
  colour?: string;
  status?: "active" | "archived" | "delivered" | "on_hold" | "tentative";
  start?: string | null;
  end?: string | null;
  budget_days?: number | null;
  budget_money?: Money | null;
  notes?: string;
  external_id?: string;
}
/**
 * Change what a scenario is called.
 */
export interface EditScenario {
  scenario_id: string;
  name?: string;
  note?: string;
}
/**
 * Change the live bookings of a series: all, or `from_booking_id` and those that follow it.
 *
 * `move_days` shifts by days on the clock of each booking; `start` and `end` give other times of
 * day (an end not after the start is on the next day), which makes half and whole days times.
 * `status` records the artist's yes, or confirms.
 */
export interface EditSeries {
  series_id: string;
  from_booking_id?: string | null;
  title?: string;
  notes?: string;
  project_id?: string | null;
  phase_id?: string | null;
  artist_id?: string | null;
  move_days?: number;
  start?: string | null;
  end?: string | null;
  status?: ("confirmed" | "pencil") | null;
  on_refusal?: "refuse_all" | "skip";
}
/**
 * Change the studio's name, zone or policies; only the server itself moves `history_from` on.
 */
export interface EditTenant {
  name?: string;
  zone?: string;
  hold_response_hours?: number;
  hold_expiry_hours?: number;
  challenge_hours?: number;
  challenge_clock?: "wall" | "working";
  confirm_window_hours?: number;
  /**
   * @minItems 1
   * @maxItems 21
   */
  working_hours?: WorkingHours[];
  holiday_country?: string;
  holiday_subdivision?: string;
  /**
   * @maxItems 1000
   */
  closures?: Closure[];
  history_from?: number;
}
/**
 * Which entity an event is about, at the version the event made.
 */
export interface EntityRef {
  kind:
    | "artist"
    | "booking"
    | "challenge"
    | "dependency"
    | "member"
    | "milestone"
    | "phase"
    | "project"
    | "scenario"
    | "scenario_change"
    | "tenant"
    | "time_off";
  id: string;
  version: number;
}
/**
 * The command changed nothing. `id` is null only where none could be read.
 */
export interface ErrorAnswer {
  ok: false;
  id: string | null;
  error: WireError;
}
/**
 * A stable code, one sentence on what was expected and what came, and whether to try again.
 *
 * `retryable`: the same command id may be sent again, after `retry_after_ms` where given.
 */
export interface WireError {
  code: Code;
  message: string;
  retryable: boolean;
  retry_after_ms?: number | null;
  data?: RefusalData | null;
}
/**
 * What makes a refusal useful; `away` is approved time off that stands in the way.
 */
export interface RefusalData {
  blocking?: Blocking[];
  rank?: number | null;
  away?: Slot[];
  alternatives?: Slot[];
  current?: Current | null;
  path?: string;
  item?: number | null;
  items?: ItemRefusal[];
}
/**
 * A free place: `[start, end)` of one artist.
 */
export interface Slot {
  artist_id: string;
  start: string;
  end: string;
}
/**
 * Why one item of a bulk command was refused; `item` counts from 0, `booking_id` is the one it names.
 *
 * Of a scenario's change `kind` is the kind of the conflict.
 * Where a command moves bookings by itself, they are counted in order of time, and named.
 */
export interface ItemRefusal {
  item: number;
  booking_id?: string | null;
  kind?: string;
  code: Code;
  message: string;
  data?: RefusalData | null;
}
/**
 * Who did it, as far as the reader may know.
 */
export interface EventActor {
  kind: "api_key" | "hidden" | "member" | "system";
  id: string | null;
  name: string;
}
/**
 * Covers every number from `from_seq` to `to_seq`; those without an event are not the reader's.
 */
export interface EventsBatch {
  epoch: string;
  from_seq: number;
  to_seq: number;
  events: LoggedEvent[];
}
/**
 * An event with its place in the tenant's log; `data` is the encoded event.
 */
export interface LoggedEvent {
  seq: number;
  at: string;
  type: string;
  actor: EventActor;
  command_id: string;
  entity: EntityRef;
  data: unknown;
}
/**
 * The clock ends a hold; only the system may say so.
 */
export interface ExpireBooking {
  booking_id: string;
}
/**
 * Something about `[start, end)` of a booking that refuses nothing.
 *
 * `over_requested_time_off`: the artist asked to be away then, and nobody answered yet;
 * `on_holiday`: a public holiday or closing day, called `name`, lies in it; `no_working_time`: no
 * working hour lies in it.
 */
export interface Flag {
  code: "no_working_time" | "on_holiday" | "over_requested_time_off";
  start: string;
  end: string;
  booking_id?: string | null;
  time_off_id?: string | null;
  name?: string;
}
/**
 * To a client: the latest place of somebody's drag, or its end.
 */
export interface Ghost {
  connection_id: string;
  booking_id: string;
  name: string;
  colour: string;
  artist_id?: string | null;
  start?: string | null;
  end?: string | null;
  end_drag?: boolean;
}
/**
 * From a client: where a drag is now, or that it ended.
 */
export interface GhostMessage {
  booking_id: string;
  artist_id?: string | null;
  start?: string | null;
  end?: string | null;
  end_drag?: boolean;
}
/**
 * Why there is no plan; `code` is stable, `retryable` says whether asking again may help.
 */
export interface JobError {
  code: Code;
  message: string;
  retryable?: boolean;
}
/**
 * The best plan so far, `seconds` after the search began; `by` says which part of it found the plan.
 *
 * `score` is what the plan costs, `price` the same by kind; lower is better. `bound`: no plan costs
 * less; it is proved, and often far below what can be reached, so it is no measure of quality.
 * `proved`: there is no cheaper plan. `placed` and `unplaced` count the work that was to be planned.
 */
export interface JobProgress {
  seconds: number;
  budget: number;
  score: number;
  price: Score;
  placed: number;
  unplaced: number;
  bound?: number | null;
  proved?: boolean;
  by?: string;
}
/**
 * What a plan costs, in the units of `Weights`; lower is better.
 */
export interface Score {
  lateness?: number;
  cost?: number;
  change?: number;
  overload?: number;
  strangers?: number;
  unwanted?: number;
  open_seats?: number;
  makespan?: number;
  unplaced?: number;
}
/**
 * The clock: a challenged claim stayed silent, or the winner's window passed unused.
 */
export interface LapseChallenge {
  challenge_id: string;
  booking_id?: string | null;
}
/**
 * A phase, or a booking of none, that the plan leaves out.
 */
export interface LeftOut {
  phase_id?: string | null;
  booking_id?: string | null;
  reason: Why;
}
/**
 * Why something has no place: the first of the kinds in `plan.Reason` that holds, and one sentence.
 *
 * `set_aside`: it is not planned at all, `left_open`: it stands, and nobody could take a seat of it.
 * `phase_ids` and `booking_ids` are what is in the way, `price` what the only room would cost.
 */
export interface Why {
  kind:
    | (
        | "booked"
        | "calendar"
        | "no_artist"
        | "not_tried"
        | "order"
        | "pool"
        | "price"
        | "too_few"
        | "too_long"
      )
    | ("left_open" | "set_aside");
  text: string;
  skill?: string;
  level?: number;
  phase_ids?: string[];
  booking_ids?: string[];
  price?: number;
}
/**
 * What this server takes from one connection; sizes in bytes, rates per second.
 */
export interface Limits {
  max_message_bytes: number;
  commands_per_second: number;
  ghosts_per_second: number;
  bulk_items: number;
}
/**
 * An account opened.
 */
export interface MemberAdded {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  member: Member;
}
/**
 * An account changed.
 */
export interface MemberEdited {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  member: Member;
}
/**
 * An undo gave an earlier state back.
 */
export interface MemberRestored {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  member: Member;
}
/**
 * A day was marked.
 */
export interface MilestoneAdded {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  milestone: Milestone;
}
/**
 * A milestone was taken away.
 */
export interface MilestoneDeleted {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  milestone: Milestone;
}
/**
 * A milestone changed.
 */
export interface MilestoneEdited {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  milestone: Milestone;
}
/**
 * A milestone moved with its project.
 */
export interface MilestoneMoved {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  milestone: Milestone;
}
/**
 * An undo gave an earlier state back.
 */
export interface MilestoneRestored {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  milestone: Milestone;
}
/**
 * Shift a booking in time, and to another artist where `artist_id` is given.
 *
 * A booking of whole or half days stays one, on the days nearest to the range; a `granularity`
 * that is given becomes the booking's.
 */
export interface MoveBooking {
  booking_id: string;
  start: string;
  end: string;
  artist_id?: string | null;
  granularity?: ("day" | "half_day" | "time") | null;
}
/**
 * Put a phase on `[start, end)`, or from `start` on for as much working time as it takes.
 *
 * Phases that wait for it are pushed as far as their ties demand; with `pull` they also come
 * forward where the ties that held them loosen. Bookings stay unless they are asked to come along.
 */
export interface MovePhase {
  phase_id: string;
  start: string;
  end?: string | null;
  push?: boolean;
  pull?: boolean;
  with_bookings?: boolean;
  on_refusal?: "refuse_all" | "skip";
}
/**
 * What one person is told. `number` grows with each; `title` and `text` are by the person's clock.
 *
 * `subject_id` is the booking or the time off. `rows` are the particulars, each a label and a value.
 */
export interface Notice {
  id: string;
  number: number;
  kind:
    | (
        | "answered_for_you"
        | "booked"
        | "bumped"
        | "cancelled"
        | "confirmed"
        | "counter_refused"
        | "counter_taken"
        | "dates_changed"
        | "deadline_near"
        | "expired"
        | "first_in_line"
        | "hold_asked"
        | "released"
        | "standing_changed"
        | "time_off_approved"
        | "time_off_cancelled"
        | "time_off_refused"
      )
    | (
        | "accepted"
        | "challenge_answered"
        | "challenge_lost"
        | "challenge_opened"
        | "challenge_withdrawn"
        | "challenge_won"
        | "claim_bumped"
        | "countered"
        | "declined"
        | "hold_expired"
        | "time_off_requested"
        | "time_off_withdrawn"
        | "withdrawn"
      );
  subject_kind: "booking" | "time_off";
  subject_id: string;
  title: string;
  text: string;
  rows: never[][];
  at: string;
  read_at: string | null;
  seen_at: string | null;
}
/**
 * The command is in the log, at or before `seq`; `result` holds what changed, by kind.
 */
export interface OkAnswer {
  ok: true;
  id: string;
  seq: number;
  result: unknown;
}
/**
 * Demand, for a hold in line, that every higher claim on its days confirm or release in time.
 */
export interface OpenChallenge {
  booking_id: string;
  id?: string | null;
}
/**
 * Which days, from `first` on, and which part of each; an RRULE in small.
 *
 * Give `count` or `until` (a day, included). `weekdays` (0 is Monday) belong to weekly patterns and
 * are the weekday of `first` where left out. A monthly pattern keeps to the day of the month and
 * leaves out the months that have none. An occurrence covers `days` days in a row: `part` says
 * whether whole days, mornings (to noon), afternoons (from noon), or the clock times `start` to
 * `end`, where an end not after the start is on the next day.
 */
export interface Pattern {
  first: string;
  freq?: "daily" | "monthly" | "weekly";
  interval?: number;
  /**
   * @maxItems 7
   */
  weekdays?: number[];
  count?: number | null;
  until?: string | null;
  /**
   * @maxItems 366
   */
  except_days?: string[];
  skip_holidays?: boolean;
  part?: "am" | "day" | "pm" | "times";
  start?: string | null;
  end?: string | null;
  days?: number;
}
/**
 * One connection of one member; a member with two windows is two of these.
 */
export interface Person {
  connection_id: string;
  member_id: string;
  name: string;
  colour: string;
  view: View | null;
  selection: string[];
}
/**
 * The part of the schedule on somebody's screen.
 */
export interface View {
  project_id?: string | null;
  start?: string | null;
  end?: string | null;
  artist_id?: string | null;
}
/**
 * A phase was added.
 */
export interface PhaseAdded {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  phase: Phase;
}
/**
 * A phase was removed.
 */
export interface PhaseDeleted {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  phase: Phase;
}
/**
 * A phase changed.
 */
export interface PhaseEdited {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  phase: Phase;
}
/**
 * A phase was put elsewhere, pushed or pulled: by so much working time, negative is earlier.
 */
export interface PhaseMoved {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  phase: Phase;
  shifted_hours?: number;
}
/**
 * An undo gave an earlier state back.
 */
export interface PhaseRestored {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  phase: Phase;
}
/**
 * Claim `[start, end)` of an artist, at the tail of the line.
 *
 * Placed straight as pencil or confirmed, it records the artist's word and must fit exclusively.
 * With a granularity of days or half days, the range is the days it lies nearest to.
 */
export interface PlaceBooking {
  artist_id: string;
  start: string;
  end: string;
  title?: string;
  id?: string | null;
  status?: "confirmed" | "hold" | "pencil";
  project_id?: string | null;
  phase_id?: string | null;
  notes?: string;
  zone?: string | null;
  standby?: boolean;
  granularity?: "day" | "half_day" | "time";
  response_deadline?: string | null;
  expires_at?: string | null;
  external_id?: string;
}
/**
 * Claim every occurrence of a pattern, on the clock of the artist or of `zone`, as one series.
 *
 * Refused whole with the reasons per occurrence, or placed without the refused ones. The series is
 * known by `id`; each booking's id follows from it.
 */
export interface PlaceSeries {
  artist_id: string;
  pattern: Pattern;
  id?: string | null;
  title?: string;
  status?: "confirmed" | "hold" | "pencil";
  project_id?: string | null;
  phase_id?: string | null;
  notes?: string;
  zone?: string | null;
  standby?: boolean;
  response_deadline?: string | null;
  expires_at?: string | null;
  on_refusal?: "refuse_all" | "skip";
}
/**
 * What changed in a tick; `left` are connection ids.
 */
export interface PresenceDiff {
  joined?: Person[];
  left?: string[];
  changed?: Person[];
}
/**
 * To a client: everybody on joining, differences afterwards.
 *
 * `elsewhere` is `unknown` while other instances are not heard: there may be more people than told.
 */
export interface PresenceMessage {
  full?: Person[] | null;
  diff?: PresenceDiff | null;
  elsewhere?: "known" | "unknown";
}
/**
 * From a client: the latest replaces whatever was said before.
 */
export interface PresenceUpdate {
  view?: View | null;
  /**
   * @maxItems 200
   */
  selection?: string[];
}
/**
 * A project opened.
 */
export interface ProjectAdded {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  project: Project;
}
/**
 * A project closed.
 */
export interface ProjectArchived {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  project: Project;
}
/**
 * A project changed.
 */
export interface ProjectEdited {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  project: Project;
}
/**
 * An undo gave an earlier state back.
 */
export interface ProjectRestored {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  project: Project;
}
/**
 * A whole project moved by days: what else it has moved with it.
 */
export interface ProjectShifted {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  project: Project;
  days?: number;
  unit?: "days" | "working_days";
}
/**
 * Hand the same dates to another artist, at the tail of that artist's line.
 *
 * Whole and half days are the same days on the new artist's clock.
 */
export interface ReassignBooking {
  booking_id: string;
  artist_id: string;
}
/**
 * Hold a scenario against the schedule as it is now, and settle what does not fit any more.
 *
 * By booking, `mine` keeps the change although the booking was changed meanwhile, `live` drops it.
 * Conflicts that are not named stay.
 */
export interface RebaseScenario {
  scenario_id: string;
  take?: {
    [k: string]: "live" | "mine";
  };
}
/**
 * To staff: of these bookings something was told, delivered or seen; ask for `/bookings/{id}/notices`.
 */
export interface Receipts {
  booking_ids: string[];
}
/**
 * A new access token, sent before the old one ends.
 */
export interface Refresh {
  token: string;
}
/**
 * The studio gives dates up: all of them, or `[start, end)`, which shrinks or splits.
 */
export interface ReleaseBooking {
  booking_id: string;
  start?: string | null;
  end?: string | null;
}
/**
 * Give up the live bookings of a series: holds and pencils are released, confirmed ones cancelled.
 *
 * All, or `from_booking_id` and those that follow it; with confirmed ones among them a reason is needed.
 */
export interface ReleaseSeries {
  series_id: string;
  from_booking_id?: string | null;
  reason?: string;
}
/**
 * Ask to be away over `[start, end)`; it binds nobody until the studio approves.
 */
export interface RequestTimeOff {
  artist_id: string;
  start: string;
  end: string;
  note?: string;
  zone?: string | null;
  id?: string | null;
}
/**
 * Change either end; the place in line is kept on the time both ranges share.
 *
 * A booking of whole or half days stays one, as by `booking.move`.
 */
export interface ResizeBooking {
  booking_id: string;
  start: string;
  end: string;
  granularity?: ("day" | "half_day" | "time") | null;
}
/**
 * Give one thing back what it was at a past moment: `kind` and `entity_id`; or all of `project_id`.
 *
 * `to` is the number of an event or a time. A booking gets no place back that it gave up: it keeps
 * its claim on time it still holds and joins the tail on the rest. Refused, with the reasons, where
 * anything of it may not stand any more.
 */
export interface RestoreCommand {
  to: number | string;
  kind?: ("artist" | "booking" | "dependency" | "milestone" | "phase" | "project" | "time_off") | null;
  entity_id?: string | null;
  project_id?: string | null;
}
/**
 * A draft was opened.
 */
export interface ScenarioAdded {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  scenario: Scenario;
}
/**
 * The scenario says something of a booking it said nothing of.
 */
export interface ScenarioChangeAdded {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  scenario_change: ScenarioChange;
}
/**
 * The scenario says nothing of the booking any more, or was closed.
 */
export interface ScenarioChangeDeleted {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  scenario_change: ScenarioChange;
}
/**
 * It says something else of it.
 */
export interface ScenarioChangeEdited {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  scenario_change: ScenarioChange;
}
/**
 * It says the same of the booking as it is now.
 */
export interface ScenarioChangeRebased {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  scenario_change: ScenarioChange;
}
/**
 * An undo gave an earlier state back.
 */
export interface ScenarioChangeRestored {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  scenario_change: ScenarioChange;
}
/**
 * Changes came, went or became others: `put` and `dropped` count them.
 */
export interface ScenarioChanged {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  scenario: Scenario;
  put?: number;
  dropped?: number;
}
/**
 * It became true.
 */
export interface ScenarioCommitted {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  scenario: Scenario;
  placed?: number;
  moved?: number;
  ended?: number;
}
/**
 * It was thrown away.
 */
export interface ScenarioDiscarded {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  scenario: Scenario;
}
/**
 * It was renamed, or its note changed.
 */
export interface ScenarioEdited {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  scenario: Scenario;
}
/**
 * It was held against the schedule as it is.
 */
export interface ScenarioRebased {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  scenario: Scenario;
}
/**
 * An undo gave an earlier state back.
 */
export interface ScenarioRestored {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  scenario: Scenario;
}
/**
 * Move a whole project by days: its dates, phases, milestones and live bookings, all at once.
 *
 * By `working_days` each day becomes the n-th day after it on which the studio works. What starts
 * before `since` stays. Bookings that cannot go refuse the whole, or stay (`skip`).
 */
export interface ShiftProject {
  project_id: string;
  days: number;
  unit?: "days" | "working_days";
  since?: string | null;
  on_refusal?: "refuse_all" | "skip";
}
/**
 * A phase takes `days` more than planned, or begins no sooner than `start`.
 */
export interface Slip {
  kind: "slip";
  phase_id: string;
  days?: number | null;
  start?: string | null;
}
/**
 * A plan that was asked for.
 *
 * `position` is its place among the studio's waiting jobs, 1 being next; `worker_alive` says whether
 * anybody is there to work on it. A job that is `done` has made the scenario `scenario_id`, unless
 * nothing was to be changed. `unplaced` is what has no place, each with its reason, `steps` what a
 * challenge asks for, dearest first. `attempts` counts how often it was begun: a crash is tried once more.
 */
export interface SolverJob {
  id: string;
  kind: "allocate" | "challenge" | "repair";
  name: string;
  state: "cancelled" | "done" | "failed" | "queued" | "running";
  start: string;
  end: string;
  project_ids?: string[] | null;
  phase_ids?: string[] | null;
  event?: (Absence | Slip | Cancellation) | null;
  budget_seconds: number;
  seed: number;
  priority: number;
  position?: number | null;
  worker_alive?: boolean;
  progress?: JobProgress | null;
  scenario_id?: string | null;
  changes?: number;
  unplaced?: LeftOut[];
  steps?: Step[];
  error?: JobError | null;
  attempts?: number;
  created_by: string;
  created_by_name: string;
  created_at: string;
  started_at?: string | null;
  ended_at?: string | null;
}
/**
 * Something that has to happen before a wish comes true; see `challenge.Step` for the kinds.
 */
export interface Step {
  kind: "challenge" | "hand_over" | "move" | "release";
  text: string;
  booking_ids?: string[];
  phase_id?: string | null;
  price?: number;
}
/**
 * The position is known: what happened after it, and where the live stream takes over.
 */
export interface SyncEvents {
  kind: "events";
  epoch: string;
  from_seq: number;
  to_seq: number;
  events: LoggedEvent[];
}
/**
 * Where the reader stands; `next` continues a paged snapshot.
 */
export interface SyncRequest {
  epoch?: string | null;
  since?: number | null;
  next?: string | null;
}
/**
 * The state at `seq`; a page of it where `next` is given (all pages are of one `seq`).
 */
export interface SyncSnapshot {
  kind: "snapshot";
  epoch: string;
  seq: number;
  state: unknown;
  next?: string | null;
}
/**
 * The studio's name or policies changed.
 */
export interface TenantEdited {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  tenant: Tenant;
}
/**
 * An undo gave an earlier state back.
 */
export interface TenantRestored {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  tenant: Tenant;
}
/**
 * The studio agreed: the time is taken.
 */
export interface TimeOffApproved {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  time_off: TimeOff;
}
/**
 * Approved time off was taken back: the time is free again.
 */
export interface TimeOffCancelled {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  time_off: TimeOff;
}
/**
 * The studio did not agree.
 */
export interface TimeOffRefused {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  time_off: TimeOff;
}
/**
 * An undo made approved time off a request again: the time is free.
 */
export interface TimeOffReopened {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  time_off: TimeOff;
}
/**
 * Somebody asked to be away.
 */
export interface TimeOffRequested {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  time_off: TimeOff;
}
/**
 * An undo gave an earlier state back.
 */
export interface TimeOffRestored {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  time_off: TimeOff;
}
/**
 * A request was taken back before anybody approved it.
 */
export interface TimeOffWithdrawn {
  changed?: string[];
  cause?: Cause | null;
  reason?: string;
  time_off: TimeOff;
}
/**
 * Take back one's own earlier command by a compensating one; undoing an undo is redo.
 */
export interface UndoCommand {
  command_id: string;
}
/**
 * The first message on a connection; `seq` is the head of the tenant's log.
 */
export interface Welcome {
  protocol: number;
  connection_id: string;
  tenant_id: string;
  member: WelcomeMember;
  epoch: string;
  seq: number;
  limits: Limits;
}
/**
 * Who the token says the reader is.
 */
export interface WelcomeMember {
  id: string;
  name: string;
  role: "freelancer" | "integrator" | "studio_manager" | "studio_owner";
  artist_id: string | null;
}
/**
 * The artist takes back an accepted hold or a pencil.
 */
export interface WithdrawBooking {
  booking_id: string;
  reason?: string;
}
/**
 * Take the demand back.
 */
export interface WithdrawChallenge {
  challenge_id: string;
}

export interface CommandArgs {
  "time_off.request": RequestTimeOff;
  "time_off.answer": AnswerTimeOff;
  "time_off.cancel": CancelTimeOff;
  "challenge.open": OpenChallenge;
  "challenge.answer": AnswerChallenge;
  "challenge.withdraw": WithdrawChallenge;
  "challenge.lapse": LapseChallenge;
  "booking.place": PlaceBooking;
  "booking.move": MoveBooking;
  "booking.resize": ResizeBooking;
  "booking.reassign": ReassignBooking;
  "booking.edit": EditBooking;
  "booking.accept": AcceptBooking;
  "booking.decline": DeclineBooking;
  "booking.withdraw": WithdrawBooking;
  "booking.counter": CounterBooking;
  "booking.answer_counter": AnswerCounter;
  "booking.confirm": ConfirmBooking;
  "booking.release": ReleaseBooking;
  "booking.cancel": CancelBooking;
  "booking.expire": ExpireBooking;
  "series.place": PlaceSeries;
  "series.edit": EditSeries;
  "series.release": ReleaseSeries;
  "scenario.add": AddScenario;
  "scenario.edit": EditScenario;
  "scenario.change": ChangeScenario;
  "scenario.drop_change": DropChanges;
  "scenario.rebase": RebaseScenario;
  "scenario.commit": CommitScenario;
  "scenario.discard": DiscardScenario;
  "project.add": AddProject;
  "project.edit": EditProject;
  "project.archive": ArchiveProject;
  "project.shift": ShiftProject;
  "phase.add": AddPhase;
  "phase.edit": EditPhase;
  "phase.move": MovePhase;
  "phase.delete": DeletePhase;
  "dependency.add": AddDependency;
  "dependency.edit": EditDependency;
  "dependency.delete": DeleteDependency;
  "milestone.add": AddMilestone;
  "milestone.edit": EditMilestone;
  "milestone.delete": DeleteMilestone;
  "artist.add": AddArtist;
  "artist.edit": EditArtist;
  "artist.archive": ArchiveArtist;
  "member.add": AddMember;
  "member.edit": EditMember;
  "tenant.edit": EditTenant;
  "history.undo": UndoCommand;
  "history.restore": RestoreCommand;
  "bulk.apply": ApplyBulk;
}

export interface EventData {
  "booking.placed": BookingPlaced;
  "booking.moved": BookingMoved;
  "booking.resized": BookingResized;
  "booking.reassigned": BookingReassigned;
  "booking.edited": BookingEdited;
  "booking.accepted": BookingAccepted;
  "booking.countered": BookingCountered;
  "booking.counter_taken": BookingCounterTaken;
  "booking.counter_refused": BookingCounterRefused;
  "booking.pencilled": BookingPencilled;
  "booking.declined": BookingDeclined;
  "booking.withdrawn": BookingWithdrawn;
  "booking.confirmed": BookingConfirmed;
  "booking.released": BookingReleased;
  "booking.shrunk": BookingShrunk;
  "booking.cancelled": BookingCancelled;
  "booking.expired": BookingExpired;
  "booking.bumped": BookingBumped;
  "booking.requeued": BookingRequeued;
  "booking.extended": BookingExtended;
  "booking.promoted": BookingPromoted;
  "booking.demoted": BookingDemoted;
  "booking.restored": BookingRestored;
  "artist.added": ArtistAdded;
  "artist.edited": ArtistEdited;
  "artist.archived": ArtistArchived;
  "artist.restored": ArtistRestored;
  "project.added": ProjectAdded;
  "project.edited": ProjectEdited;
  "project.shifted": ProjectShifted;
  "project.archived": ProjectArchived;
  "project.restored": ProjectRestored;
  "phase.added": PhaseAdded;
  "phase.edited": PhaseEdited;
  "phase.moved": PhaseMoved;
  "phase.deleted": PhaseDeleted;
  "phase.restored": PhaseRestored;
  "dependency.added": DependencyAdded;
  "dependency.edited": DependencyEdited;
  "dependency.deleted": DependencyDeleted;
  "dependency.restored": DependencyRestored;
  "milestone.added": MilestoneAdded;
  "milestone.edited": MilestoneEdited;
  "milestone.moved": MilestoneMoved;
  "milestone.deleted": MilestoneDeleted;
  "milestone.restored": MilestoneRestored;
  "member.added": MemberAdded;
  "member.edited": MemberEdited;
  "member.restored": MemberRestored;
  "challenge.opened": ChallengeOpened;
  "challenge.answered": ChallengeAnswered;
  "challenge.won": ChallengeWon;
  "challenge.lost": ChallengeLost;
  "challenge.withdrawn": ChallengeWithdrawn;
  "challenge.closed": ChallengeClosed;
  "challenge.restored": ChallengeRestored;
  "time_off.requested": TimeOffRequested;
  "time_off.approved": TimeOffApproved;
  "time_off.refused": TimeOffRefused;
  "time_off.withdrawn": TimeOffWithdrawn;
  "time_off.reopened": TimeOffReopened;
  "time_off.cancelled": TimeOffCancelled;
  "time_off.restored": TimeOffRestored;
  "tenant.edited": TenantEdited;
  "tenant.restored": TenantRestored;
  "scenario.added": ScenarioAdded;
  "scenario.edited": ScenarioEdited;
  "scenario.changed": ScenarioChanged;
  "scenario.rebased": ScenarioRebased;
  "scenario.committed": ScenarioCommitted;
  "scenario.discarded": ScenarioDiscarded;
  "scenario.restored": ScenarioRestored;
  "scenario_change.added": ScenarioChangeAdded;
  "scenario_change.edited": ScenarioChangeEdited;
  "scenario_change.rebased": ScenarioChangeRebased;
  "scenario_change.deleted": ScenarioChangeDeleted;
  "scenario_change.restored": ScenarioChangeRestored;
}

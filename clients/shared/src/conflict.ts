/** Owns the question a drag asks in every frame: would this drop be refused, and what rank would it get? */

import { isFull, misfit, PROVISIONAL_CLAIM, ranked, rerange, type Misfit } from "./claims.ts";
import { toInstant, toMs } from "./instant.ts";
import type { Booking, FullBooking, LiveStatus } from "./protocol.ts";

/** What the question needs of a state; `ClientState` has it. */
export interface Lines {
  readonly bookings: ReadonlyMap<string, Booking>;
  /** Each artist's live bookings in order of start. */
  readonly lines: ReadonlyMap<string, readonly Booking[]>;
}

/** A place somebody thinks of: half-open, as wire instants or milliseconds. */
export interface Wish {
  readonly artist_id: string;
  readonly start: string | number;
  readonly end: string | number;
  readonly status: LiveStatus;
  readonly standby?: boolean;
  /** The booking being moved or resized: it is not in its own way and keeps its place in line. */
  readonly exceptId?: string;
  /** Other bookings to leave out, as those that move along in the same gesture. */
  readonly ignore?: ReadonlySet<string>;
}

/** Why the wish would be refused as things stand here, or null. The server has the last word. */
export function wouldConflict(state: Lines, wish: Wish): Misfit | null {
  return misfit(candidate(state, wish), lineFor(state, wish));
}

/** The rank the wish would get (1 is first), whether or not it would be allowed. */
export function provisionalRank(state: Lines, wish: Wish): number {
  return ranked(candidate(state, wish), lineFor(state, wish)).rank ?? 1;
}

function lineFor(state: Lines, wish: Wish): readonly Booking[] {
  const line = state.lines.get(wish.artist_id) ?? [];
  const ignore = wish.ignore;
  return ignore && ignore.size > 0 ? line.filter((booking) => !ignore.has(booking.id)) : line;
}

function candidate(state: Lines, wish: Wish): FullBooking {
  const [start, end] = [toInstant(toMs(wish.start)), toInstant(toMs(wish.end))];
  const moved = wish.exceptId === undefined ? undefined : state.bookings.get(wish.exceptId);
  const kept = moved && isFull(moved) && moved.artist_id === wish.artist_id ? moved.claims : [];
  return {
    ...BLANK_BOOKING,
    id: wish.exceptId ?? "",
    artist_id: wish.artist_id,
    start,
    end,
    status: wish.status,
    standby: wish.standby ?? (moved && isFull(moved) ? moved.standby : false),
    claims: rerange(kept, start, end, PROVISIONAL_CLAIM),
  };
}

/** A booking about which nothing is said yet. */
export const BLANK_BOOKING: FullBooking = {
  id: "",
  artist_id: "",
  start: "",
  end: "",
  title: "",
  project_id: null,
  phase_id: null,
  notes: "",
  zone: "UTC",
  status: "hold",
  response: "none",
  counter: null,
  claims: [],
  standby: false,
  granularity: "time",
  series_id: null,
  response_deadline: null,
  expires_at: null,
  reason: "",
  external_id: "",
  version: 1,
  created_by: null,
  created_at: "",
  updated_at: "",
  rank: 1,
  segments: [],
};

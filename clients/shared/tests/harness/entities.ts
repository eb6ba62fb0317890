/** Owns the making of entities and events for tests. */

import type { Artist, Batch, FullBooking, LoggedEvent, SnapshotState } from "../../src/protocol.ts";
import { BLANK_BOOKING } from "../../src/conflict.ts";

const HOUR = 3_600_000;
export const MONDAY = Date.UTC(2026, 5, 1);

/** `id("b", 7)` is the seventh id of a family; it looks like a UUID and sorts by number. */
export function id(family: string, number: number): string {
  const head = [...family].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7).toString(16);
  return `${head.padStart(8, "0").slice(-8)}-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

/** The wire instant so many hours after Monday 1 June 2026, midnight UTC. */
export function hour(hours: number): string {
  return `${new Date(MONDAY + hours * HOUR).toISOString().slice(0, 19)}Z`;
}

export function artist(number: number, fields: Partial<Artist> = {}): Artist {
  return {
    id: id("artist", number),
    name: `Artist ${number}`,
    skills: [],
    zone: "Europe/Paris",
    working_hours: [],
    rate: null,
    tags: [],
    email: "",
    notes: "",
    external_id: "",
    active: true,
    version: 1,
    ...fields,
  };
}

/** A booking of artist 1 from hour to hour, its claim numbered like itself unless said otherwise. */
export function booking(number: number, from: number, to: number, fields: Partial<FullBooking> = {}): FullBooking {
  const [start, end] = [hour(from), hour(to)];
  return {
    ...BLANK_BOOKING,
    id: id("booking", number),
    artist_id: id("artist", 1),
    title: `Booking ${number}`,
    start,
    end,
    claims: [{ number, start, end }],
    created_at: hour(0),
    updated_at: hour(0),
    segments: [{ start, end, rank: 1 }],
    ...fields,
  };
}

export function bookingEvent(seq: number, type: string, entity: FullBooking, commandId = id("command", seq)): LoggedEvent {
  return {
    seq,
    at: hour(0),
    type,
    actor: { kind: "member", id: id("member", 9), name: "Noor" },
    command_id: commandId,
    entity: { kind: "booking", id: entity.id, version: entity.version },
    data: { booking: entity },
  };
}

export function batch(epoch: string, from: number, to: number, events: readonly LoggedEvent[]): Batch {
  return { epoch, from_seq: from, to_seq: to, events };
}

export function snapshotState(fields: SnapshotState = {}): SnapshotState {
  return {
    tenant: {
      id: id("tenant", 1),
      name: "Demo Studio",
      slug: "demo",
      zone: "Europe/Paris",
      hold_response_hours: 48,
      hold_expiry_hours: 336,
      challenge_hours: 24,
      challenge_clock: "wall",
      confirm_window_hours: 4,
      working_hours: [0, 1, 2, 3, 4].map((day) => ({ day, start: "09:00", end: "18:00" })),
      holiday_country: "",
      holiday_subdivision: "",
      closures: [],
    history_from: 1,
      version: 1,
    },
    members: [],
    artists: [artist(1), artist(2), artist(3)],
    projects: [],
    phases: [],
    dependencies: [],
    milestones: [],
    bookings: [],
    challenges: [],
    times_off: [],
    scenarios: [],
    scenario_changes: [],
    ...fields,
  };
}

// What is still to be placed: phases whose skills nobody, or too few, are booked for.
import type { Artist, Booking, Phase, Project } from "@production-tool/shared";

import { needsOf } from "../plan/needs.ts";
import { DAY } from "../lib/time.ts";

const HOURS_A_DAY = 8;
/** How far ahead work without dates, or without room on them, is looked for. */
const AHEAD = 84 * DAY;
const BEYOND = 56 * DAY;

/** One person's part of a phase that nobody has yet. */
export interface Seat {
  readonly key: string;
  readonly phase: Phase;
  readonly project: Project;
  /** Null where the phase asks for no skill. */
  readonly skill: { readonly name: string; readonly level: number } | null;
  /** How long one booking for it is, in working days of which a half is 0.5. */
  readonly days: number;
  /** Days still missing in all. */
  readonly missing: number;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Work {
  readonly projects: ReadonlyMap<string, Project>;
  readonly phases: ReadonlyMap<string, Phase>;
  readonly artists: ReadonlyMap<string, Artist>;
  readonly bookings: ReadonlyMap<string, Booking>;
}

/** What can be placed, the first planned first; phases that are done or whose dates have passed are not. */
export function openSeats({ projects, phases, artists, bookings }: Work, now: number): Seat[] {
  const booked = new Map<string, Booking[]>();
  for (const booking of bookings.values()) {
    if (!("phase_id" in booking) || booking.phase_id === null || !LIVE.has(booking.status)) continue;
    const known = booked.get(booking.phase_id);
    if (known === undefined) booked.set(booking.phase_id, [booking]);
    else known.push(booking);
  }
  const seats: Seat[] = [];
  for (const phase of phases.values()) {
    const project = projects.get(phase.project_id);
    if (project === undefined || CLOSED.has(project.status) || phase.progress >= 100) continue;
    if (phase.end !== null && Date.parse(phase.end) <= now) continue;
    seats.push(...seatsOf(phase, project, booked.get(phase.id) ?? [], artists));
  }
  return seats.sort(byTime);
}

const LIVE = new Set(["hold", "pencil", "confirmed"]);
const CLOSED = new Set(["archived", "delivered"]);

export function seatsOf(
  phase: Phase,
  project: Project,
  booked: readonly Booking[],
  artists: ReadonlyMap<string, Artist>,
): Seat[] {
  const whole = Math.max(0.5, Math.ceil((2 * phase.duration_hours) / HOURS_A_DAY) / 2);
  if (phase.skills.length === 0) {
    if (booked.length > 0) return [];
    return [{ key: phase.id, phase, project, skill: null, days: whole, missing: whole }];
  }
  return needsOf(phase, booked, artists).skills.flatMap(({ skill, level, needed, booked: has }): Seat[] => {
    const missing = Math.ceil(2 * ((needed > 0 ? needed : has > 0 ? 0 : whole) - has)) / 2;
    if (missing <= 0) return [];
    const days = Math.min(missing, whole);
    return [{ key: `${phase.id}/${skill}`, phase, project, skill: { name: skill, level }, days, missing }];
  });
}

function byTime(a: Seat, b: Seat): number {
  const at = ({ phase }: Seat): string => phase.start ?? "9";
  return (
    at(a).localeCompare(at(b)) ||
    a.project.name.localeCompare(b.project.name) ||
    a.phase.name.localeCompare(b.phase.name) ||
    a.key.localeCompare(b.key)
  );
}

/** "3 d of Compositing", "half a day". */
export function seatWords({ skill, missing }: Pick<Seat, "skill" | "missing">): string {
  const days = missing === 0.5 ? "half a day" : `${missing} d`;
  return skill === null ? days : `${days} of ${skill.name}${skill.level > 1 ? `, level ${skill.level}` : ""}`;
}

/** Where a seat is looked for: on the phase's dates, and a while after them where those have no room. */
export function windowsOf({ start, end }: Pick<Phase, "start" | "end">, now: number): readonly Range[] {
  if (start === null || end === null) return [{ start: now, end: now + AHEAD }];
  const own = { start: Math.max(now, Date.parse(start)), end: Math.max(now, Date.parse(end)) };
  return [dayRound(own), { start: own.start, end: own.end + BEYOND }];
}

/** Slots are whole days: dates that begin at nine are not to lose their first one. */
function dayRound({ start, end }: Range): Range {
  return { start: start - DAY / 2, end: end + DAY / 2 };
}

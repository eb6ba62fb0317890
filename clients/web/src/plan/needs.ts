// How many days of each skill a phase needs, and how many are booked for it.
import { isFull, rangeOf, type Artist, type Booking, type Phase } from "@production-tool/shared";

import { parseWeek, workingMs, intervalsOf, type WorkingWeek } from "../gantt/time/working.ts";
import { clockFor } from "../gantt/time/zone.ts";
import { DAY } from "../lib/time.ts";
import type { Weekday } from "../gantt/types.ts";

export interface Need {
  readonly skill: string;
  readonly level: number;
  /** Days of one person; 0 where the phase does not say. */
  readonly needed: number;
  readonly booked: number;
}

export interface Needs {
  readonly skills: readonly Need[];
  /** Days booked of people with none of the skills. */
  readonly others: number;
}

/** Each day booked counts for one skill: the first the artist has at the level that is asked for. */
export function needsOf(
  phase: Phase,
  bookings: Iterable<Booking>,
  artists: ReadonlyMap<string, Artist>,
): Needs {
  const booked = new Map<string, number>();
  let others = 0;
  for (const booking of bookings) {
    if (!isFull(booking) || booking.phase_id !== phase.id) continue;
    const artist = artists.get(booking.artist_id);
    if (artist === undefined) continue;
    const days = daysOf(rangeOf(booking), artist);
    const need = phase.skills.find(({ name, level }) => hasSkill(artist, name, level));
    if (need === undefined) others += days;
    else booked.set(need.name, (booked.get(need.name) ?? 0) + days);
  }
  const skills = phase.skills.map(({ name, level, days }) => ({
    skill: name,
    level,
    needed: days,
    booked: tenth(booked.get(name) ?? 0),
  }));
  return { skills, others: tenth(others) };
}

function tenth(days: number): number {
  return Math.round(days * 10) / 10;
}

function hasSkill(artist: Artist, name: string, level: number): boolean {
  return (artist.skills ?? []).some((skill) => skill.name === name && skill.level >= level);
}

/** Working days of the artist in a range: half a day of work is half of one. */
export function daysOf({ start, end }: { start: number; end: number }, artist: Artist): number {
  const week = parseWeek((artist.working_hours ?? []).map(({ day, ...span }) => ({ day: day as Weekday, ...span })));
  const usual = usualDay(week);
  return usual === 0 ? (end - start) / DAY : workingMs(week, clockFor(artist.zone), start, end) / usual;
}

/** The length of the week's mean working day. */
function usualDay(week: WorkingWeek): number {
  const lengths = week.days.map((_, day) => {
    // 1970-01-05 was a Monday.
    const spans = intervalsOf(week, (4 + day) * DAY);
    let sum = 0;
    for (let index = 0; index + 1 < spans.length; index += 2) sum += (spans[index + 1] ?? 0) - (spans[index] ?? 0);
    return sum;
  });
  const worked = lengths.filter((length) => length > 0);
  return worked.length === 0 ? 0 : worked.reduce((sum, length) => sum + length, 0) / worked.length;
}

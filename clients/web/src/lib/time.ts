// Instants, wall clocks and zones: the app counts in UTC milliseconds and only ever shows wall clocks.
import { clockFor, DAY, HOUR, MINUTE } from "../gantt/time/zone.ts";

export { DAY, HOUR, MINUTE };

/** The wire's longest booking and its range of years. */
export const LONGEST_BOOKING = 366 * DAY;
export const EARLIEST = Date.UTC(2000, 0, 1);
export const LATEST = Date.UTC(2100, 0, 1);

/** A wall clock as form fields hold it: `YYYY-MM-DD` and `HH:MM`. */
export interface WallClock {
  readonly date: string;
  readonly time: string;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Formatters are dear to make and cheap to keep. */
export function formatter(zone: string, locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}|${locale}|${JSON.stringify(options)}`;
  let made = formatters.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    formatters.set(key, made);
  }
  return made;
}

/** The zone's offset from UTC at an instant, in ms, east positive. */
export function offsetAt(instant: number, zone: string): number {
  return clockFor(zone).offsetAt(instant);
}

export function wallClock(instant: number, zone: string): WallClock {
  const iso = new Date(clockFor(zone).toLocal(instant)).toISOString();
  return { date: iso.slice(0, 10), time: iso.slice(11, 16) };
}

/**
 * The instant of a wall clock in a zone, or null where the fields do not make a time.
 * A clock that a spring change skips is read as later by the gap; one that autumn repeats is the first.
 */
export function instantOf(clock: WallClock, zone: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/u.test(`${clock.date}T${clock.time}`)) return null;
  const wall = Date.parse(`${clock.date}T${clock.time}:00Z`);
  // Date.parse lets 31 June roll over into July.
  if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 10) !== clock.date) return null;
  return clockFor(zone).fromLocal(wall);
}

export function startOfDay(instant: number, zone: string): number {
  return clockFor(zone).startOfDay(instant);
}

/** The same wall clock some days later; a day is a calendar day, not 24 hours. */
export function addDays(instant: number, days: number, zone: string): number {
  return clockFor(zone).shift(instant, days * DAY);
}

let ownZone: string | undefined;

/** The browser's own zone, or UTC where it will not say. */
export function browserZone(): string {
  ownZone ??= Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  return ownZone;
}

const zones = new Map<string, boolean>();

export function isZone(zone: string): boolean {
  let known = zones.get(zone);
  if (known === undefined) {
    known = zone !== "" && canFormat(zone);
    zones.set(zone, known);
  }
  return known;
}

function canFormat(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

// What forms ask of their fields, answered in sentences; null where a value is good.
import { EARLIEST, LATEST, LONGEST_BOOKING, instantOf, isZone, type WallClock } from "./time.ts";

export function checkEmail(email: string): string | null {
  const text = email.trim();
  if (text === "") return "Enter your e-mail address.";
  if (!/^[^@\s]+@[^@\s]+$/u.test(text)) return "That is not an e-mail address. It looks like name@studio.com.";
  return null;
}

export function checkName(name: string, what: string, longest = 200): string | null {
  const length = name.trim().length;
  if (length === 0) return `Give the ${what} a name.`;
  if (length > longest) return `Names have at most ${longest} characters; this one has ${length}.`;
  return null;
}

export function checkZone(zone: string): string | null {
  return isZone(zone) ? null : `“${zone}” is no time zone. Examples: Europe/Berlin, America/Los_Angeles.`;
}

export function checkColour(colour: string): string | null {
  return /^#[0-9a-f]{6}$/iu.test(colour) ? null : "A colour is written #rrggbb, such as #3f6ad8.";
}

export type RangeCheck =
  { ok: true; start: number; end: number } | { ok: false; field: "start" | "end"; message: string };

/** Reads two wall clocks as a bookable range `[start, end)`. */
export function checkRange(from: WallClock, to: WallClock, zone: string): RangeCheck {
  const start = instantOf(from, zone);
  if (start === null) return { ok: false, field: "start", message: "Enter a start date and time." };
  const end = instantOf(to, zone);
  if (end === null) return { ok: false, field: "end", message: "Enter an end date and time." };
  if (start < EARLIEST || start > LATEST) {
    return { ok: false, field: "start", message: "Bookings start between the years 2000 and 2100." };
  }
  if (end <= start) return { ok: false, field: "end", message: "The end has to be after the start." };
  if (end > LATEST) return { ok: false, field: "end", message: "Bookings end before the year 2100." };
  if (end - start > LONGEST_BOOKING) {
    return { ok: false, field: "end", message: "A booking lasts at most 366 days. Split longer work in two." };
  }
  return { ok: true, start, end };
}

export interface HoursDraft {
  readonly day: number;
  readonly start: string;
  readonly end: string;
}

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/u;

/** Working hours of one week: clocks in order, no two of a day overlapping. */
export function checkHours(hours: readonly HoursDraft[], dayNames: readonly string[]): string | null {
  for (const { day, start, end } of hours) {
    const name = dayNames[day] ?? "A day";
    if (!CLOCK.test(start) || !CLOCK.test(end)) return `${name}: enter both times as HH:MM.`;
    if (end <= start) return `${name}: the end has to be after the start. Midnight is 24:00.`;
  }
  const sorted = hours.toSorted((a, b) => a.day - b.day || a.start.localeCompare(b.start));
  for (const [index, span] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before?.day === span.day && before.end > span.start) {
      return `${dayNames[span.day] ?? "A day"}: two working times overlap.`;
    }
  }
  return null;
}

/** "lighting, comp" → ["lighting", "comp"]; repeats and blanks fall away. */
export function splitTags(text: string): string[] {
  return [
    ...new Set(
      text
        .split(/[,;]/u)
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ];
}

// Times, ranges and durations in words.
import { DAY, HOUR, MINUTE, formatter, offsetAt, wallClock } from "./time.ts";

const DAY_FORM: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short" };
const LONG_DAY_FORM: Intl.DateTimeFormatOptions = { ...DAY_FORM, year: "numeric" };
const TIME_FORM: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export function formatDay(instant: number, zone: string, locale: string): string {
  return formatter(zone, locale, DAY_FORM).format(instant);
}

export function formatTime(instant: number, zone: string, locale: string): string {
  return formatter(zone, locale, TIME_FORM).format(instant);
}

function isMidnight(instant: number, zone: string): boolean {
  return wallClock(instant, zone).time === "00:00";
}

/** A half-open range as people say it: whole days lose their clocks, and the last day is the last one worked. */
export function formatRange(start: number, end: number, zone: string, locale: string): string {
  const otherYear = new Date(start).getUTCFullYear() !== new Date().getUTCFullYear();
  const form = formatter(zone, locale, otherYear ? LONG_DAY_FORM : DAY_FORM);
  if (isMidnight(start, zone) && isMidnight(end, zone)) {
    const first = form.format(start);
    const last = form.format(end - MINUTE);
    return first === last ? first : `${first} – ${last}`;
  }
  const sameDay = wallClock(start, zone).date === wallClock(end - MINUTE, zone).date;
  const from = `${form.format(start)}, ${formatTime(start, zone, locale)}`;
  return sameDay
    ? `${from} – ${formatTime(end, zone, locale)}`
    : `${from} – ${form.format(end)}, ${formatTime(end, zone, locale)}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The length of a range on the wall: a day over a clock change is still one day. */
export function formatLength(start: number, end: number, zone: string): string {
  const length = end - start + offsetAt(end, zone) - offsetAt(start, zone);
  if (length <= 0) return "no time";
  const days = Math.floor(length / DAY);
  const hours = Math.floor((length % DAY) / HOUR);
  const minutes = Math.round((length % HOUR) / MINUTE);
  const parts = [
    days > 0 ? counted(days, "day") : "",
    hours > 0 ? `${hours} h` : "",
    minutes > 0 ? `${minutes} min` : "",
  ].filter((part) => part !== "");
  return parts.join(" ") || "under a minute";
}

/** What the middle of the date navigation says of the span on screen. */
export function formatSpan(start: number, end: number, zone: string, locale: string): string {
  const last = end - 1;
  const of = (instant: number, form: Intl.DateTimeFormatOptions): string =>
    formatter(zone, locale, form).format(instant);
  const year = of(start, { year: "numeric" });
  if (end - start <= 2 * DAY) return of(start + (end - start) / 2, LONG_DAY_FORM);
  if (year !== of(last, { year: "numeric" })) {
    const form = { month: "short", year: "numeric" } as const;
    return `${of(start, form)} – ${of(last, form)}`;
  }
  const from = of(start, { month: "short" });
  const to = of(last, { month: "short" });
  return from === to ? of(start, { month: "long", year: "numeric" }) : `${from} – ${to} ${year}`;
}

export function formatAgo(instant: number, now: number, locale: string): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const past = instant - now;
  const size = Math.abs(past);
  if (size < MINUTE) return "just now";
  if (size < HOUR) return relative.format(Math.round(past / MINUTE), "minute");
  if (size < DAY) return relative.format(Math.round(past / HOUR), "hour");
  return relative.format(Math.round(past / DAY), "day");
}

export function ordinal(count: number): string {
  const tens = count % 100;
  const ending = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][count % 10] ?? "th");
  return `${count}${ending}`;
}

/** "3 bookings", "1 booking". */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}

// A booking's range as form fields: wall clocks in a zone, or whole days whose last day is inclusive.
import { checkRange, type RangeCheck } from "../lib/forms.ts";
import { instantOf, startOfDay, wallClock } from "../lib/time.ts";

export interface RangeFields {
  readonly wholeDays: boolean;
  readonly startDate: string;
  readonly startTime: string;
  /** With whole days the last day booked, else the day of the end. */
  readonly endDate: string;
  readonly endTime: string;
}

const MIDNIGHT = "00:00";

/** The fields of `[start, end)`; from a day's first instant to another's it is whole days. */
export function rangeFields(start: number, end: number, zone: string): RangeFields {
  const from = wallClock(start, zone);
  const to = wallClock(end, zone);
  // Some zones change their clocks at midnight: such a day begins at 01:00.
  if (end > start && startOfDay(start, zone) === start && startOfDay(end, zone) === end) {
    const last = wallClock(end - 1, zone);
    return { wholeDays: true, startDate: from.date, startTime: "09:00", endDate: last.date, endTime: "18:00" };
  }
  return { wholeDays: false, startDate: from.date, startTime: from.time, endDate: to.date, endTime: to.time };
}

/** The range the fields mean, or what is wrong with them. */
export function readRange(fields: RangeFields, zone: string): RangeCheck {
  if (!fields.wholeDays) {
    return checkRange(
      { date: fields.startDate, time: fields.startTime },
      { date: fields.endDate, time: fields.endTime },
      zone,
    );
  }
  const lastDay = instantOf({ date: fields.endDate, time: MIDNIGHT }, zone);
  if (lastDay === null) return { ok: false, field: "end", message: "Enter the last day." };
  const next = new Date(Date.parse(`${fields.endDate}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return checkRange({ date: fields.startDate, time: MIDNIGHT }, { date: next, time: MIDNIGHT }, zone);
}

export function sameFields(a: RangeFields, b: RangeFields): boolean {
  return (
    a.wholeDays === b.wholeDays &&
    a.startDate === b.startDate &&
    a.endDate === b.endDate &&
    (a.wholeDays || (a.startTime === b.startTime && a.endTime === b.endTime))
  );
}

/** Moving the start drags the end along, so that a later start never makes the range backwards. */
export function withStartDate(fields: RangeFields, startDate: string): RangeFields {
  const days = Math.round((Date.parse(`${startDate}T00:00Z`) - Date.parse(`${fields.startDate}T00:00Z`)) / 86_400_000);
  if (Number.isNaN(days)) return { ...fields, startDate };
  const moved = Date.parse(`${fields.endDate}T00:00Z`) + days * 86_400_000;
  if (Number.isNaN(moved) || moved < 0) return { ...fields, startDate };
  return { ...fields, startDate, endDate: new Date(moved).toISOString().slice(0, 10) };
}

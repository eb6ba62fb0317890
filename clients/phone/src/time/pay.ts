// What a booking comes to at a day's rate, counted in days as the artist works them. Pure.
import { rangeOf, type Artist, type WorkingHours } from "@production-tool/shared";
import { instantOf } from "@production-tool/web/lib/time";

import { numberOf, plus, weekday } from "./days.ts";
import { daysOf } from "./ranges.ts";

interface Ranged {
  readonly start: string;
  readonly end: string;
}

/** Days of work in steps of a half; where no hour of it is one of theirs, every day it touches counts. */
export function workDays(booking: Ranged, hours: readonly WorkingHours[], zone: string): number {
  const { start, end } = rangeOf(booking);
  const { first, last } = daysOf(booking, zone);
  let days = 0;
  for (let day = first; day <= last; day = plus(day, 1)) {
    const spans = hours.filter((one) => one.day === weekday(day)).map((one) => spanOn(day, one, zone));
    const whole = sum(spans.map(([from, to]) => to - from));
    const taken = sum(spans.map(([from, to]) => Math.max(0, Math.min(end, to) - Math.max(start, from))));
    if (whole > 0) days += taken / whole;
  }
  if (days === 0) return numberOf(last) - numberOf(first) + 1;
  return Math.max(0.5, Math.round(days * 2) / 2);
}

function spanOn(day: string, { start, end }: WorkingHours, zone: string): readonly [number, number] {
  const until = end === "24:00" ? { date: plus(day, 1), time: "00:00" } : { date: day, time: end };
  return [instantOf({ date: day, time: start }, zone) ?? 0, instantOf(until, zone) ?? 0];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** "4.5 days at €450: €2,025" */
export function payWords(days: number, { amount, currency }: NonNullable<Artist["rate"]>, locale: string): string {
  const money = (value: number): string =>
    value.toLocaleString(locale, { style: "currency", currency, maximumFractionDigits: Number.isInteger(value) ? 0 : 2 });
  const count = `${days.toLocaleString(locale)} ${days === 1 || days === 0.5 ? "day" : "days"}`;
  return `${count} at ${money(amount)}: ${money(amount * days)}`;
}

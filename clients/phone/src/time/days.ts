// Calendar days as `YYYY-MM-DD`: what the calendars count in, free of zones and of daylight saving.

const DAY_MS = 86_400_000;

/** A day's number since 1970. */
export function numberOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

export function dayOf(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

export function plus(day: string, days: number): string {
  return dayOf(numberOf(day) + days);
}

/** 0 is Monday. */
export function weekday(day: string): number {
  // 1 January 1970 was a Thursday.
  return (numberOf(day) + 3) % 7;
}

export function monday(day: string): string {
  return plus(day, -weekday(day));
}

/** The first of the month, some months on. */
export function monthOf(day: string, months = 0): string {
  const [year = 0, month = 1] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

/** Whole weeks from Monday to Sunday that hold the month. */
export function weeksOf(month: string): readonly (readonly string[])[] {
  const first = numberOf(monday(month));
  const last = numberOf(plus(monday(plus(monthOf(month, 1), -1)), 6));
  const weeks: string[][] = [];
  for (let start = first; start <= last; start += 7) weeks.push(Array.from({ length: 7 }, (_, i) => dayOf(start + i)));
  return weeks;
}

/** Both ends belong to it. */
export interface Days {
  readonly first: string;
  readonly last: string;
}

export function between(a: string, b: string): Days {
  return a <= b ? { first: a, last: b } : { first: b, last: a };
}

export function within(day: string, { first, last }: Days): boolean {
  return first <= day && day <= last;
}

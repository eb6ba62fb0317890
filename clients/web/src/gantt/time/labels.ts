/** Owns every date, time and duration that people read, in their locale, remembered once made. */
import type { TickUnit } from "./ticks.ts";
import { DAY, HOUR, MINUTE, WEEK, weekdayOf, type ZoneClock } from "./zone.ts";

type Style = Intl.DateTimeFormatOptions;

const MAJOR: Record<TickUnit, Style> = {
  hour: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  week: { day: "numeric", month: "short", year: "numeric" },
  month: { month: "long", year: "numeric" },
  quarter: { month: "short", year: "numeric" },
  year: { year: "numeric" },
};

const DAY_SHORT: Style = { weekday: "short", day: "numeric" };
const DAY_NUMBER: Style = { day: "numeric" };
const MONTH: Style = { month: "short" };
const MONTH_LETTER: Style = { month: "narrow" };
const LETTER: Style = { weekday: "narrow" };
const DATE: Style = { day: "numeric", month: "short" };
const DATE_YEAR: Style = { day: "numeric", month: "short", year: "numeric" };
const CLOCK: Style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** ISO 8601 week of a Monday's local number. */
export function isoWeek(monday: number): number {
  const thursday = monday + 3 * DAY;
  const year = new Date(thursday).getUTCFullYear();
  return 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / WEEK);
}

/** Remembers labels per kind; bounded, because a long session scrolls through many days. */
class Shelf {
  readonly #made = new Map<number, string>();
  readonly #make: (local: number) => string;

  constructor(make: (local: number) => string) {
    this.#make = make;
  }

  get(local: number): string {
    const known = this.#made.get(local);
    if (known !== undefined) return known;
    if (this.#made.size > 4000) this.#made.clear();
    const label = this.#make(local);
    this.#made.set(local, label);
    return label;
  }
}

const UNITS: readonly TickUnit[] = ["hour", "day", "week", "month", "quarter", "year"];

/** Shelves are made once, so that asking for a label in the frame path allocates nothing. */
export class Labels {
  readonly #locale: string;
  readonly #formats = new Map<Style, Intl.DateTimeFormat>();
  readonly #major = this.#shelves((unit, at) => this.#majorOf(unit, at));
  readonly #short = this.#shelves((unit, at) => this.#shortOf(unit, at));
  readonly #minor = this.#shelves((unit, at) => this.#minorOf(unit, at, false));
  readonly #minorWide = this.#shelves((unit, at) => this.#minorOf(unit, at, true));
  readonly #letter = new Shelf((day) => this.#format(LETTER, day * DAY));
  readonly #clock = new Shelf((at) => this.#format(CLOCK, at));
  readonly #date = new Shelf((at) => this.#format(DATE, at));
  readonly #dateYear = new Shelf((at) => this.#format(DATE_YEAR, at));

  constructor(locale: string) {
    this.#locale = locale;
  }

  /** The upper header's words for the cell that begins at a local number. */
  major(unit: TickUnit, local: number): string {
    return this.#major[unit].get(local);
  }

  /** A shorter form of the same for narrow cells. */
  majorShort(unit: TickUnit, local: number): string {
    return this.#short[unit].get(local);
  }

  /** The lower header's words. `wide` says whether a weekday name fits beside the day's number. */
  minor(unit: TickUnit, local: number, wide: boolean): string {
    return (wide ? this.#minorWide : this.#minor)[unit].get(local);
  }

  /** One letter for the weekday, for the narrowest day cells. */
  weekdayLetter(local: number): string {
    // 1970-01-05 was a Monday, day 4.
    return this.#letter.get(4 + weekdayOf(local));
  }

  clock(clock: ZoneClock, time: number): string {
    return this.#clock.get(clock.toLocal(time));
  }

  /** "3 Mar 09:00"; the year is added where it is not the one of `now`. */
  moment(clock: ZoneClock, time: number, now: number): string {
    const local = clock.toLocal(time);
    return `${this.#dayOf(local, clock.toLocal(now))} ${this.clock(clock, time)}`;
  }

  /** "3 Mar 09:00 to 5 Mar 18:00", the day once where both are on it. */
  range(clock: ZoneClock, start: number, end: number, now: number, joint = " to "): string {
    const [from, until] = [clock.toLocal(start), clock.toLocal(end)];
    const sameDay = Math.floor(from / DAY) === Math.floor(until / DAY);
    const last = sameDay ? this.clock(clock, end) : this.moment(clock, end, now);
    return `${this.moment(clock, start, now)}${joint}${last}`;
  }

  /** "2 d 9 h", "45 min": elapsed time, the two largest parts. */
  duration(ms: number): string {
    const days = Math.floor(ms / DAY);
    const hours = Math.floor((ms % DAY) / HOUR);
    const minutes = Math.round((ms % HOUR) / MINUTE);
    if (days > 0) return hours > 0 ? `${String(days)} d ${String(hours)} h` : `${String(days)} d`;
    if (hours > 0) return minutes > 0 ? `${String(hours)} h ${String(minutes)} min` : `${String(hours)} h`;
    return `${String(minutes)} min`;
  }

  /** "4 days" where a range touches several of a clock's days, else its hours: how people count. */
  extent(clock: ZoneClock, start: number, end: number): string {
    const first = Math.floor(clock.toLocal(start) / DAY);
    const last = Math.floor((clock.toLocal(end) - 1) / DAY);
    return last > first ? `${String(last - first + 1)} days` : this.duration(end - start);
  }

  /** Work is counted in hours: "27 h", "7.5 h", never "1 d 3 h". */
  hours(ms: number): string {
    return `${String(Math.round((ms / HOUR) * 10) / 10)} h`;
  }

  /** "GMT+1", "GMT−3:30": a zone's distance from UTC. */
  offset(ms: number): string {
    return ms === 0 ? "GMT" : `GMT${signed(ms)}`;
  }

  /** "+6", "−3:30": one zone's distance from another. */
  difference(ms: number): string {
    return signed(ms);
  }

  #dayOf(local: number, nowLocal: number): string {
    const sameYear = new Date(local).getUTCFullYear() === new Date(nowLocal).getUTCFullYear();
    return (sameYear ? this.#date : this.#dateYear).get(Math.floor(local / DAY) * DAY);
  }

  #majorOf(unit: TickUnit, at: number): string {
    if (unit !== "week") return this.#format(MAJOR[unit], at);
    const span = this.#formatter(MAJOR.week).formatRange(at, at + 6 * DAY);
    return `${span} · W${String(isoWeek(at))}`;
  }

  #shortOf(unit: TickUnit, at: number): string {
    if (unit === "week") return `W${String(isoWeek(at))}`;
    if (unit === "month") return this.#format(MONTH, at);
    return this.#format(unit === "day" ? DATE : MAJOR[unit], at);
  }

  #minorOf(unit: TickUnit, at: number, wide: boolean): string {
    switch (unit) {
      case "hour":
        return this.#format(CLOCK, at);
      case "day":
        return this.#format(wide ? DAY_SHORT : DAY_NUMBER, at);
      case "week":
        return this.#format(DATE, at);
      case "month":
        return this.#format(wide ? MONTH : MONTH_LETTER, at);
      case "quarter":
        return `Q${String(Math.floor(new Date(at).getUTCMonth() / 3) + 1)}`;
      case "year":
        return this.#format(MAJOR.year, at);
    }
  }

  #shelves(make: (unit: TickUnit, local: number) => string): Record<TickUnit, Shelf> {
    const entries = UNITS.map((unit) => [unit, new Shelf((local) => make(unit, local))] as const);
    return Object.fromEntries(entries) as Record<TickUnit, Shelf>;
  }

  #format(style: Style, local: number): string {
    return this.#formatter(style).format(local);
  }

  #formatter(style: Style): Intl.DateTimeFormat {
    let format = this.#formats.get(style);
    if (!format) {
      // Local numbers are wall clocks read as UTC, so every formatter is told UTC.
      format = new Intl.DateTimeFormat(this.#locale, { ...style, timeZone: "UTC" });
      this.#formats.set(style, format);
    }
    return format;
  }
}

function signed(ms: number): string {
  const size = Math.abs(ms);
  const minutes = Math.round((size % HOUR) / MINUTE);
  const tail = minutes === 0 ? "" : `:${String(minutes).padStart(2, "0")}`;
  return `${ms < 0 ? "−" : "+"}${String(Math.floor(size / HOUR))}${tail}`;
}

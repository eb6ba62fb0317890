/**
 * Owns wall-clock arithmetic in IANA zones, cheap enough for the frame path.
 *
 * A "local" number is a wall clock read as if it were UTC: `local = utc + offset`. Offsets come
 * from tables of transitions built once per zone and block of time, so that a lookup allocates
 * nothing and never asks `Intl`.
 */

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
export const WEEK = 7 * DAY;

/** Somewhat more than a year: few blocks, and each is cheap to build. */
const BLOCK = 400 * DAY;
/** Closer than the shortest stretch between two changes of any zone in use (Morocco's Ramadan). */
const PROBE = 7 * DAY;

interface OffsetTable {
  /** Instants from which `offsets[i]` holds; `from[0]` is the block's start. */
  readonly from: readonly number[];
  readonly offsets: readonly number[];
}

const READING = {
  calendar: "iso8601",
  numberingSystem: "latn",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
} as const;

function formatterFor(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", { ...READING, timeZone: zone });
  } catch {
    // A zone this browser's tables lack must not take the schedule down with it.
    return new Intl.DateTimeFormat("en-US", { ...READING, timeZone: "UTC" });
  }
}

export class ZoneClock {
  readonly zone: string;
  readonly #formatter: Intl.DateTimeFormat;
  readonly #tables = new Map<number, OffsetTable>();
  #lastBlock = Number.NaN;
  #lastTable: OffsetTable = { from: [], offsets: [] };

  constructor(zone: string) {
    this.zone = zone;
    this.#formatter = formatterFor(zone);
  }

  /** Milliseconds to add to an instant to read its wall clock. */
  offsetAt(utc: number): number {
    const block = Math.floor(utc / BLOCK);
    if (block !== this.#lastBlock) {
      this.#lastTable = this.#tableOf(block);
      this.#lastBlock = block;
    }
    const { from, offsets } = this.#lastTable;
    let at = from.length - 1;
    while (at > 0 && (from[at] as number) > utc) at -= 1;
    return offsets[at] as number;
  }

  toLocal(utc: number): number {
    return utc + this.offsetAt(utc);
  }

  /**
   * The instant of a wall clock. One that does not exist (clocks went forward) moves forward by
   * the gap; one that exists twice is its first occurrence, as RFC 5545 and Temporal's
   * "compatible" have it.
   */
  fromLocal(local: number): number {
    const before = local - this.offsetAt(local - DAY);
    if (before + this.offsetAt(before) === local) return before;
    const after = local - this.offsetAt(local + DAY);
    if (after + this.offsetAt(after) === local) return after;
    return Math.max(before, after);
  }

  /** The instant at which the calendar day of `utc` begins. */
  startOfDay(utc: number): number {
    return this.fromLocal(Math.floor(this.toLocal(utc) / DAY) * DAY);
  }

  /** `utc` shifted by wall-clock milliseconds: 09:00 stays 09:00 across a change of clocks. */
  shift(utc: number, wallMs: number): number {
    return wallMs === 0 ? utc : this.fromLocal(this.toLocal(utc) + wallMs);
  }

  #tableOf(block: number): OffsetTable {
    const known = this.#tables.get(block);
    if (known) return known;
    const begin = block * BLOCK;
    const from = [begin];
    const offsets = [this.#read(begin)];
    let held = offsets[0] as number;
    for (let low = begin; low < begin + BLOCK; low += PROBE) {
      const high = Math.min(low + PROBE, begin + BLOCK);
      const next = this.#read(high);
      if (next === held) continue;
      from.push(this.#change(low, high, held));
      offsets.push(next);
      held = next;
    }
    const table = { from, offsets };
    this.#tables.set(block, table);
    return table;
  }

  /** The first whole second in `(low, high]` whose offset differs from `held`. */
  #change(low: number, high: number, held: number): number {
    let [before, after] = [low, high];
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000;
      if (this.#read(middle) === held) before = middle;
      else after = middle;
    }
    return after;
  }

  #read(utc: number): number {
    const second = Math.floor(utc / 1000) * 1000;
    const field: Record<string, number> = {};
    for (const part of this.#formatter.formatToParts(second)) field[part.type] = Number(part.value);
    const get = (name: string): number => field[name] ?? 0;
    const local = Date.UTC(get("year"), get("month") - 1, get("day"), get("hour"), get("minute"), get("second"));
    return local - second;
  }
}

const clocks = new Map<string, ZoneClock>();

/** One clock per zone for the life of the page: the tables are pure facts. */
export function clockFor(zone: string): ZoneClock {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new ZoneClock(zone);
    clocks.set(zone, clock);
  }
  return clock;
}

/** Monday is 0. 1970-01-01 was a Thursday. */
export function weekdayOf(local: number): number {
  const day = Math.floor(local / DAY);
  return (((day + 3) % 7) + 7) % 7;
}

export interface Civil {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
}

/**
 * Writes the proleptic Gregorian date of a local number into `out`; after Howard Hinnant's
 * `civil_from_days`.
 */
export function civilOf(local: number, out: Civil): Civil {
  const z = Math.floor(local / DAY) + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  out.day = doy - Math.floor((153 * mp + 2) / 5) + 1;
  out.month = mp < 10 ? mp + 3 : mp - 9;
  out.year = yoe + era * 400 + (out.month <= 2 ? 1 : 0);
  return out;
}

/** The local number of midnight of a date; months beyond 12 carry into the years. */
export function localOf(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day);
}

/**
 * Owns the data the surface shows: rows in order, bars by id, and per row an index sorted by
 * start from which the bars of a window are found without looking at the others.
 */
import { parseWeek, type WorkingWeek } from "../time/working.ts";
import { clockFor, type ZoneClock } from "../time/zone.ts";
import type { GanttBar, GanttRow } from "../types.ts";
import { packLanes } from "./lanes.ts";

/** One row's bars in order of start, with their lanes. */
export interface Line {
  readonly bars: readonly GanttBar[];
  readonly lanes: readonly number[];
  readonly stacked: readonly boolean[];
  /** `reach[i]` is the latest end among bars `0..i`: never falls, so it can be searched. */
  readonly reach: readonly number[];
  readonly laneCount: number;
}

export interface RowInfo {
  readonly row: GanttRow;
  readonly clock: ZoneClock;
  readonly week: WorkingWeek;
}

const EMPTY: Line = { bars: [], lanes: [], stacked: [], reach: [], laneCount: 1 };

function makeLine(bars: GanttBar[]): Line {
  if (bars.length === 0) return EMPTY;
  bars.sort((a, b) => a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : 1));
  const { lanes, stacked, count } = packLanes(bars);
  const reach: number[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const bar of bars) {
    latest = Math.max(latest, bar.end);
    reach.push(latest);
  }
  return { bars, lanes, stacked, reach, laneCount: count };
}

/** Index of the first bar that may end after `time`. Later bars may still end before it. */
export function firstReaching(line: Line, time: number): number {
  let [low, high] = [0, line.reach.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((line.reach[middle] as number) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

export class Schedule {
  rows: readonly RowInfo[] = [];
  /** Grows whenever lanes or rows may have changed: layouts made before are stale. */
  revision = 0;
  readonly #bars = new Map<string, GanttBar>();
  readonly #rowIndex = new Map<string, number>();
  readonly #members = new Map<string, Set<string>>();
  /** Bars with other dates proposed: few, and looked at in every frame. */
  readonly #proposed = new Set<string>();
  #lines: (Line | null)[] = [];

  setRows(rows: readonly GanttRow[]): void {
    this.rows = rows.map((row) => ({ row, clock: clockFor(row.zone), week: parseWeek(row.working) }));
    this.#rowIndex.clear();
    rows.forEach((row, index) => this.#rowIndex.set(row.id, index));
    this.#lines = rows.map(() => null);
    this.revision += 1;
  }

  setBars(bars: readonly GanttBar[]): void {
    this.#bars.clear();
    this.#members.clear();
    this.#proposed.clear();
    for (const bar of bars) this.#add(bar);
    this.#lines.fill(null);
    this.revision += 1;
  }

  /** Adds or replaces `changed`, removes `removed`. */
  patch(changed: readonly GanttBar[], removed: readonly string[]): void {
    for (const id of removed) this.#remove(id);
    for (const bar of changed) {
      this.#remove(bar.id);
      this.#add(bar);
    }
    if (changed.length + removed.length > 0) this.revision += 1;
  }

  /** Ids of bars for which other dates are proposed. */
  get proposed(): ReadonlySet<string> {
    return this.#proposed;
  }

  get barCount(): number {
    return this.#bars.size;
  }

  bars(): IterableIterator<GanttBar> {
    return this.#bars.values();
  }

  bar(id: string): GanttBar | undefined {
    return this.#bars.get(id);
  }

  /** -1 where no such row is shown. */
  rowIndex(rowId: string): number {
    return this.#rowIndex.get(rowId) ?? -1;
  }

  line(index: number): Line {
    const known = this.#lines[index];
    if (known) return known;
    const info = this.rows[index];
    if (!info) return EMPTY;
    const members = this.#members.get(info.row.id);
    const bars: GanttBar[] = [];
    for (const id of members ?? []) bars.push(this.#bars.get(id) as GanttBar);
    const line = makeLine(bars);
    this.#lines[index] = line;
    return line;
  }

  /** The bar's lane, or -1 where its row is not shown. */
  laneOf(bar: GanttBar): number {
    const line = this.line(this.rowIndex(bar.rowId));
    return line.lanes[line.bars.indexOf(bar)] ?? -1;
  }

  /**
   * The lane that a range would take if it were dropped onto a row: the first one free of other
   * bars, at most one below the present ones.
   */
  landingLane(index: number, start: number, end: number, exceptId: string): number {
    const line = this.line(index);
    let taken = 0;
    for (let at = firstReaching(line, start); at < line.bars.length; at += 1) {
      const bar = line.bars[at] as GanttBar;
      if (bar.start >= end) break;
      if (bar.end > start && bar.id !== exceptId && bar.status !== "off") taken |= 1 << Math.min(30, line.lanes[at] as number);
    }
    let lane = 0;
    while (lane < 30 && (taken & (1 << lane)) !== 0) lane += 1;
    return Math.min(lane, line.laneCount - 1);
  }

  /** Earliest start and latest end of all bars, or null where there are none. */
  extent(): { start: number; end: number } | null {
    let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const bar of this.#bars.values()) {
      if (bar.start < start) start = bar.start;
      if (bar.end > end) end = bar.end;
    }
    return start < end ? { start, end } : null;
  }

  #add(bar: GanttBar): void {
    this.#bars.set(bar.id, bar);
    if (bar.proposed) this.#proposed.add(bar.id);
    let members = this.#members.get(bar.rowId);
    if (!members) {
      members = new Set();
      this.#members.set(bar.rowId, members);
    }
    members.add(bar.id);
    this.#stale(bar.rowId);
  }

  #remove(id: string): void {
    const bar = this.#bars.get(id);
    if (!bar) return;
    this.#bars.delete(id);
    this.#proposed.delete(id);
    this.#members.get(bar.rowId)?.delete(id);
    this.#stale(bar.rowId);
  }

  #stale(rowId: string): void {
    const index = this.#rowIndex.get(rowId);
    if (index !== undefined) this.#lines[index] = null;
  }
}

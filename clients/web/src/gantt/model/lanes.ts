/**
 * Owns the stacking of one row's bars into lanes, so that overlapping claims all stay visible.
 *
 * What binds comes first: pencils and confirmed work (which never overlap one another) take the
 * top lane, then holds in their order in line, so that a line reads downwards.
 */
import type { GanttBar } from "../types.ts";

export interface Lanes {
  /** Lane of each bar, in the order given. */
  readonly lanes: readonly number[];
  /** Whether each bar overlaps another one of the row. */
  readonly stacked: readonly boolean[];
  readonly count: number;
}

/** Time off lies behind the bars: it takes no lane and stacks with nothing. */
function isBand(bar: GanttBar): boolean {
  return bar.status === "off";
}

function precedence(bar: GanttBar): number {
  if (bar.status === "summary") return -1;
  return bar.status === "hold" ? (bar.rank ?? 1) : 0;
}

function before(a: GanttBar, b: GanttBar): number {
  return precedence(a) - precedence(b) || a.start - b.start || (a.id < b.id ? -1 : 1);
}

/** Index of the first range in `starts` that begins at or after `time`. */
function lowerBound(starts: readonly number[], time: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Ranges of one lane, sorted; disjoint by construction. */
class Lane {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  take(bar: GanttBar): boolean {
    const at = lowerBound(this.#starts, bar.start);
    const fitsBefore = at === this.#starts.length || (this.#starts[at] as number) >= bar.end;
    const fitsAfter = at === 0 || (this.#ends[at - 1] as number) <= bar.start;
    if (!fitsBefore || !fitsAfter) return false;
    this.#starts.splice(at, 0, bar.start);
    this.#ends.splice(at, 0, bar.end);
    return true;
  }
}

function overlapFlags(sorted: readonly GanttBar[]): boolean[] {
  const flags = new Array<boolean>(sorted.length).fill(false);
  let latest = -1;
  for (let at = 0; at < sorted.length; at += 1) {
    const bar = sorted[at] as GanttBar;
    if (isBand(bar)) continue;
    const previous = latest < 0 ? undefined : sorted[latest];
    if (previous && previous.end > bar.start) {
      flags[at] = true;
      flags[latest] = true;
    }
    if (!previous || bar.end > previous.end) latest = at;
  }
  return flags;
}

/** `sorted` must be in order of start. */
export function packLanes(sorted: readonly GanttBar[]): Lanes {
  const stacked = overlapFlags(sorted);
  const lanes = new Array<number>(sorted.length).fill(0);
  if (!stacked.includes(true)) return { lanes, stacked, count: 1 };
  const order = sorted.flatMap((bar, index) => (isBand(bar) ? [] : [index]));
  order.sort((a, b) => before(sorted[a] as GanttBar, sorted[b] as GanttBar));
  const open: Lane[] = [];
  for (const index of order) {
    const bar = sorted[index] as GanttBar;
    let lane = open.findIndex((candidate) => candidate.take(bar));
    if (lane < 0) {
      lane = open.length;
      const fresh = new Lane();
      fresh.take(bar);
      open.push(fresh);
    }
    lanes[index] = lane;
  }
  return { lanes, stacked, count: open.length };
}

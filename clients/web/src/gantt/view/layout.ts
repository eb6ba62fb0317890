/**
 * Owns the vertical geometry: how tall each row is for its lanes, where it begins, and which row
 * a height belongs to. All in content pixels at row scale 1; the viewport scales them.
 */
import type { Schedule } from "../model/schedule.ts";

/** A lane is a 26 px bar: above the 24 px that a target needs (WCAG 2.5.8). */
export const LANE = 26;
export const LANE_GAP = 3;
export const ROW_PAD = 7;

export function rowHeight(laneCount: number): number {
  return ROW_PAD * 2 + laneCount * LANE + (laneCount - 1) * LANE_GAP;
}

export class RowLayout {
  /** `tops[i]` is where row `i` begins; `tops[count]` is the whole height. */
  tops = new Float64Array(1);
  count = 0;
  #revision = -1;

  /** Recomputes where the schedule has changed; says whether any row moved or grew. */
  update(schedule: Schedule): boolean {
    if (this.#revision === schedule.revision) return false;
    this.#revision = schedule.revision;
    const count = schedule.rows.length;
    const tops = count === this.count ? this.tops : new Float64Array(count + 1);
    let changed = count !== this.count;
    let top = 0;
    for (let index = 0; index < count; index += 1) {
      if (tops[index] !== top) changed = true;
      tops[index] = top;
      top += rowHeight(schedule.line(index).laneCount);
    }
    if (tops[count] !== top) changed = true;
    tops[count] = top;
    this.tops = tops;
    this.count = count;
    return changed;
  }

  get height(): number {
    return this.tops[this.count] ?? 0;
  }

  top(index: number): number {
    return this.tops[index] ?? 0;
  }

  heightOf(index: number): number {
    return (this.tops[index + 1] ?? 0) - (this.tops[index] ?? 0);
  }

  /** The row at a content height, -1 above the first or below the last. */
  rowAt(y: number): number {
    if (y < 0 || y >= this.height) return -1;
    let [low, high] = [0, this.count - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.tops[middle] as number) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The nearest row to a content height; -1 only where there are none. */
  nearestRow(y: number): number {
    if (this.count === 0) return -1;
    if (y < 0) return 0;
    return y >= this.height ? this.count - 1 : this.rowAt(y);
  }
}

/** Top of a lane within its row, in content pixels. */
export function laneTop(lane: number): number {
  return ROW_PAD + lane * (LANE + LANE_GAP);
}

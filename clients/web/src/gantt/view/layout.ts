/**
 * Owns the vertical geometry: how tall each row is for its lanes, where it begins, and which row
 * a height belongs to. All in content pixels at row scale 1; the viewport scales them.
 *
 * A row has as many lanes as are needed for what is in view: it grows as soon as a stack comes
 * into sight, and shrinks only when the view has come to rest.
 */
import { firstReaching, type Line, type Schedule } from "../model/schedule.ts";

/** A lane is a 26 px bar: above the 24 px that a target needs (WCAG 2.5.8). */
export const LANE = 26;
export const LANE_GAP = 3;
export const ROW_PAD = 7;
/** Rows change height within about four of these. */
const SETTLE_MS = 38;

/** `lanes` may be a fraction while a row changes its height. */
export function rowHeight(lanes: number): number {
  return ROW_PAD * 2 + lanes * LANE + (lanes - 1) * LANE_GAP;
}

/** Top of a lane within its row, in content pixels. */
export function laneTop(lane: number): number {
  return ROW_PAD + lane * (LANE + LANE_GAP);
}

/** How many lanes a row needs for its bars within a span. */
export function lanesWithin(line: Line, from: number, until: number): number {
  if (line.laneCount === 1) return 1;
  let lanes = 1;
  for (let at = firstReaching(line, from); at < line.bars.length && lanes < line.laneCount; at += 1) {
    const bar = line.bars[at];
    if (!bar || bar.start >= until) break;
    if (bar.end > from) lanes = Math.max(lanes, (line.lanes[at] as number) + 1);
  }
  return lanes;
}

export interface Span {
  readonly from: number;
  readonly until: number;
}

const EVERYTHING: Span = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

export class RowLayout {
  /** `tops[i]` is where row `i` begins; `tops[count]` is the whole height. */
  tops = new Float64Array(1);
  count = 0;
  #revision = -1;
  #rows: Schedule["rows"] = [];
  #lines: Line[] = [];
  /** Lanes each row is to have, and those it has at this moment. */
  #wanted = new Float64Array(0);
  #shown = new Float64Array(0);
  #changing = false;

  /** Takes up changed data at once: rows whose bars have changed get just the lanes they need. */
  update(schedule: Schedule, span: Span = EVERYTHING): void {
    if (this.#revision === schedule.revision) return;
    this.#revision = schedule.revision;
    if (schedule.rows !== this.#rows) this.#reset(schedule);
    for (let row = 0; row < this.count; row += 1) {
      const line = schedule.line(row);
      if (line === this.#lines[row]) continue;
      this.#lines[row] = line;
      this.#wanted[row] = this.#shown[row] = lanesWithin(line, span.from, span.until);
    }
    this.#stack();
  }

  /** Whether other rows, or rows in another order, are waiting to be taken up. */
  isForeignTo(schedule: Schedule): boolean {
    return schedule.rows !== this.#rows;
  }

  #reset(schedule: Schedule): void {
    this.#rows = schedule.rows;
    this.#lines = [];
    this.count = schedule.rows.length;
    this.#wanted = new Float64Array(this.count);
    this.#shown = new Float64Array(this.count);
    this.tops = new Float64Array(this.count + 1);
  }

  /** Asks rows to grow for what a span shows; with `exactly` also to shrink to it. */
  aim(schedule: Schedule, span: Span, exactly: boolean): void {
    for (let row = 0; row < this.count; row += 1) {
      const needed = lanesWithin(schedule.line(row), span.from, span.until);
      const wanted = this.#wanted[row] as number;
      if (needed === wanted || (needed < wanted && !exactly)) continue;
      this.#wanted[row] = needed;
      this.#changing = true;
    }
  }

  /** Whether rows are on their way to another height. */
  get changing(): boolean {
    return this.#changing;
  }

  /** Brings rows nearer to the lanes they want, or there at once. */
  step(ms: number, atOnce: boolean): void {
    if (!this.#changing) return;
    const share = atOnce ? 1 : 1 - Math.exp(-ms / SETTLE_MS);
    this.#changing = false;
    for (let row = 0; row < this.count; row += 1) {
      const rest = (this.#wanted[row] as number) - (this.#shown[row] as number);
      if (rest === 0) continue;
      if (Math.abs(rest) < 0.02 || atOnce) this.#shown[row] = this.#wanted[row] as number;
      else {
        this.#shown[row] = (this.#shown[row] as number) + rest * share;
        this.#changing = true;
      }
    }
    this.#stack();
  }

  #stack(): void {
    let top = 0;
    for (let row = 0; row < this.count; row += 1) {
      this.tops[row] = top;
      top += rowHeight(this.#shown[row] as number);
    }
    this.tops[this.count] = top;
  }

  /** How tall everything would be if a span were in view. */
  heightFor(schedule: Schedule, span: Span): number {
    let height = 0;
    for (let row = 0; row < this.count; row += 1) height += rowHeight(lanesWithin(schedule.line(row), span.from, span.until));
    return height;
  }

  /** The lane a bar is shown in: stacks that the row has no room for yet share its last one. */
  laneIn(row: number, lane: number): number {
    return Math.max(0, Math.min(lane, (this.#wanted[row] ?? 1) - 1));
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

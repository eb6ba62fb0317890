/**
 * Owns what part of the schedule is on screen: left edge, scale, vertical scroll and row scale,
 * always within bounds. Coordinates are CSS pixels from the surface's top left corner.
 */
import { clampLeft, clampScale, perMs, zoomAbout } from "../time/scale.ts";
import { LANE, laneTop, type RowLayout, type Span } from "./layout.ts";

export const AXIS_HEIGHT = 52;
/** Rows below this scale are an overview: no text, thin bars. */
export const READABLE = 0.62;

export function headerWidthFor(width: number): number {
  if (width < 560) return 116;
  // A panel that opens beside the surface on a desktop must not narrow it past this: time would shift.
  return width < 840 ? 168 : 224;
}

export class Viewport {
  readonly layout: RowLayout;
  width = 0;
  height = 0;
  headerWidth = 0;
  /** The instant at the body's left edge; rarely a whole millisecond. */
  left = 0;
  pxPerDay = 120;
  scrollY = 0;
  /** 1 except in the overview that `fit` makes. */
  rowScale = 1;

  constructor(layout: RowLayout) {
    this.layout = layout;
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.headerWidth = headerWidthFor(width);
    this.settle();
  }

  /** Pixels per millisecond. */
  get scale(): number {
    return perMs(this.pxPerDay);
  }

  get bodyWidth(): number {
    return Math.max(1, this.width - this.headerWidth);
  }

  get bodyHeight(): number {
    return Math.max(1, this.height - AXIS_HEIGHT);
  }

  /** The instant at the body's right edge. */
  get right(): number {
    return this.left + this.bodyWidth / this.scale;
  }

  get contentHeight(): number {
    return this.layout.height * this.rowScale;
  }

  get maxScrollY(): number {
    return Math.max(0, this.contentHeight - this.bodyHeight);
  }

  /** What rows must have lanes for: the view, and half of one on either side. */
  get lookout(): Span {
    const margin = (this.right - this.left) / 2;
    return { from: this.left - margin, until: this.right + margin };
  }

  xOf(time: number): number {
    return this.headerWidth + (time - this.left) * this.scale;
  }

  timeAt(x: number): number {
    return this.left + (x - this.headerWidth) / this.scale;
  }

  topOf(row: number): number {
    return AXIS_HEIGHT + this.layout.top(row) * this.rowScale - this.scrollY;
  }

  heightOf(row: number): number {
    return this.layout.heightOf(row) * this.rowScale;
  }

  laneTop(row: number, lane: number): number {
    return this.topOf(row) + laneTop(this.layout.laneIn(row, lane)) * this.rowScale;
  }

  get laneHeight(): number {
    return LANE * this.rowScale;
  }

  contentY(y: number): number {
    return (y - AXIS_HEIGHT + this.scrollY) / this.rowScale;
  }

  rowAt(y: number): number {
    return this.layout.rowAt(this.contentY(y));
  }

  nearestRow(y: number): number {
    return this.layout.nearestRow(this.contentY(y));
  }

  /** -1 where there are no rows. */
  get firstRow(): number {
    return this.layout.nearestRow(this.scrollY / this.rowScale);
  }

  get lastRow(): number {
    return this.layout.nearestRow((this.scrollY + this.bodyHeight - 0.01) / this.rowScale);
  }

  /** Moves by pixels; says how much of it the bounds allowed vertically. */
  panBy(dx: number, dy: number): void {
    this.left += dx / this.scale;
    this.scrollY += dy;
    this.settle();
  }

  moveTo(left: number, scrollY: number): void {
    this.left = left;
    this.scrollY = scrollY;
    this.settle();
  }

  /** Zooms time about a point; in the overview rows grow back along with it, about the same point. */
  zoomAt(pxPerDay: number, x: number, y: number): void {
    const next = clampScale(pxPerDay);
    const factor = next / this.pxPerDay;
    this.left = zoomAbout(this.left, this.pxPerDay, next, x - this.headerWidth);
    this.pxPerDay = next;
    if (this.rowScale < 1 && factor > 1) this.#growRows(Math.min(1, this.rowScale * factor), y);
    this.settle();
  }

  #growRows(scale: number, y: number): void {
    const content = this.contentY(y);
    this.rowScale = scale;
    this.scrollY = content * scale - (y - AXIS_HEIGHT);
  }

  /** Brings everything back within bounds. */
  settle(): void {
    this.pxPerDay = clampScale(this.pxPerDay);
    this.left = clampLeft(this.left, this.pxPerDay, this.bodyWidth);
    this.scrollY = Math.min(this.maxScrollY, Math.max(0, this.scrollY));
  }
}

/** Owns what lies under a point: bar (body or edge), free cell, row header, axis or suggestion. */
import { firstReaching, type Schedule } from "../model/schedule.ts";
import type { GanttBar, LinkEdge } from "../types.ts";
import { LANE } from "../view/layout.ts";
import { AXIS_HEIGHT, type Viewport } from "../view/viewport.ts";

export type BarPart = "body" | "start" | "end";

export type Hit =
  | { readonly kind: "bar"; readonly bar: GanttBar; readonly row: number; readonly part: BarPart }
  | { readonly kind: "cell"; readonly row: number; readonly time: number }
  | { readonly kind: "slot"; readonly index: number }
  /** The handle beside a bar's edge that links are drawn from. */
  | { readonly kind: "handle"; readonly bar: GanttBar; readonly row: number; readonly edge: LinkEdge }
  | { readonly kind: "header"; readonly row: number }
  | { readonly kind: "axis"; readonly time: number }
  | { readonly kind: "nothing" };

/** Edges that can be gripped: at least 8 px, and more for fingers. */
export const GRIP = 8;
export const TOUCH_GRIP = 22;
/** Narrow bars answer within this width (WCAG 2.5.8). */
export const TARGET = 24;

const NOTHING: Hit = { kind: "nothing" };

/**
 * Which part of a bar of width `width` an offset from its left edge is on, or null beside it.
 * Grips lie inside where the bar is wide enough to keep a body between them, else outside.
 */
export function partAt(offset: number, width: number, grip: number, gripped: boolean): BarPart | null {
  const slack = Math.max(0, (TARGET - width) / 2);
  if (!gripped) return offset >= -slack && offset <= width + slack ? "body" : null;
  const inside = Math.min(grip, Math.max(0, (width - grip) / 2));
  const outside = Math.max(grip - inside, 3);
  if (offset < -outside || offset > width + outside) return offset >= -slack && offset <= width + slack ? "body" : null;
  if (offset < inside) return "start";
  return offset > width - inside ? "end" : "body";
}

export interface HitOptions {
  readonly touch: boolean;
  /** Bars whose grips reach outwards on touch: the selected ones. */
  readonly selected: ReadonlySet<string>;
  /** Edges are for linking, not for resizing; the handles are those of this bar. */
  readonly linkable?: GanttBar | null;
}

interface Found {
  bar: GanttBar | null;
  part: BarPart;
  distance: number;
}

function grips(bar: GanttBar, options: HitOptions, rowScale: number): boolean {
  if (!bar.editable || rowScale < 0.5 || options.linkable !== undefined) return false;
  return !options.touch || options.selected.has(bar.id);
}

/** How far outside of a bar's ends a point may be and still belong to it. */
const REACH = TARGET;

function nearestBar(
  schedule: Schedule,
  viewport: Viewport,
  row: number,
  x: number,
  y: number,
  options: HitOptions,
): Found {
  const found: Found = { bar: null, part: "body", distance: Number.POSITIVE_INFINITY };
  const line = schedule.line(row);
  const reach = REACH / viewport.scale;
  const time = viewport.timeAt(x);
  const grip = options.touch ? TOUCH_GRIP : GRIP;
  for (let at = firstReaching(line, time - reach); at < line.bars.length; at += 1) {
    const bar = line.bars[at] as GanttBar;
    if (bar.start > time + reach) break;
    if (bar.status === "off") continue;
    const top = viewport.laneTop(row, line.lanes[at] as number);
    const margin = LANE * viewport.rowScale < TARGET ? 1 : 2;
    if (y < top - margin || y > top + viewport.laneHeight + margin) continue;
    const left = viewport.xOf(bar.start);
    const width = (bar.end - bar.start) * viewport.scale;
    const part = partAt(x - left, width, grip, grips(bar, options, viewport.rowScale));
    if (part === null) continue;
    const distance = Math.max(0, left - x, x - left - width);
    if (distance < found.distance) {
      found.bar = bar;
      found.part = part;
      found.distance = distance;
    }
  }
  return found;
}

/** The band of time off behind a point, where no bar is. */
function bandAt(schedule: Schedule, row: number, time: number): GanttBar | null {
  const line = schedule.line(row);
  for (let at = firstReaching(line, time); at < line.bars.length; at += 1) {
    const bar = line.bars[at] as GanttBar;
    if (bar.start > time) break;
    if (bar.status === "off" && bar.end > time) return bar;
  }
  return null;
}

/** How far a link handle's middle lies from its bar's edge, and the target around it. */
export const HANDLE_GAP = 11;
const HANDLE_REACH = TARGET / 2;

function handleAt(schedule: Schedule, viewport: Viewport, x: number, y: number, bar: GanttBar): Hit | null {
  const row = schedule.rowIndex(bar.rowId);
  if (row < 0) return null;
  const middle = viewport.laneTop(row, Math.max(0, schedule.laneOf(bar))) + viewport.laneHeight / 2;
  if (Math.abs(y - middle) > HANDLE_REACH) return null;
  for (const edge of ["end", "start"] as const) {
    const at = viewport.xOf(bar[edge]) + (edge === "end" ? HANDLE_GAP : -HANDLE_GAP);
    if (Math.abs(x - at) <= HANDLE_REACH - 1) return { kind: "handle", bar, row, edge };
  }
  return null;
}

/** `slotAt` answers first: suggestions lie on top. */
export function hitTest(
  schedule: Schedule,
  viewport: Viewport,
  x: number,
  y: number,
  options: HitOptions,
  slotAt: (x: number, y: number) => number,
): Hit {
  if (x < 0 || y < 0 || x > viewport.width || y > viewport.height) return NOTHING;
  if (y < AXIS_HEIGHT) return x < viewport.headerWidth ? NOTHING : { kind: "axis", time: viewport.timeAt(x) };
  const row = viewport.rowAt(y);
  if (x < viewport.headerWidth) return row < 0 ? NOTHING : { kind: "header", row };
  const slot = slotAt(x, y);
  if (slot >= 0) return { kind: "slot", index: slot };
  const handle = options.linkable ? handleAt(schedule, viewport, x, y, options.linkable) : null;
  if (handle) return handle;
  if (row < 0) return NOTHING;
  const { bar, part } = nearestBar(schedule, viewport, row, x, y, options);
  if (bar) return { kind: "bar", bar, row, part };
  const time = viewport.timeAt(x);
  const band = bandAt(schedule, row, time);
  return band ? { kind: "bar", bar: band, row, part: "body" } : { kind: "cell", row, time };
}

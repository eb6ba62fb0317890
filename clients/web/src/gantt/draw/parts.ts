/** Owns the shapes of what draws: a pass over a canvas, and the drawing of one bar. */
import type { Stage } from "../stage.ts";
import type { GanttBar } from "../types.ts";
import type { Context } from "./shapes.ts";

/** One pass over a canvas. */
export type Layer = (ctx: Context, stage: Stage, dpr: number) => void;

export interface BarLook {
  /** A place in line to show, or 0. */
  rank: number;
  alpha: number;
  selected: boolean;
  hovered: boolean;
  lifted: boolean;
}

/** Draws one bar into a box whose sides may lie far beyond the screen. */
export type BarDrawing = (
  ctx: Context,
  stage: Stage,
  bar: GanttBar,
  x: number,
  y: number,
  width: number,
  height: number,
  look: BarLook,
  dpr: number,
) => void;

/** Owns the mapping between instants and pixels, and which named zoom a scale is nearest to. */
import type { Zoom, ZoomName } from "../types.ts";
import { DAY } from "./zone.ts";

export const MIN_PX_PER_DAY = 0.6;
export const MAX_PX_PER_DAY = 5760;
/** The range limits of the domain: years 2000 to 2100. */
export const MIN_TIME = Date.UTC(2000, 0, 1);
export const MAX_TIME = Date.UTC(2101, 0, 1);

/** How much of each named unit a view of ordinary width shows, in days. */
const SPAN: Record<ZoomName, number> = { day: 1.25, week: 9, month: 35 };

/** Keeps cells legible where the view is narrow, and near where it is wide. */
const FLOOR: Record<ZoomName, number> = { day: 640, week: 88, month: 22 };
const CEILING: Record<ZoomName, number> = { day: 1680, week: 240, month: 56 };

export function clampScale(pxPerDay: number): number {
  return Math.min(MAX_PX_PER_DAY, Math.max(MIN_PX_PER_DAY, pxPerDay));
}

/** Pixels per day of a zoom in a body `width` pixels wide. */
export function scaleOf(zoom: Zoom, width: number): number {
  if (typeof zoom === "number") return clampScale(zoom);
  return Math.min(CEILING[zoom], Math.max(FLOOR[zoom], width / SPAN[zoom]));
}

export function nearestZoom(pxPerDay: number): ZoomName {
  if (pxPerDay >= 380) return "day";
  return pxPerDay >= 66 ? "week" : "month";
}

/** Pixels per millisecond. */
export function perMs(pxPerDay: number): number {
  return pxPerDay / DAY;
}

/**
 * The left edge after a zoom that keeps the instant under `x` where it is.
 * `x` is measured from the body's left edge.
 */
export function zoomAbout(left: number, from: number, to: number, x: number): number {
  return left + x / perMs(from) - x / perMs(to);
}

export function clampLeft(left: number, pxPerDay: number, width: number): number {
  const span = width / perMs(pxPerDay);
  if (span >= MAX_TIME - MIN_TIME) return MIN_TIME - (span - (MAX_TIME - MIN_TIME)) / 2;
  return Math.min(MAX_TIME - span, Math.max(MIN_TIME, left));
}

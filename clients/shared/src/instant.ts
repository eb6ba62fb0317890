/** Owns instants: the wire's RFC 3339 text in UTC and milliseconds since 1970, both ways. */

/** Milliseconds since 1970 of a wire instant or of milliseconds already; NaN where it is neither. */
export function toMs(instant: string | number): number {
  return typeof instant === "number" ? instant : Date.parse(instant);
}

/** The wire form, in whole seconds: `2026-03-01T09:00:00Z`. */
export function toInstant(ms: number): string {
  return `${new Date(Math.round(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

const WIRE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Any way of writing an instant, as the wire writes it; nothing where it is none. */
export function wireInstant(instant: string): string {
  if (WIRE.test(instant)) return instant;
  const ms = Date.parse(instant);
  return Number.isNaN(ms) ? "" : toInstant(ms);
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

const ranges = new WeakMap<object, Range>();

/**
 * The half-open range of an entity in milliseconds. Entities never change, so each is parsed once:
 * a drag asks for hundreds of these within a frame.
 */
export function rangeOf(entity: { readonly start: string; readonly end: string }): Range {
  let range = ranges.get(entity);
  if (range === undefined) {
    range = { start: Date.parse(entity.start), end: Date.parse(entity.end) };
    ranges.set(entity, range);
  }
  return range;
}

/** Whether two half-open ranges share any instant. */
export function overlaps(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Owns the line at an artist's door as a client works it out: ranks, kept and added claims, fit. */

import { isLive } from "./tables.ts";
import type { Booking, Claim, FullBooking, Segment } from "./protocol.ts";

/**
 * Claim numbers made up here start above all of the server's, so that what is added locally stands
 * at the tail of every line until the server gives it its number.
 */
export const PROVISIONAL_CLAIM = 2 ** 52;

const EXCLUSIVE: ReadonlySet<string> = new Set(["pencil", "confirmed", "busy"]);

export function isExclusive(booking: Booking): boolean {
  return EXCLUSIVE.has(booking.status);
}

export function isFull(booking: Booking): booking is FullBooking {
  return booking.status !== "busy" && booking.status !== "free";
}

/** Masked bookings show no claims; they stand before anything a reader of them may place. */
function claimsOf(booking: Booking): readonly Claim[] {
  return isFull(booking) ? booking.claims : [{ number: 0, start: booking.start, end: booking.end }];
}

/** Bookings of `line` (in order of start) that share time with `[start, end)`, except one. */
export function overlapping(line: readonly Booking[], start: string, end: string, exceptId?: string): Booking[] {
  const found: Booking[] = [];
  for (const booking of line) {
    if (booking.start >= end) break;
    if (booking.end > start && booking.id !== exceptId) found.push(booking);
  }
  return found;
}

/** The booking with `rank` and `segments` derived from the other live bookings of its artist. */
export function ranked(booking: FullBooking, line: readonly Booking[]): FullBooking {
  if (!isLive(booking)) return { ...booking, rank: null, segments: [] };
  const segments = segmentsOf(booking, overlapping(line, booking.start, booking.end, booking.id));
  const rank = Math.max(...segments.map((segment) => segment.rank));
  return sameSegments(booking.segments, segments) && booking.rank === rank ? booking : { ...booking, rank, segments };
}

function segmentsOf(booking: FullBooking, rivals: readonly Booking[]): Segment[] {
  const cuts = new Set([booking.start, booking.end]);
  for (const claim of booking.claims) cuts.add(claim.start);
  for (const rival of rivals) {
    for (const claim of claimsOf(rival)) {
      for (const t of [claim.start, claim.end]) if (booking.start < t && t < booking.end) cuts.add(t);
    }
  }
  const times = [...cuts].sort();
  const merged: Segment[] = [];
  for (let i = 0; i + 1 < times.length; i++) {
    const [start, end] = [times[i] ?? "", times[i + 1] ?? ""];
    const rank = 1 + rivals.filter((rival) => holdsBefore(rival, start, numberAt(booking, start))).length;
    const last = merged.at(-1);
    if (last?.rank === rank) merged[merged.length - 1] = { start: last.start, end, rank };
    else merged.push({ start, end, rank });
  }
  return merged;
}

function sameSegments(a: readonly Segment[], b: readonly Segment[]): boolean {
  return (
    a.length === b.length &&
    a.every((s, i) => s.start === b[i]?.start && s.end === b[i]?.end && s.rank === b[i]?.rank)
  );
}

function numberAt(booking: FullBooking, at: string): number {
  return booking.claims.find((claim) => claim.start <= at && at < claim.end)?.number ?? PROVISIONAL_CLAIM;
}

function holdsBefore(rival: Booking, at: string, number: number): boolean {
  return claimsOf(rival).some((claim) => claim.number < number && claim.start <= at && at < claim.end);
}

/** Claims for a new range: kept where both ranges share time, `added` on what is new. */
export function rerange(claims: readonly Claim[], start: string, end: string, added: number): Claim[] {
  const result: Claim[] = [];
  let reached = start;
  for (const claim of claims) {
    if (claim.start >= end || claim.end <= start) continue;
    const from = claim.start > start ? claim.start : start;
    const to = claim.end < end ? claim.end : end;
    if (reached < from) result.push({ number: added, start: reached, end: from });
    result.push({ number: claim.number, start: from, end: to });
    reached = to;
  }
  if (reached < end) result.push({ number: added, start: reached, end });
  return result;
}

/** Why a booking may not stand where its claims put it. */
export interface Misfit {
  readonly code: "conflict" | "not_first";
  readonly blocking: readonly Booking[];
}

/**
 * Whether a booking fits into its artist's line, by the server's rule: exclusive bookings exclude
 * each other and must stand first; holds queue behind anything but confirmed work, and behind that
 * only on standby.
 */
export function misfit(booking: FullBooking, line: readonly Booking[]): Misfit | null {
  const rivals = overlapping(line, booking.start, booking.end, booking.id);
  if (isExclusive(booking)) {
    const clashes = rivals.filter(isExclusive);
    if (clashes.length > 0) return { code: "conflict", blocking: clashes };
    const ahead = rivals.filter((rival) => standsBefore(rival, booking));
    return ahead.length > 0 ? { code: "not_first", blocking: ahead } : null;
  }
  if (booking.standby) return null;
  const ahead = rivals.filter(
    (rival) => (rival.status === "confirmed" || rival.status === "busy") && standsBefore(rival, booking),
  );
  return ahead.length > 0 ? { code: "conflict", blocking: ahead } : null;
}

function standsBefore(rival: Booking, booking: FullBooking): boolean {
  return claimsOf(rival).some((theirs) =>
    booking.claims.some((mine) => mine.start < theirs.end && theirs.start < mine.end && theirs.number < mine.number),
  );
}

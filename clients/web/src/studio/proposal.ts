// What taking the dates an artist proposes would change, and what stands there.
import {
  isFull,
  provisionalRank,
  rangeOf,
  wouldConflict,
  type Booking,
  type FullBooking,
  type TimeOff,
} from "@production-tool/shared";

import { formatLength } from "../lib/format.ts";

export interface Standing {
  readonly bookings: ReadonlyMap<string, Booking>;
  readonly lines: ReadonlyMap<string, readonly Booking[]>;
  readonly timesOff: ReadonlyMap<string, TimeOff>;
}

export interface Comparison {
  /** "Starts 2 days later", "Ends 1 day earlier", "1 day shorter": what is other than asked. */
  readonly changes: readonly string[];
  /** Bookings on the proposed dates, in order of time. */
  readonly meets: readonly FullBooking[];
  /** The place in line it would have there. */
  readonly rank: number;
  /** Whether the dates can be taken as things stand: the artist's yes comes with them. */
  readonly fits: boolean;
  /** Time off that touches the proposed dates. */
  readonly off: readonly TimeOff[];
}

/** Null where nothing is proposed. */
export function compareProposal(booking: FullBooking, standing: Standing, zone: string): Comparison | null {
  const { counter } = booking;
  if (counter === null) return null;
  const line = standing.lines.get(booking.artist_id) ?? [];
  const meets = line.filter(
    (other): other is FullBooking =>
      other.id !== booking.id && isFull(other) && other.start < counter.end && counter.start < other.end,
  );
  const wish = { artist_id: booking.artist_id, ...rangeOf(counter), status: "hold", exceptId: booking.id } as const;
  const off = [...standing.timesOff.values()].filter(
    (each) =>
      each.artist_id === booking.artist_id &&
      (each.state === "approved" || each.state === "requested") &&
      each.start < counter.end &&
      counter.start < each.end,
  );
  return {
    changes: changesOf(rangeOf(booking), rangeOf(counter), zone),
    meets,
    rank: provisionalRank(standing, wish),
    fits: wouldConflict(standing, wish) === null && !off.some(({ state }) => state === "approved"),
    off,
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function changesOf(asked: Span, proposed: Span, zone: string): string[] {
  const said: string[] = [];
  const later = (from: number, to: number): string =>
    `${formatLength(Math.min(from, to), Math.max(from, to), zone)} ${to > from ? "later" : "earlier"}`;
  if (proposed.start !== asked.start) said.push(`Starts ${later(asked.start, proposed.start)}`);
  if (proposed.end !== asked.end) said.push(`Ends ${later(asked.end, proposed.end)}`);
  const longer = proposed.end - proposed.start - (asked.end - asked.start);
  if (longer === 0) said.push("Just as long");
  else said.push(`${formatLength(0, Math.abs(longer), "UTC")} ${longer > 0 ? "longer" : "shorter"}`);
  return said;
}

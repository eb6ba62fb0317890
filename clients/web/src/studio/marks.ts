// What stands beside a booking: challenges it takes part in, clocks that run, time off asked for on its dates.
import { rangeOf, toMs, type Challenge, type FullBooking, type TimeOff } from "@production-tool/shared";

import type { BarDue, GanttBar } from "../gantt/types.ts";

/** How a booking stands in the challenges under way. */
export interface ContestMark {
  readonly contest: "challenged" | "challenging";
  /** Until when it has to answer, or, for a challenger, to be confirmed once it has won. */
  readonly due: BarDue | null;
}

/** Who is challenged and who challenges, by booking; being asked for an answer outweighs asking. */
export function contestMarks(challenges: Iterable<Challenge>): ReadonlyMap<string, ContestMark> {
  const marks = new Map<string, ContestMark>();
  for (const challenge of challenges) {
    if (challenge.closed_at !== null) continue;
    const asks = marks.get(challenge.booking_id);
    if (asks?.contest !== "challenged") marks.set(challenge.booking_id, challengerMark(challenge));
    if (challenge.state !== "open") continue;
    for (const { booking_id, deadline, outcome } of challenge.targets) {
      if (outcome !== "pending") continue;
      const at = toMs(deadline);
      const known = marks.get(booking_id);
      if (known?.contest === "challenged" && known.due !== null && known.due.at <= at) continue;
      marks.set(booking_id, { contest: "challenged", due: { kind: "challenge", at } });
    }
  }
  return marks;
}

function challengerMark({ confirm_by }: Challenge): ContestMark {
  return { contest: "challenging", due: confirm_by === null ? null : { kind: "confirm", at: toMs(confirm_by) } };
}

/** The clock of a booking that strikes next. */
export function dueOf(booking: FullBooking, mark: ContestMark | undefined): BarDue | null {
  if (mark?.due != null) return mark.due;
  if (booking.status !== "hold") return null;
  const expiry: BarDue | null = booking.expires_at === null ? null : { kind: "expiry", at: toMs(booking.expires_at) };
  if (booking.response_deadline === null || booking.response !== "none") return expiry;
  const answer: BarDue = { kind: "answer", at: toMs(booking.response_deadline) };
  return expiry !== null && expiry.at < answer.at ? expiry : answer;
}

/** Time off that is asked for and not yet answered, by artist. */
export function requestsByArtist(timesOff: Iterable<TimeOff>): ReadonlyMap<string, readonly TimeOff[]> {
  const byArtist = new Map<string, TimeOff[]>();
  for (const off of timesOff) {
    if (off.state !== "requested") continue;
    const known = byArtist.get(off.artist_id);
    if (known === undefined) byArtist.set(off.artist_id, [off]);
    else known.push(off);
  }
  return byArtist;
}

/** The request that a booking lies over, or null. */
export function requestOver(booking: FullBooking, requests: readonly TimeOff[] | undefined): TimeOff | null {
  return requests?.find((off) => off.start < booking.end && booking.start < off.end) ?? null;
}

export const OVER_REQUEST = "time off asked for on these dates";

const OFF_PREFIX = "off:";

/** Selection and rows of the grid name time off by this, so that it is never taken for a booking. */
export function offBarId(id: string): string {
  return `${OFF_PREFIX}${id}`;
}

/** The id of time off where that is what a bar stands for, else null. */
export function offIdOf(barId: string): string | null {
  return barId.startsWith(OFF_PREFIX) ? barId.slice(OFF_PREFIX.length) : null;
}

const OFF_COLOUR = "#7c7f87";

/** The band on the schedule; null for what was refused or taken back. */
export function offBar(off: TimeOff): GanttBar | null {
  if (off.state !== "requested" && off.state !== "approved") return null;
  const words = off.state === "approved" ? "Time off" : "Time off requested";
  const note = off.note?.trim() ?? "";
  return {
    id: offBarId(off.id),
    rowId: off.artist_id,
    ...rangeOf(off),
    title: note === "" ? words : `${words}: ${note}`,
    status: "off",
    off: off.state,
    colour: OFF_COLOUR,
    editable: false,
    version: off.version,
  };
}

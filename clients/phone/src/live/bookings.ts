// The artist's own bookings and time off, sorted for the screens.
import { isFull, rangeOf, toMs, type Booking, type FullBooking, type TimeOff } from "@production-tool/shared";

import { useMemo } from "preact/hooks";

import { useNow } from "../time/now.ts";
import { useLive, type LiveState } from "./live.ts";

const NONE: readonly Booking[] = [];

function ownLine({ me, lines }: LiveState): readonly Booking[] {
  return lines.get(me?.artist_id ?? "") ?? NONE;
}

/** The artist's live bookings in order of start. */
export function useOwn(): readonly FullBooking[] {
  const line = useLive(ownLine);
  return useMemo(() => line.filter(isFull), [line]);
}

export interface Inbox {
  /** Holds that want a yes or a no, the one that waits least long first. */
  readonly toAnswer: readonly FullBooking[];
  /** Answered holds: accepted and in line, or with other dates proposed. */
  readonly waiting: readonly FullBooking[];
}

/** Holds that are not over at `now`, in milliseconds since 1970. */
export function sortHolds(own: readonly FullBooking[], now: number): Inbox {
  const holds = own.filter((booking) => booking.status === "hold" && rangeOf(booking).end > now);
  const due = ({ response_deadline: deadline, start }: FullBooking): number => toMs(deadline ?? start);
  return {
    toAnswer: holds.filter(({ response }) => response === "none").sort((a, b) => due(a) - due(b)),
    waiting: holds.filter(({ response }) => response !== "none"),
  };
}

export function useInbox(): Inbox {
  const own = useOwn();
  const now = useNow(60_000);
  return useMemo(() => sortHolds(own, now), [own, now]);
}

/** What the artist is bound to, or has said yes to, on the days of `booking`. */
export function clashes(booking: FullBooking, own: readonly FullBooking[]): readonly FullBooking[] {
  const { start, end } = rangeOf(booking);
  return own.filter((other) => {
    if (other.id === booking.id || (other.status === "hold" && other.response !== "accepted")) return false;
    const range = rangeOf(other);
    return range.start < end && start < range.end;
  });
}

function timesOff({ timesOff }: LiveState): LiveState["timesOff"] {
  return timesOff;
}

/** The artist's own time off, asked for or approved, in order of start. */
export function useTimesOff(): readonly TimeOff[] {
  const all = useLive(timesOff);
  const artist = useLive(({ me }) => me?.artist_id ?? null);
  return useMemo(
    () => [...all.values()].filter((off) => off.artist_id === artist).sort((a, b) => (a.start < b.start ? -1 : 1)),
    [all, artist],
  );
}

// The artist's own bookings and time off, as the screens read them.
import { isFull, type Booking, type FullBooking, type TimeOff } from "@production-tool/shared";

import { useMemo } from "preact/hooks";

import { useNow } from "../time/now.ts";
import { useLive, type LiveState } from "./live.ts";
import { sortHolds, type Inbox } from "./sort.ts";

const NONE: readonly Booking[] = [];

function ownLine({ me, lines }: LiveState): readonly Booking[] {
  return lines.get(me?.artist_id ?? "") ?? NONE;
}

/** The artist's live bookings in order of start. */
export function useOwn(): readonly FullBooking[] {
  const line = useLive(ownLine);
  return useMemo(() => line.filter(isFull), [line]);
}

export function useInbox(): Inbox {
  const own = useOwn();
  const now = useNow(60_000);
  return useMemo(() => sortHolds(own, now), [own, now]);
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

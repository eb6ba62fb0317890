// The present, for what is counted down: by the minute, and by the second when little is left.
import { useEffect, useState } from "react";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Wakes with the minute; by the second in the last two before the nearest of the deadlines. */
export function useNow(...deadlines: readonly (number | null)[]): number {
  const [now, setNow] = useState(Date.now);
  const ahead = deadlines.filter((at): at is number => at !== null && at > now);
  const nearest = ahead.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...ahead);
  useEffect(() => {
    const present = Date.now();
    const minute = MINUTE - (present % MINUTE);
    const left = nearest - present;
    const pause = left < 2 * MINUTE + SECOND ? SECOND : Math.min(minute, left - 2 * MINUTE);
    const timer = setTimeout(() => setNow(Date.now()), Math.max(SECOND / 4, pause));
    return () => clearTimeout(timer);
  }, [now, nearest]);
  return now;
}

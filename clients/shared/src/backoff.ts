/** Owns how long to wait before trying again. */

export interface Pace {
  readonly baseMs: number;
  readonly mostMs: number;
  /** The longest of the first attempts: what is away for moments is found again as soon as it is back. */
  readonly soonMs?: number;
}

/** So many attempts count as the first: about half a minute. */
const FIRST_ATTEMPTS = 30;

/**
 * Milliseconds to wait before attempt number `attempt` (from 0): exponential with full jitter, so
 * that thousands who were cut at once do not come back at once; never before `notBeforeMs`, which
 * is what the server asked for, and spread out behind it.
 */
export function backoff(pace: Pace, attempt: number, notBeforeMs = 0, random: () => number = Math.random): number {
  const most = attempt <= FIRST_ATTEMPTS ? (pace.soonMs ?? pace.mostMs) : pace.mostMs;
  const ceiling = Math.min(most, pace.baseMs * 2 ** Math.min(attempt, 30));
  const own = random() * ceiling;
  return notBeforeMs > 0 ? notBeforeMs + Math.max(own, random() * 0.5 * notBeforeMs) : own;
}

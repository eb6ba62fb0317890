/** Owns how long the client waits for what. */

import type { Pace } from "./backoff.ts";

/** Pauses in milliseconds. */
export interface Timing {
  /** Between attempts to connect. */
  readonly reconnect: Pace;
  /** Between repeats of a command the server asked to have again. */
  readonly repeat: Pace;
  /** How long an acknowledgement may take before the link counts as dead. */
  readonly patienceMs: number;
  /** How long an early batch waits for the one before it. */
  readonly gapMs: number;
  /** How long the events of an acknowledged command may take. */
  readonly lagMs: number;
  /** The shortest time after which a token is renewed. */
  readonly renewalMs: number;
  /** Between two copies of the state for next time. */
  readonly saveMs: number;
}

export const TIMING: Timing = {
  reconnect: { baseMs: 250, mostMs: 15_000, soonMs: 1_500 },
  repeat: { baseMs: 250, mostMs: 10_000, soonMs: 1_500 },
  patienceMs: 10_000,
  gapMs: 150,
  lagMs: 2_000,
  renewalMs: 5_000,
  saveMs: 1_000,
};

// Which moment of the past this window shows, and the schedule as it was then; how it is fetched is elsewhere.
import { create } from "zustand";

import type { Artist, Booking, Challenge, Project, TimeOff } from "@production-tool/shared";

import type { ConnectPast } from "../schedule/connect-past.ts";
import type { Difference } from "./api.ts";

/** As much of a state as the schedule is drawn from. */
export interface PastState {
  readonly artists: ReadonlyMap<string, Artist>;
  readonly projects: ReadonlyMap<string, Project>;
  readonly bookings: ReadonlyMap<string, Booking>;
  readonly challenges: ReadonlyMap<string, Challenge>;
  readonly timesOff: ReadonlyMap<string, TimeOff>;
  readonly lines: ReadonlyMap<string, readonly Booking[]>;
}

export interface Past {
  /** Whether the timeline is open at all. */
  readonly open: boolean;
  /** The moment asked for; null for the present. */
  readonly asked: number | null;
  /** The number of the event up to which this was so, and when it happened. */
  readonly seq: number | null;
  readonly at: number | null;
  readonly state: PastState | null;
  readonly loading: boolean;
  readonly fault: string | null;
  /** What has become other since; null while nobody compares. */
  readonly differences: readonly Difference[] | null;
  readonly more: boolean;
  readonly comparing: boolean;
  /** Draws the past onto the surface; comes with the timeline, since nobody else needs it. */
  readonly connect: ConnectPast | null;
}

export const PRESENT: Omit<Past, "connect"> = {
  open: false,
  asked: null,
  seq: null,
  at: null,
  state: null,
  loading: false,
  fault: null,
  differences: null,
  more: false,
  comparing: false,
};

export const usePast = create<Past>(() => ({ ...PRESENT, connect: null }));


export function openTimeline(): void {
  usePast.setState({ ...PRESENT, open: true });
}

let stop = new AbortController();

/** What is under way for one moment ends when another one is asked for. */
export function nextSignal(): AbortSignal {
  stop.abort();
  stop = new AbortController();
  return stop.signal;
}

export function presentSignal(): AbortSignal {
  return stop.signal;
}

/** Back to live: at once, whatever is under way. */
export function backToLive(): void {
  stop.abort();
  usePast.setState(PRESENT);
}

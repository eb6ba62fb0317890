// A draft laid over the live schedule: what it shows otherwise, and whose hands change it instead of the schedule.
import { create } from "zustand";

import type { GanttBar } from "../gantt/types.ts";
import type { Commands } from "../studio/commands.ts";

/** What gestures on the surface come to. */
export type Hand = Pick<Commands, "dropped" | "resized" | "removed" | "place">;

export interface Lens {
  /** The scenario; others see by it who is in it. */
  readonly id: string;
  /** Bookings that it shows otherwise, or adds. */
  readonly ids: ReadonlySet<string>;
  /** The bar of a booking as the draft has it; null where it has none. */
  see(id: string, bar: GanttBar | null): GanttBar | null;
  readonly hand: Hand;
}

/** The part that fills this is fetched with the planning; until then it costs nobody anything. */
export const useLens = create<{ lens: Lens | null }>(() => ({ lens: null }));

export function currentLens(): Lens | null {
  return useLens.getState().lens;
}

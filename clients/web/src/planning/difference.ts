// What a scenario would change, as the server works it out: what does not fit, days, money, how full people are.
import { useEffect, useRef, useState } from "react";

import type { Booking } from "@production-tool/shared";

import { ApiError, call } from "../session/api.ts";
import { useLive } from "../studio/live.tsx";
import { showClashes } from "./scenario-lens.ts";

export interface Pair<T> {
  readonly before: T;
  readonly after: T;
}

export interface Conflict {
  readonly booking_id: string;
  readonly action: "place" | "move" | "end";
  readonly kind: string;
  readonly text: string;
  /** The answers that settle it: `live` drops the change, `mine` keeps it. */
  readonly settle?: readonly ("mine" | "live")[];
}

interface Load {
  readonly working: number;
  readonly off: number;
  readonly confirmed: number;
  readonly pencil: number;
  readonly hold: number;
}

export interface Difference {
  readonly version: number;
  readonly seq: number;
  readonly fits: boolean;
  readonly added: readonly Booking[];
  readonly moved: readonly Pair<Booking>[];
  readonly removed: readonly Booking[];
  /** Others whose place in line changes by it. */
  readonly follows: readonly Pair<Booking>[];
  readonly conflicts: readonly Conflict[];
  readonly cost: readonly (Pair<number> & { readonly currency: string })[];
  readonly days: Pair<number>;
  readonly artists: readonly (Pair<Load> & { readonly artist_id: string })[];
}

/** Taken of the time somebody works, holds included; null where they do not work then. */
export function loadOf({ working, off, confirmed, pencil, hold }: Load): number | null {
  const there = working - off;
  return there <= 0 ? null : (confirmed + pencil + hold) / there;
}

export interface Looked {
  readonly found: Difference | null;
  readonly looking: boolean;
  readonly fault: unknown;
  readonly again: () => void;
}

/** Edits come in bursts, and so does live work. */
const PAUSE = 350;

interface Looker {
  poke(): void;
  stop(): void;
}

/** Looks one at a time, a pause after it is asked to; what changed meanwhile is looked at next. */
export function createLooker(look: (signal: AbortSignal) => Promise<void>, pause = PAUSE): Looker {
  const stopping = new AbortController();
  let state: "idle" | "waiting" | "looking" | "again" = "idle";
  const run = async (): Promise<void> => {
    state = "looking";
    await look(stopping.signal);
    const more = (state as string) === "again";
    state = "idle";
    if (more) poke();
  };
  function poke(): void {
    if (stopping.signal.aborted) return;
    if (state === "looking") state = "again";
    if (state !== "idle") return;
    state = "waiting";
    setTimeout(() => {
      if (!stopping.signal.aborted) void run();
    }, pause);
  }
  return { poke, stop: () => stopping.abort() };
}

/** The difference of a scenario, looked up anew as it and the schedule go on; what does not fit shows on the bars. */
export function useDifference(scenarioId: string): Looked {
  const version = useLive((state) => state.scenarios.get(scenarioId)?.version);
  const seq = useLive((state) => state.seq);
  const [looked, setLooked] = useState<Omit<Looked, "again">>({ found: null, looking: true, fault: null });
  const looker = useRef<Looker | null>(null);
  useEffect(() => {
    const made = createLooker(async (signal) => {
      setLooked((before) => ({ ...before, looking: true }));
      try {
        const { data } = await call<Difference>(`scenarios/${scenarioId}/difference`, { signal });
        if (signal.aborted) return;
        showClashes(new Map(data.conflicts.map(({ booking_id: id, text }) => [id, text])));
        setLooked({ found: data, looking: false, fault: null });
      } catch (fault) {
        // Committed or thrown away a moment ago: the panel closes by itself. Not there yet: it is told again.
        if (signal.aborted || (fault instanceof ApiError && fault.status === 404)) return;
        setLooked((before) => ({ ...before, looking: false, fault }));
      }
    });
    looker.current = made;
    made.poke();
    return () => made.stop();
  }, [scenarioId]);
  useEffect(() => looker.current?.poke(), [version, seq]);
  return { ...looked, again: () => looker.current?.poke() };
}

// Fetching the past: the schedule as it was at a moment, and what has become other since.
import { toInstant, type Booking } from "@production-tool/shared";

import { DAY } from "../lib/time.ts";
import { inWords } from "../session/api.ts";
import { readDifferences, readPast, type PastSchedule } from "./api.ts";
import { nextSignal, presentSignal, PRESENT, usePast, type PastState } from "./store.ts";

/** How far around what is on screen the past is fetched. */
const AROUND = 60 * DAY;
/** A hand on the slider rests this long before the server is asked. */
const PAUSE = 140;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows the schedule as it was at a moment; the present where that is null. */
export function showPast(at: number | null, view: { start: number; end: number }): void {
  const signal = nextSignal();
  clearTimeout(timer);
  if (at === null) {
    const { comparing } = usePast.getState();
    usePast.setState({ ...PRESENT, open: true, comparing });
    return;
  }
  usePast.setState({ asked: at, loading: true, fault: null });
  timer = setTimeout(() => {
    if (signal.aborted) return;
    load(at, view, signal).catch((fault: unknown) => {
      if (!signal.aborted) usePast.setState({ loading: false, fault: inWords(fault) });
    });
  }, PAUSE);
}

async function load(at: number, view: { start: number; end: number }, signal: AbortSignal): Promise<void> {
  const window = { start: toInstant(view.start - AROUND), end: toInstant(view.end + AROUND) };
  const answer = await readPast(toInstant(at), window, signal);
  const state = stateOf(answer.schedule);
  usePast.setState({ state, seq: answer.seq, at: answer.at, loading: false, differences: null });
  if (usePast.getState().comparing) await compare(answer.seq, signal);
}

async function compare(seq: number, signal: AbortSignal): Promise<void> {
  const { found, more } = await readDifferences(seq, signal);
  usePast.setState({ differences: found, more });
}

/** Marks what has become other since, or stops marking it. */
export function setComparing(comparing: boolean): void {
  usePast.setState({ comparing, ...(comparing ? {} : { differences: null, more: false }) });
  const { seq } = usePast.getState();
  const signal = presentSignal();
  if (!comparing || seq === null) return;
  compare(seq, signal).catch((fault: unknown) => {
    if (!signal.aborted) usePast.setState({ fault: inWords(fault) });
  });
}

const LIVE = new Set(["hold", "pencil", "confirmed", "busy"]);

export function stateOf(schedule: PastSchedule): PastState {
  const bookings = schedule.bookings.filter(({ status }) => LIVE.has(status));
  const lines = new Map<string, Booking[]>();
  for (const booking of bookings) {
    const line = lines.get(booking.artist_id);
    if (line === undefined) lines.set(booking.artist_id, [booking]);
    else line.push(booking);
  }
  return {
    artists: byId(schedule.artists),
    projects: byId(schedule.projects),
    bookings: byId(bookings),
    challenges: byId(schedule.challenges),
    timesOff: byId(schedule.times_off),
    lines,
  };
}

function byId<T extends { readonly id: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

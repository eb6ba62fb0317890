// What a scenario makes of each booking: where it stands now, where it would stand, in words for lists.
import {
  isFull,
  rangeOf,
  toInstant,
  type Booking,
  type ChangeWish,
  type FullBooking,
  type ScenarioChange,
} from "@production-tool/shared";

import { bookingName } from "../studio/words.ts";

export interface Place {
  readonly artistId: string;
  readonly start: number;
  readonly end: number;
}

/** One change with both of its places: none before what is placed, none after what ends. */
export interface Drawn {
  readonly change: ScenarioChange;
  readonly live: FullBooking | null;
  readonly before: Place | null;
  readonly after: Place | null;
}

export function drawnOf(change: ScenarioChange, bookings: ReadonlyMap<string, Booking>): Drawn {
  const found = bookings.get(change.booking_id);
  const live = found !== undefined && isFull(found) ? found : null;
  const before = change.action === "place" || live === null ? null : { artistId: live.artist_id, ...rangeOf(live) };
  return { change, live, before, after: change.action === "end" ? null : afterOf(change, before) };
}

/** A move keeps what it does not say. */
function afterOf({ artist_id: artist, start, end }: ScenarioChange, before: Place | null): Place | null {
  const artistId = artist ?? before?.artistId;
  const from = start === null ? before?.start : Date.parse(start);
  const until = end === null ? before?.end : Date.parse(end);
  return artistId === undefined || from === undefined || until === undefined ? null : { artistId, start: from, end: until };
}

export function nameOfDrawn(
  { change, live }: Drawn,
  projects: ReadonlyMap<string, { readonly name: string }>,
  phases: ReadonlyMap<string, { readonly name: string }>,
): string {
  const project = projects.get(change.project_id ?? live?.project_id ?? "")?.name;
  const phase = phases.get(change.phase_id ?? live?.phase_id ?? "")?.name;
  return bookingName(change.title || live?.title || phase || "", project);
}

const ORDER = { place: 0, move: 1, end: 2 } as const;

/** Changes of a scenario, in order of what they do and when. */
export function drawnIn(
  scenarioId: string,
  changes: Iterable<ScenarioChange>,
  bookings: ReadonlyMap<string, Booking>,
): Drawn[] {
  const found: Drawn[] = [];
  for (const change of changes) if (change.scenario_id === scenarioId) found.push(drawnOf(change, bookings));
  const at = ({ before, after }: Drawn): number => (after ?? before)?.start ?? 0;
  return found.sort(
    (a, b) =>
      ORDER[a.change.action] - ORDER[b.change.action] ||
      at(a) - at(b) ||
      a.change.booking_id.localeCompare(b.change.booking_id),
  );
}

/** A place for a booking as a change: of a new one whole, of one that stands as a move of it. */
export function wishFor(
  bookingId: string,
  place: Place,
  known: ScenarioChange | undefined,
  live: FullBooking | undefined,
): ChangeWish | null {
  const where = { artist_id: place.artistId, start: toInstant(place.start), end: toInstant(place.end) };
  const on = { on_version: known?.version ?? 0 };
  if (known?.action === "place") {
    const { id: _, scenario_id: __, version: ___, base_version: ____, ...rest } = known;
    return { ...rest, ...on, ...where };
  }
  if (live === undefined) return null;
  return {
    action: "move",
    booking_id: bookingId,
    base_version: known?.base_version ?? live.version,
    ...on,
    ...where,
    ...(live.status === "confirmed" ? { confirmed: true } : {}),
    note: known?.note ?? "",
  };
}

/** Whether a place is where the booking stands anyway. */
export function isWhere(live: FullBooking, { artistId, start, end }: Place): boolean {
  const at = rangeOf(live);
  return live.artist_id === artistId && at.start === start && at.end === end;
}

// Who else could do what was refused: the best slots of stand-ins, each with its reason.
import { isFull, rangeOf, toInstant, toMs, type Action, type Client } from "@production-tool/shared";

import { clockFor } from "../gantt/time/zone.ts";
import { slotLabel, type Instead, type Names, type Refusal } from "../studio/refusal.ts";
import { askSuggestions, reasonsOf } from "./suggestions.ts";
import { DAY, HOUR } from "../lib/time.ts";
import type { Range } from "./seats.ts";
import { daysWithin } from "./working-days.ts";

/** How long after the wished dates others are looked for. */
const REACH = 28 * DAY;
const OTHERS = 3;
/** What is shorter is looked for in hours. */
const SHORT = 12 * HOUR;

interface Wished extends Range {
  readonly artistId: string;
  readonly projectId: string | null;
  readonly phaseId: string | null;
}

/** The place a command asked for; null where it asked for none. */
export function wishedBy({ op, args }: Action, state: Pick<Client["state"], "bookings">): Wished | null {
  if (op === "booking.place") {
    const { artist_id: artistId, project_id: projectId = null, phase_id: phaseId = null } = args;
    return { artistId, projectId, phaseId, start: toMs(args.start), end: toMs(args.end) };
  }
  if (op !== "booking.move" && op !== "booking.resize" && op !== "booking.reassign") return null;
  const booking = state.bookings.get(args.booking_id);
  if (booking === undefined || !isFull(booking)) return null;
  const range = op === "booking.reassign" ? rangeOf(booking) : { start: toMs(args.start), end: toMs(args.end) };
  const artistId = op === "booking.resize" ? booking.artist_id : (args.artist_id ?? booking.artist_id);
  return { artistId, projectId: booking.project_id, phaseId: booking.phase_id, ...range };
}

/** Whole days with the clocks of what was wished: nine to six stays nine to six. */
function clocked(days: Range, zone: string, wished: Range, wishedZone: string): { start: string; end: string } {
  const [there, here] = [clockFor(zone), clockFor(wishedZone)];
  const into = here.toLocal(wished.start) % DAY;
  const before = (DAY - (here.toLocal(wished.end) % DAY)) % DAY;
  return {
    start: toInstant(there.shift(days.start, into)),
    end: toInstant(there.shift(days.end, -before)),
  };
}

/** The other days of the same artist stay; others come with their reasons. Null where there is nobody else. */
export async function insteadOf(
  client: Client,
  action: Action,
  refusal: Refusal,
  names: Names,
): Promise<readonly Instead[] | null> {
  const { state } = client;
  const wished = wishedBy(action, state);
  const artist = wished === null ? undefined : state.artists.get(wished.artistId);
  if (wished === null || artist === undefined || state.me?.role === "freelancer") return null;
  const { start, end } = wished;
  const short = end - start < SHORT;
  try {
    const { suggestions: others } = await askSuggestions({
      // Days count from midnight to midnight: what begins at nine is not to lose its first one.
      start: short ? start : start - DAY / 2,
      end: end + REACH,
      ...(short ? { hours: Math.max(0.5, Math.ceil((2 * (end - start)) / HOUR) / 2) } : { days: daysWithin(artist, wished) }),
      insteadOf: artist.id,
      projectId: wished.projectId,
      phaseId: wished.phaseId,
      inLine: false,
      limit: OTHERS,
    });
    if (others.length === 0) return null;
    return [
      ...refusal.instead.filter(({ slot }) => slot.artist_id === artist.id),
      ...others.map((each): Instead => {
        const zone = state.artists.get(each.artist_id)?.zone ?? artist.zone;
        const range = each.granularity === "time" ? each : clocked(rangeOf(each), zone, wished, artist.zone);
        const slot = { artist_id: each.artist_id, ...range };
        return { slot, label: slotLabel(slot, artist.id, names), detail: reasonsOf(each) };
      }),
    ];
  } catch {
    // What the server said on its way stands: more would have been a help, not an answer.
    return null;
  }
}

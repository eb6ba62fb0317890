// Placing what is open: the hold a suggestion stands for, and offering the best places on the schedule itself.
import { rangeOf, type Client } from "@production-tool/shared";

import { formatDay, formatRange } from "../lib/format.ts";
import { wallClock } from "../lib/time.ts";
import { currentLens } from "../schedule/lens.ts";
import { inWords } from "../session/api.ts";
import type { Commands } from "../studio/commands.ts";
import { setUi, showRows, type Offer } from "../studio/ui.ts";
import { toast } from "../ui/toasts.ts";
import { windowsOf, type Range, type Seat } from "./seats.ts";
import { askSuggestions, reasonsOf, type Suggestion } from "./suggestions.ts";

export interface Held extends Range {
  readonly artistId: string;
  readonly granularity?: "day" | "half_day" | "time";
}

/** A hold for the seat at a place; refusals offer what is free instead, as with any booking. */
export function holdSeat(client: Client, commands: Commands, seat: Seat, place: Held): void {
  const name = client.state.artists.get(place.artistId)?.name ?? "the artist";
  (currentLens()?.hand ?? commands).place({
    artist_id: place.artistId,
    start: place.start,
    end: place.end,
    title: seat.phase.name,
    project_id: seat.phase.project_id,
    phase_id: seat.phase.id,
    status: "hold",
    said: `Held ${name} for “${seat.phase.name}”.`,
    granularity: place.granularity ?? (seat.days % 1 === 0 ? "day" : "half_day"),
  });
}

/** "Mon, Jan 4 – Thu, Jan 14, midday": days are the artist's own, hours the studio's. */
export function slotWords(
  slot: Pick<Suggestion, "start" | "end" | "granularity">,
  artistZone: string,
  { zone, locale }: { readonly zone: string; readonly locale: string },
): string {
  const { start, end } = rangeOf(slot);
  if (slot.granularity === "time") return formatRange(start, end, zone, locale);
  const [from, until] = [wallClock(start, artistZone), wallClock(end - 1, artistZone)];
  const first = formatDay(start, artistZone, locale) + (from.time === "12:00" ? ", midday" : "");
  const last = formatDay(end - 1, artistZone, locale) + (until.time === "11:59" ? ", midday" : "");
  return from.date === until.date ? formatHalf(first, from.time, until.time) : `${first} – ${last}`;
}

function formatHalf(day: string, from: string, until: string): string {
  if (from === "12:00") return day.replace(", midday", ", afternoon");
  return until === "11:59" ? `${day}, morning` : day;
}

export interface Best {
  readonly suggestions: readonly Suggestion[];
  /** Why there are none, or that they are later than planned. */
  readonly note: string;
}

/** The best places for a seat: on the phase's dates, else after them. */
export async function bestFor(seat: Seat, signal: AbortSignal, now = Date.now()): Promise<Best> {
  const { phase, skill, days } = seat;
  let note = "";
  for (const [turn, window] of windowsOf(phase, now).entries()) {
    const found = await askSuggestions(
      { ...window, days, phaseId: phase.id, ...(skill === null ? {} : { skills: [skill] }) },
      signal,
    );
    if (found.suggestions.length > 0) {
      return { suggestions: found.suggestions, note: turn === 0 ? "" : "Nothing is free on the planned dates; these are later." };
    }
    note = found.why_none;
  }
  return { suggestions: [], note };
}

export function offerOf(suggestion: Suggestion, act: () => void): Offer {
  return {
    slot: {
      rowId: suggestion.artist_id,
      ...rangeOf(suggestion),
      label: `${Math.round(suggestion.score)} · ${reasonsOf(suggestion)}`,
    },
    act,
  };
}

/** The best places for a seat as ghosts on the schedule; Tab goes round, Enter takes, Escape leaves it. */
export async function offerSeat(
  client: Client,
  commands: Commands,
  seat: Seat,
  signal: AbortSignal,
  taken: () => void = () => undefined,
): Promise<boolean> {
  try {
    const { suggestions, note } = await bestFor(seat, signal);
    if (signal.aborted) return false;
    if (suggestions.length === 0) {
      toast({ title: `No place for “${seat.phase.name}”`, text: note, key: "no-place" });
      return false;
    }
    showRows("artists");
    setUi({
      offers: suggestions.map((each) =>
        offerOf(each, () => {
          taken();
          holdSeat(client, commands, seat, { artistId: each.artist_id, ...rangeOf(each), granularity: each.granularity });
        }),
      ),
    });
    if (note !== "") toast({ title: note, key: "no-place" });
    return true;
  } catch (fault) {
    if (!signal.aborted) toast({ tone: "bad", title: "No suggestions", text: inWords(fault), key: "no-place" });
    return false;
  }
}

// A refused command in words: what did not happen, who stands in the way, what is free instead.
import { rangeOf, type Blocking, type CommandError, type Op, type Slot } from "@production-tool/shared";

import { formatRange } from "../lib/format.ts";
import { bookingName, statusWord } from "./words.ts";

export interface Names {
  artist: (id: string) => string | undefined;
  project: (id: string) => string | undefined;
  zone: string;
  locale: string;
}

/** A free place, in words for its button, and why this one. */
export interface Instead {
  readonly slot: Slot;
  readonly label: string;
  readonly detail?: string;
}

export interface Refusal {
  readonly title: string;
  readonly text: string;
  /** Free places, each with the words for its button. */
  readonly instead: readonly Instead[];
  /** Whether the place could be had as a tentative claim in line. */
  readonly canQueue: boolean;
  /** Whether only confirmed work stands there: a hold would have to stand by. */
  readonly behindConfirmed: boolean;
  /** The rank a hold would get there, where the server said so. */
  readonly rank: number | null;
  /** Whether somebody else set the same in the meantime, which saving again would replace. */
  readonly meanwhile: boolean;
}

const NOT_DONE: Partial<Record<Op, string>> = {
  "booking.place": "Not booked",
  "booking.move": "Not moved",
  "booking.resize": "Not resized",
  "booking.reassign": "Not reassigned",
  "booking.edit": "Not saved",
  "booking.accept": "Not accepted",
  "booking.decline": "Not declined",
  "booking.withdraw": "Not withdrawn",
  "booking.confirm": "Not confirmed",
  "booking.release": "Not released",
  "booking.cancel": "Not cancelled",
  "booking.counter": "Not proposed",
  "booking.answer_counter": "Not answered",
  "challenge.open": "Not challenged",
  "challenge.answer": "Not answered",
  "challenge.withdraw": "Not withdrawn",
  "history.undo": "Not undone",
  "history.restore": "Not restored",
  "phase.move": "Not moved",
  "project.shift": "Not moved",
  "dependency.add": "Not tied",
  "series.place": "Not booked",
  "series.edit": "Not changed",
  "series.release": "Not released",
  "time_off.request": "Not asked for",
  "time_off.answer": "Not answered",
  "time_off.cancel": "Not cancelled",
  "bulk.apply": "Nothing was changed",
};

function rangeWords(slot: Slot, names: Names): string {
  const { start, end } = rangeOf(slot);
  return formatRange(start, end, names.zone, names.locale);
}

/** "Ada is confirmed for Shot 040, Mon 12 Jan – Fri 16 Jan." per blocking claim, at most two. */
function blockers(blocking: readonly Blocking[], names: Names): string {
  const said = blocking.slice(0, 2).map((claim) => {
    const who = names.artist(claim.artist_id) ?? "The artist";
    const when = rangeWords(claim, names);
    const project = claim.project_id === null ? undefined : names.project(claim.project_id);
    const what = bookingName(claim.title, project);
    return `${who} has “${what}” (${statusWord(claim.status).toLowerCase()}) ${when}.`;
  });
  const more = blocking.length - said.length;
  if (more > 0) said.push(`${more} more ${more === 1 ? "booking stands" : "bookings stand"} there.`);
  return said.join(" ");
}

export function slotLabel(slot: Slot, wanted: string | undefined, names: Names): string {
  const when = rangeWords(slot, names);
  if (slot.artist_id === wanted) return when;
  return `${names.artist(slot.artist_id) ?? "Another artist"}, ${when}`;
}

/** "Changed meanwhile to “Shot 12”.": what somebody else set, of what the refused command was to set. */
function changedWords(error: CommandError, names: Names, edited: readonly string[]): string | null {
  const current = error.data?.current?.booking;
  if (error.code !== "stale_version" || current == null) return null;
  const { title, notes, project_id: project } = current;
  if (edited.includes("title")) return `Changed meanwhile to “${title}”.`;
  if (edited.includes("notes")) return `Changed meanwhile to “${notes}”.`;
  if (edited.includes("start")) return `Changed meanwhile to ${rangeWords(current, names)}.`;
  if (!edited.includes("project_id")) return null;
  return `Changed meanwhile to ${project === null ? "no project" : (names.project(project) ?? "another project")}.`;
}

/**
 * `wanted` is the artist the command was for: an alternative with somebody else says with whom. `edited`
 * names the arguments it came with.
 */
export function readRefusal(
  op: Op,
  error: CommandError,
  names: Names,
  wanted?: string,
  edited: readonly string[] = [],
): Refusal {
  // A bulk command is refused for its first refused item; what stands in the way is told there.
  const data = error.data?.items?.[0]?.data ?? error.data ?? {};
  const blocking = data.blocking ?? [];
  const who = blockers(blocking, names);
  const clash = error.code === "conflict" || error.code === "not_first";
  return {
    title: NOT_DONE[op] ?? "Not done",
    text: clash && who !== "" ? who : (changedWords(error, names, edited) ?? error.message),
    instead: (data.alternatives ?? []).slice(0, 3).map((slot) => ({ slot, label: slotLabel(slot, wanted, names) })),
    canQueue: clash,
    behindConfirmed: blocking.some((claim) => claim.status === "confirmed"),
    rank: data.rank ?? null,
    meanwhile: error.code === "stale_version",
  };
}

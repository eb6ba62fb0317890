// From bookings and artists to what the Gantt draws.
import {
  isFull,
  rangeOf,
  type Artist,
  type Booking,
  type FullBooking,
  type Project,
  type ReaderRole,
  type TimeOff,
} from "@production-tool/shared";

import type { GanttBar, GanttRow, Weekday } from "../gantt/types.ts";
import { NO_PROJECT_COLOUR } from "../lib/colour.ts";
import { dueOf, OVER_REQUEST, requestOver, type ContestMark } from "./marks.ts";
import { bookingName } from "./words.ts";

export interface BarContext {
  readonly projects: ReadonlyMap<string, Project>;
  readonly pendingIds: ReadonlySet<string>;
  readonly role: ReaderRole;
  /** Challenges under way, by booking. */
  readonly contests: ReadonlyMap<string, ContestMark>;
  /** Unanswered requests for time off, by artist. */
  readonly requests: ReadonlyMap<string, readonly TimeOff[]>;
  /** Projects in the foreground; empty means all are. */
  readonly inFocus: ReadonlySet<string>;
}

const LIVE = new Set(["hold", "pencil", "confirmed"]);

/** Null for what has ended and so is not on the schedule. */
export function barOf(booking: Booking, context: BarContext): GanttBar | null {
  const { start, end } = rangeOf(booking);
  const base = { id: booking.id, rowId: booking.artist_id, start, end, version: booking.version };
  if (!isFull(booking)) {
    if (booking.status === "free") return null;
    return { ...base, title: "Busy", status: "busy", colour: NO_PROJECT_COLOUR, editable: false };
  }
  if (!LIVE.has(booking.status)) return null;
  const project = booking.project_id === null ? undefined : context.projects.get(booking.project_id);
  const behind = context.inFocus.size > 0 && !(booking.project_id !== null && context.inFocus.has(booking.project_id));
  return {
    ...base,
    title: bookingName(booking.title, project?.name),
    status: booking.status as GanttBar["status"],
    colour: behind ? NO_PROJECT_COLOUR : (project?.colour ?? NO_PROJECT_COLOUR),
    editable: context.role !== "freelancer",
    // A booking without a title goes by its project; saying that twice helps nobody.
    ...(project === undefined || booking.title.trim() === "" ? {} : { projectName: project.name }),
    ...(booking.rank === null ? {} : { rank: booking.rank }),
    ...(context.pendingIds.has(booking.id) ? { pending: true } : {}),
    ...tradeOf(booking, context),
  };
}

type Trade = Pick<GanttBar, "segments" | "contest" | "due" | "warning" | "proposed">;

/** What the trade has to say of a booking beyond its place. */
function tradeOf(booking: FullBooking, { contests, requests }: BarContext): Trade {
  const mark = contests.get(booking.id);
  const due = dueOf(booking, mark);
  const several = booking.status === "hold" && booking.segments.length > 1;
  return {
    ...(several ? { segments: booking.segments.map(({ rank, ...range }) => ({ ...rangeOf(range), rank })) } : {}),
    ...(mark === undefined ? {} : { contest: mark.contest }),
    ...(due === null ? {} : { due }),
    ...(requestOver(booking, requests.get(booking.artist_id)) === null ? {} : { warning: OVER_REQUEST }),
    ...(booking.counter === null ? {} : { proposed: rangeOf(booking.counter) }),
  };
}

/** The skills a row has room for, strongest first. */
export function skillLine(artist: Artist): string {
  const skills = [...(artist.skills ?? [])].sort((a, b) => b.level - a.level);
  return skills
    .slice(0, 3)
    .map((skill) => skill.name)
    .join(", ");
}

const ALL_WEEK: GanttRow["working"] = ([0, 1, 2, 3, 4, 5, 6] as const).map((day) => ({
  day,
  start: "00:00",
  end: "24:00",
}));

/** Whose hours this reader may not know is drawn as always at work, rather than never. */
function workingOf({ working_hours: hours }: Artist): GanttRow["working"] {
  return hours?.map(({ day, start, end }) => ({ day: day as Weekday, start, end })) ?? ALL_WEEK;
}

export function rowOf(artist: Artist, daysOff: GanttRow["daysOff"] = undefined): GanttRow {
  const detail = skillLine(artist);
  return {
    id: artist.id,
    name: artist.name,
    zone: artist.zone,
    working: workingOf(artist),
    ...(detail === "" ? {} : { detail }),
    ...(artist.active ? {} : { bookable: false }),
    ...(daysOff === undefined || daysOff.length === 0 ? {} : { daysOff }),
  };
}

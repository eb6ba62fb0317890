// An import as the server tells it: what was found, what was wrong, how far it has come.
import { call } from "../session/api.ts";

export type ImportKind = "artists" | "projects" | "bookings" | "calendar" | "imopse";
export type ImportMode = "atomic" | "skip";

/** One thing in the file that cannot be imported as it stands. */
export interface ImportProblem {
  readonly line: number | null;
  readonly column: string | null;
  readonly value: string | null;
  readonly code: string;
  readonly reason: string;
  readonly expected: string | null;
}

export interface ImportOptions {
  readonly kind: ImportKind | null;
  readonly mode: ImportMode;
  readonly artistId: string | null;
  readonly dryRun: boolean;
}

const CALENDAR = /\.(ics|ical|ifb|icalendar)$/iu;

/** The kind a file's name gives away; CSV files have to be looked into. */
export function kindByName(name: string): ImportKind | null {
  if (CALENDAR.test(name)) return "calendar";
  if (/\.def$/iu.test(name)) return "imopse";
  return null;
}

export const KIND_WORDS: Record<ImportKind, string> = {
  artists: "Artists",
  projects: "Projects",
  bookings: "Bookings",
  calendar: "Calendar of an artist",
  imopse: "iMOPSE project",
};

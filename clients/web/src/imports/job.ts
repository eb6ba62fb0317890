// An import as the server tells it: sent over REST, watched until it is done.
import { call } from "../session/api.ts";

export type ImportKind = "artists" | "projects" | "bookings" | "calendar" | "imopse";
export type ImportMode = "atomic" | "skip";
/** Which number of 03/04/2026 is the day: the first or the second. */
export type DateOrder = "dmy" | "mdy";
export type ImportStage = "waiting" | "reading" | "comparing" | "writing" | "done";

/** One thing in the file that cannot be imported as it stands; `line` counts from 1. */
export interface ImportProblem {
  readonly line: number | null;
  readonly column: string | null;
  readonly value: string | null;
  readonly code: string;
  readonly reason: string;
  readonly expected: string | null;
  readonly blocks_file: boolean;
}

export interface ImportReport {
  readonly kind: ImportKind | null;
  readonly mode: ImportMode;
  readonly dry_run: boolean;
  readonly written: boolean;
  readonly rows: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly refused: number;
  readonly problems: readonly ImportProblem[];
  readonly problems_total: number;
  readonly notes: readonly string[];
}

export interface ImportProgress {
  readonly stage: ImportStage;
  readonly done: number;
  readonly total: number;
}

export interface ImportJob {
  readonly id: string;
  readonly progress: ImportProgress;
  readonly report: ImportReport | null;
  readonly error: { readonly message: string } | null;
}

export interface ImportOptions {
  /** Null lets the server tell it from name and content. */
  readonly kind: ImportKind | null;
  readonly mode: ImportMode;
  readonly artistId: string | null;
  /** Null infers it from the dates of the file. */
  readonly dateOrder: DateOrder | null;
  readonly dryRun: boolean;
}

const FIRST_LOOK = 150;
const SLOWEST_LOOK = 1000;

/** The kind a file's name gives away; a CSV file has to be looked into. */
export function kindByName(name: string): ImportKind | null {
  if (/\.(ics|ical|ifb|icalendar)$/iu.test(name)) return "calendar";
  if (/\.def$/iu.test(name)) return "imopse";
  return null;
}

export const KIND_WORDS: Record<ImportKind, string> = {
  artists: "Artists",
  projects: "Projects",
  bookings: "Bookings",
  calendar: "Calendar of an artist (.ics)",
  imopse: "Project with phases (.def)",
};

const STAGE_WORDS: Record<ImportStage, string> = {
  waiting: "Waiting for its turn",
  reading: "Reading the file",
  comparing: "Comparing with what the studio has",
  writing: "Writing",
  done: "Done",
};

export function progressWords({ stage, done, total }: ImportProgress): string {
  const far = total > 0 ? `: ${done.toLocaleString("en")} of ${total.toLocaleString("en")}` : "";
  return `${STAGE_WORDS[stage]}${far}`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

/** Sends the file and gives the report; `tell` hears how far it is. Throws what `call` throws. */
export async function runImport(
  file: File,
  options: ImportOptions,
  tell: (progress: ImportProgress) => void,
  signal: AbortSignal,
): Promise<ImportReport> {
  const form = new FormData();
  if (options.kind !== null) form.set("kind", options.kind);
  form.set("mode", options.mode);
  form.set("dry_run", String(options.dryRun));
  if (options.artistId !== null) form.set("artist", options.artistId);
  if (options.dateOrder !== null) form.set("date_order", options.dateOrder);
  form.set("file", file);
  let { data: job } = await call<ImportJob>("imports", { form, signal });
  for (let wait = FIRST_LOOK; job.report === null; wait = Math.min(SLOWEST_LOOK, wait * 1.4)) {
    if (job.error !== null) throw new ImportFault(job.error.message);
    tell(job.progress);
    await pause(wait, signal);
    ({ data: job } = await call<ImportJob>(`imports/${job.id}`, { signal }));
  }
  return job.report;
}

/** The import broke on the server, in its words. */
export class ImportFault extends Error {
  override readonly name = "ImportFault";
}

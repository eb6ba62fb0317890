// What the server tells of the past: sentences, the schedule as it was, and what differs between two moments.
import type { Artist, Booking, Challenge, CommandArgs, Phase, Project, TimeOff } from "@production-tool/shared";

import { call } from "../session/api.ts";

export interface ActivityEntry {
  readonly seq: number;
  readonly at: string;
  readonly sentence: string;
  readonly actor: { readonly kind: string; readonly name: string };
  readonly entity: { readonly kind: string; readonly id: string };
}

export type ActivityOf = "booking" | "artist" | "project";

export interface ActivityPage {
  readonly entries: readonly ActivityEntry[];
  readonly next: string | null;
}

const PATHS: Record<ActivityOf, string> = { booking: "bookings", artist: "artists", project: "projects" };

export async function readActivity(
  of: ActivityOf,
  id: string,
  zone: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ActivityPage> {
  const query = new URLSearchParams({ zone, limit: "20", ...(cursor === null ? {} : { cursor }) });
  const { data, meta } = await call<ActivityEntry[]>(`${PATHS[of]}/${id}/activity?${query.toString()}`, { signal });
  return { entries: data, next: textIn(meta, "next") };
}

export interface PastSchedule {
  readonly artists: readonly Artist[];
  readonly projects: readonly Project[];
  readonly phases: readonly Phase[];
  readonly bookings: readonly Booking[];
  readonly challenges: readonly Challenge[];
  readonly times_off: readonly TimeOff[];
}

export interface PastAnswer {
  readonly schedule: PastSchedule;
  readonly seq: number;
  /** When the event happened up to which this was so; null before the first one. */
  readonly at: number | null;
  readonly head: number;
  readonly historyFrom: number;
}

export interface PastWindow {
  readonly start: string;
  readonly end: string;
}

export async function readPast(asOf: string, window: PastWindow, signal: AbortSignal): Promise<PastAnswer> {
  const query = new URLSearchParams({ as_of: asOf, ...window });
  const { data, meta } = await call<PastSchedule>(`schedule?${query.toString()}`, { signal });
  const at = textIn(meta, "at");
  return {
    schedule: data,
    seq: numberIn(meta, "seq"),
    at: at === null ? null : Date.parse(at),
    head: numberIn(meta, "head"),
    historyFrom: numberIn(meta, "history_from"),
  };
}

export type ChangeKind = "added" | "removed" | "moved" | "changed";

export interface Difference {
  readonly kind: string;
  readonly id: string;
  readonly change: ChangeKind;
  readonly fields: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly seq: number;
  readonly at: string;
}

/** More differences than these are counted, and read page by page nowhere: nobody reads so many. */
export const MOST_DIFFERENCES = 500;

/** Bookings and time off that differ between a moment and the present. */
export async function readDifferences(
  from: number,
  signal: AbortSignal,
): Promise<{ readonly found: readonly Difference[]; readonly more: boolean }> {
  const found: Difference[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams([
      ["from", String(from)],
      ["kind", "booking"],
      ["kind", "time_off"],
      ["limit", "100"],
      ...(cursor === null ? [] : [["cursor", cursor]]),
    ] as [string, string][]);
    const { data, meta }: Awaited<ReturnType<typeof call<Difference[]>>> = await call<Difference[]>(
      `history/diff?${query.toString()}`,
      { signal },
    );
    found.push(...data);
    cursor = textIn(meta, "next");
  } while (cursor !== null && found.length < MOST_DIFFERENCES);
  return { found, more: cursor !== null };
}

/** What a restore would do, told without doing it. */
export async function previewRestore(wish: CommandArgs["history.restore"], signal: AbortSignal): Promise<readonly Difference[]> {
  const { data } = await call<{ changes: Difference[] }>("history/restore/preview", { json: wish, signal });
  return data.changes;
}

type Meta = Readonly<Record<string, unknown>> | undefined;

function textIn(meta: Meta, name: string): string | null {
  const value = meta?.[name];
  return typeof value === "string" ? value : null;
}

function numberIn(meta: Meta, name: string): number {
  const value = meta?.[name];
  return typeof value === "number" ? value : 0;
}

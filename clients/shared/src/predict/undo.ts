/** Owns what taking back one's own command probably does: every entity gets its earlier image back. */

import { isFull, misfit, overlapping } from "../claims.ts";
import { KINDS, type EntityTypes, type Kind, type LoggedEvent } from "../protocol.ts";
import { sameValue } from "../tables.ts";
import { settle } from "./bookings.ts";
import type { Context, Guess, Touched } from "./context.ts";
import { Draft, type Reader } from "./draft.ts";
import { leads } from "./records.ts";

/** Fields that follow from others, or that the server fills in: they make no difference to an undo. */
const DERIVED: ReadonlySet<string> = new Set(["version", "rank", "segments", "updated_at", "created_at", "claims"]);

/** Compare what a draft wrote with the state below it; entities whose rank alone moved are left out. */
export function touchedBy(draft: Draft, below: Reader): Touched[] {
  return KINDS.flatMap((kind) => touchedOfKind(kind, draft, below));
}

/** The same from confirmed events, given the states before and after them. */
export function touchedByEvents(events: readonly LoggedEvent[], before: Reader, after: Reader): Touched[] {
  const draft = new Draft(before);
  for (const event of events) {
    const kind = KINDS.find((known) => known === event.entity.kind);
    if (kind) copy(draft, kind, event.entity.id, after);
  }
  return touchedBy(draft, before);
}

function copy<K extends Kind>(draft: Draft, kind: K, id: string, from: Reader): void {
  const entity = from.get(kind, id);
  if (entity) draft.put(kind, entity);
  else draft.remove(kind, id);
}

function touchedOfKind<K extends Kind>(kind: K, draft: Draft, below: Reader): Touched[] {
  const edits: ReadonlyMap<string, EntityTypes[K] | undefined> = draft.edits[kind];
  const found: Touched[] = [];
  for (const [id, after] of edits) {
    const before = below.get(kind, id);
    if (before && after && changedFields(before, after).length === 0) continue;
    // The four fields agree on `kind`, which a generic function cannot show to the type checker.
    found.push({ kind, id, before: before ?? null, after: after ?? null } as Touched);
  }
  return found;
}

function changedFields(before: object, after: object): string[] {
  const [earlier, later] = [before, after] as Readonly<Record<string, unknown>>[];
  return Object.keys(after).filter((name) => !DERIVED.has(name) && !sameValue(earlier?.[name], later?.[name]));
}

export function undo(draft: Draft, touched: readonly Touched[], context: Context): Guess {
  if (!touched.every((one) => isUntouched(draft, one))) return "no";
  for (const one of touched) giveBack(draft, one, context);
  for (const one of touched) {
    if (one.kind !== "booking") continue;
    for (const image of [one.before, one.after]) {
      if (image && isFull(image)) settle(draft, image.artist_id, image.start, image.end, context);
    }
  }
  return touched.every((one) => fits(draft, one)) && tellScenarios(draft, touched, context) ? "maybe" : "no";
}

/** A scenario whose changes came back or went gets a new version; not where it is closed, or says two things of one booking. */
function tellScenarios(draft: Draft, touched: readonly Touched[], context: Context): boolean {
  const told = new Set(touched.flatMap((one) => (one.kind === "scenario" ? [one.id] : [])));
  const changed = touched.flatMap((one) => (one.kind === "scenario_change" ? [(one.before ?? one.after)?.scenario_id] : []));
  for (const id of new Set(changed)) {
    const scenario = id === undefined ? undefined : draft.get("scenario", id);
    if (!scenario && !told.has(id ?? "")) return false;
    if (!scenario) continue;
    const named = [...draft.all("scenario_change")].flatMap((one) => (one.scenario_id === id ? [one.booking_id] : []));
    if (new Set(named).size < named.length) return false;
    if (!told.has(scenario.id)) draft.put("scenario", { ...scenario, version: scenario.version + 1, updated_at: context.at });
  }
  return true;
}

/** Whether what was given back or taken away goes together with what happened since. */
function fits(draft: Draft, touched: Touched): boolean {
  if (touched.kind === "booking") return bookingFits(draft, touched);
  const ties = [...draft.all("dependency")];
  if (touched.kind === "phase" && !draft.get("phase", touched.id)) {
    if ([...draft.all("milestone")].some((mark) => mark.phase_id === touched.id)) return false;
    return !ties.some((tie) => tie.from_phase_id === touched.id || tie.to_phase_id === touched.id);
  }
  if (touched.kind === "artist" && touched.before === null) return draft.line(touched.id).length === 0;
  const mark = touched.kind === "milestone" ? draft.get("milestone", touched.id) : undefined;
  if (mark?.phase_id) return draft.get("phase", mark.phase_id) !== undefined;
  const tie = touched.kind === "dependency" ? draft.get("dependency", touched.id) : undefined;
  if (!tie) return true;
  const phases = [tie.from_phase_id, tie.to_phase_id];
  return phases.every((id) => draft.get("phase", id)) && !leads(draft, tie.to_phase_id, tie.from_phase_id);
}

function bookingFits(draft: Draft, touched: Extract<Touched, { kind: "booking" }>): boolean {
  const { before, after } = touched;
  const comesBack = before && after?.artist_id !== before.artist_id;
  if (comesBack && draft.get("artist", before.artist_id)?.active === false) return false;
  return [before, after].every((image) => {
    const line = image ? draft.line(image.artist_id) : [];
    return overlapping(line, image?.start ?? "", image?.end ?? "").every((one) => !isFull(one) || !misfit(one, line));
  });
}

function isUntouched(draft: Draft, touched: Touched): boolean {
  const current = draft.get(touched.kind, touched.id);
  if (touched.after === null) return current === undefined;
  return current !== undefined && changedFields(touched.after, current).length === 0;
}

function giveBack(draft: Draft, touched: Touched, context: Context): void {
  if (touched.before === null) takeAway(draft, touched);
  else restore(draft, touched.kind, touched.before, context);
}

/** End what the undone command made; people and projects are kept, out of sight. */
function takeAway(draft: Draft, touched: Touched): void {
  switch (touched.kind) {
    case "artist":
    case "member":
      return retire(draft, touched.kind, touched.id, { active: false });
    case "project":
      return retire(draft, touched.kind, touched.id, { status: "archived" });
    case "booking":
    case "phase":
    case "dependency":
    case "milestone":
    case "challenge":
    case "time_off":
    case "scenario":
    case "scenario_change":
    case "tenant":
      return draft.remove(touched.kind, touched.id);
  }
}

function retire<K extends "artist" | "member" | "project">(
  draft: Draft,
  kind: K,
  id: string,
  as: Partial<EntityTypes[K]>,
): void {
  const made = draft.get(kind, id);
  if (made) draft.put(kind, { ...made, ...as, version: (made.version ?? 0) + 1 });
}

function restore<K extends Kind>(draft: Draft, kind: K, before: EntityTypes[K], context: Context): void {
  draft.put(kind, restored(draft, kind, before, context));
}

function restored<K extends Kind>(draft: Draft, kind: K, before: EntityTypes[K], context: Context): EntityTypes[K] {
  // What is gone had a last version too, with which it went.
  const last = draft.get(kind, before.id)?.version ?? (before.version ?? 0) + 1;
  const version = last + 1;
  return kind === "booking" ? { ...before, version, updated_at: context.at } : { ...before, version };
}

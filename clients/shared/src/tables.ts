/** Owns the shape of the state: one persistent map per kind, and each artist's line of bookings. */

import { ChunkedMap } from "./chunked-map.ts";
import { KINDS, PLURALS, type Booking, type EntityTypes, type Kind, type SnapshotState } from "./protocol.ts";

export type KindMaps = { readonly [K in Kind]: ChunkedMap<EntityTypes[K]> };

/** The entities of one tenant. `lines` holds each artist's bookings in order of start, then id. */
export interface Tables extends KindMaps {
  readonly lines: ChunkedMap<readonly Booking[]>;
}

/** What is to become of entities, by kind and id; undefined removes. */
export type Edits = { readonly [K in Kind]: Map<string, EntityTypes[K] | undefined> };

/** Ids of one kind that came or changed, and those that went. */
export interface Changes {
  readonly kind: Kind;
  readonly upserted: readonly string[];
  readonly removed: readonly string[];
}

export function noEdits(): Edits {
  return {
    tenant: new Map(),
    member: new Map(),
    artist: new Map(),
    project: new Map(),
    phase: new Map(),
    dependency: new Map(),
    milestone: new Map(),
    booking: new Map(),
    challenge: new Map(),
    time_off: new Map(),
    scenario: new Map(),
    scenario_change: new Map(),
  };
}

export const EMPTY_TABLES: Tables = {
  tenant: ChunkedMap.empty(),
  member: ChunkedMap.empty(),
  artist: ChunkedMap.empty(),
  project: ChunkedMap.empty(),
  phase: ChunkedMap.empty(),
  dependency: ChunkedMap.empty(),
  milestone: ChunkedMap.empty(),
  booking: ChunkedMap.empty(),
  challenge: ChunkedMap.empty(),
  time_off: ChunkedMap.empty(),
  scenario: ChunkedMap.empty(),
  scenario_change: ChunkedMap.empty(),
  lines: ChunkedMap.empty(),
};

/** The tables after the edits; untouched maps, chunks and entities are the same objects as before. */
export function edit(tables: Tables, edits: Edits): Tables {
  const lines = editLines(tables, edits.booking);
  const next: Tables = {
    tenant: tables.tenant.patch(edits.tenant),
    member: tables.member.patch(edits.member),
    artist: tables.artist.patch(edits.artist),
    project: tables.project.patch(edits.project),
    phase: tables.phase.patch(edits.phase),
    dependency: tables.dependency.patch(edits.dependency),
    milestone: tables.milestone.patch(edits.milestone),
    booking: tables.booking.patch(edits.booking),
    challenge: tables.challenge.patch(edits.challenge),
    time_off: tables.time_off.patch(edits.time_off),
    scenario: tables.scenario.patch(edits.scenario),
    scenario_change: tables.scenario_change.patch(edits.scenario_change),
    lines,
  };
  return lines === tables.lines && KINDS.every((kind) => next[kind] === tables[kind]) ? tables : next;
}

function editLines(tables: Tables, bookings: Edits["booking"]): Tables["lines"] {
  const gone = new Map<string, Set<string>>();
  const come = new Map<string, Booking[]>();
  for (const [id, after] of bookings) {
    const before = tables.booking.get(id);
    if (before === after) continue;
    if (before) bucket(gone, before.artist_id, () => new Set<string>()).add(id);
    if (after) bucket(come, after.artist_id, (): Booking[] => []).push(after);
  }
  const lines = new Map<string, readonly Booking[] | undefined>();
  for (const artist of new Set([...gone.keys(), ...come.keys()])) {
    const left = gone.get(artist);
    const kept = (tables.lines.get(artist) ?? []).filter((booking) => !left?.has(booking.id));
    const line = [...kept, ...(come.get(artist) ?? [])].sort(byStart);
    lines.set(artist, line.length > 0 ? line : undefined);
  }
  return tables.lines.patch(lines);
}

function bucket<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** The order of a line. Wire instants have one width, so their text sorts as the moments do. */
export function byStart(a: Booking, b: Booking): number {
  if (a.start !== b.start) return a.start < b.start ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** Whether a booking belongs to the live state; ended ones are history, read over REST. */
export function isLive(booking: Booking): boolean {
  switch (booking.status) {
    case "hold":
    case "pencil":
    case "confirmed":
    case "busy":
      return true;
    default:
      return false;
  }
}

/** The edits that turn whatever is there into the snapshot's lists, added to `edits`. */
export function readSnapshot(state: SnapshotState, edits: Edits): void {
  if (state.tenant) edits.tenant.set(state.tenant.id, state.tenant);
  for (const entity of state.members ?? []) edits.member.set(entity.id, entity);
  for (const entity of state.artists ?? []) edits.artist.set(entity.id, entity);
  for (const entity of state.projects ?? []) edits.project.set(entity.id, entity);
  for (const entity of state.phases ?? []) edits.phase.set(entity.id, entity);
  for (const entity of state.dependencies ?? []) edits.dependency.set(entity.id, entity);
  for (const entity of state.milestones ?? []) edits.milestone.set(entity.id, entity);
  for (const entity of state.bookings ?? []) if (isLive(entity)) edits.booking.set(entity.id, entity);
  for (const entity of state.challenges ?? []) edits.challenge.set(entity.id, entity);
  for (const entity of state.times_off ?? []) edits.time_off.set(entity.id, entity);
  for (const entity of state.scenarios ?? []) edits.scenario.set(entity.id, entity);
  for (const entity of state.scenario_changes ?? []) edits.scenario_change.set(entity.id, entity);
}

/** The state as a snapshot has it: lists by plural kind in order of id. For comparing and testing. */
export function toSnapshot(tables: Tables): SnapshotState {
  const [tenant] = tables.tenant.values();
  return {
    ...(tenant ? { tenant } : {}),
    [PLURALS.member]: inOrder(tables.member),
    [PLURALS.artist]: inOrder(tables.artist),
    [PLURALS.project]: inOrder(tables.project),
    [PLURALS.phase]: inOrder(tables.phase),
    [PLURALS.dependency]: inOrder(tables.dependency),
    [PLURALS.milestone]: inOrder(tables.milestone),
    [PLURALS.booking]: inOrder(tables.booking),
    [PLURALS.challenge]: inOrder(tables.challenge),
    [PLURALS.time_off]: inOrder(tables.time_off),
    [PLURALS.scenario]: inOrder(tables.scenario),
    [PLURALS.scenario_change]: inOrder(tables.scenario_change),
  };
}

function inOrder<V extends { readonly id: string }>(map: ReadonlyMap<string, V>): V[] {
  return [...map.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Deep equality of plain JSON values, so that equal entities can keep their identity. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameItems(a, b);
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && sameValue(left[name], right[name]))
  );
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
}

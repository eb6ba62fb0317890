/** Owns the scratch copy predictions are written to: reads fall through to the state below. */

import type { Booking, EntityTypes, Kind } from "../protocol.ts";
import { noEdits, type Edits, type KindMaps, type Tables } from "../tables.ts";

/** What a prediction may look at. */
export interface Reader {
  get<K extends Kind>(kind: K, id: string): EntityTypes[K] | undefined;
  /** An artist's live bookings in order of start. */
  line(artistId: string): readonly Booking[];
  /** All entities of a kind. */
  all<K extends Kind>(kind: K): Iterable<EntityTypes[K]>;
}

export function readTables(tables: Tables): Reader {
  const maps: KindMaps = tables;
  return {
    get<K extends Kind>(kind: K, id: string): EntityTypes[K] | undefined {
      return maps[kind].get(id);
    },
    line: (artistId) => tables.lines.get(artistId) ?? [],
    all<K extends Kind>(kind: K): Iterable<EntityTypes[K]> {
      return maps[kind].values();
    },
  };
}

/** Edits over a reader, readable as if they had been made. */
export class Draft implements Reader {
  readonly edits: Edits = noEdits();
  private readonly below: Reader;

  constructor(below: Reader) {
    this.below = below;
  }

  get<K extends Kind>(kind: K, id: string): EntityTypes[K] | undefined {
    const table: Map<string, EntityTypes[K] | undefined> = this.edits[kind];
    return table.has(id) ? table.get(id) : this.below.get(kind, id);
  }

  line(artistId: string): readonly Booking[] {
    const below = this.below.line(artistId);
    const edits = this.edits.booking;
    if (edits.size === 0) return below;
    const added = [...edits.values()].filter((booking) => booking?.artist_id === artistId);
    const kept = below.filter((booking) => !edits.has(booking.id));
    if (added.length === 0 && kept.length === below.length) return below;
    return [...kept, ...added.filter((booking) => booking !== undefined)].sort((a, b) =>
      a.start === b.start ? (a.id < b.id ? -1 : 1) : a.start < b.start ? -1 : 1,
    );
  }

  *all<K extends Kind>(kind: K): Iterable<EntityTypes[K]> {
    const table: Map<string, EntityTypes[K] | undefined> = this.edits[kind];
    for (const entity of this.below.all(kind)) if (!table.has(entity.id)) yield entity;
    for (const entity of table.values()) if (entity !== undefined) yield entity;
  }

  put<K extends Kind>(kind: K, entity: EntityTypes[K]): void {
    const table: Map<string, EntityTypes[K] | undefined> = this.edits[kind];
    table.set(entity.id, entity);
  }

  remove(kind: Kind, id: string): void {
    this.edits[kind].set(id, undefined);
  }

  /** Take over all of another draft's edits. */
  merge(other: Draft): void {
    for (const kind of Object.keys(other.edits) as Kind[]) this.mergeKind(kind, other);
  }

  private mergeKind<K extends Kind>(kind: K, other: Draft): void {
    const mine: Map<string, EntityTypes[K] | undefined> = this.edits[kind];
    const theirs: Map<string, EntityTypes[K] | undefined> = other.edits[kind];
    for (const [id, entity] of theirs) mine.set(id, entity);
  }
}

/** Owns the scratch copy predictions are written to: reads fall through to the state below. */

import { KINDS, type Booking, type EntityTypes, type Kind } from "../protocol.ts";
import { byStart, noEdits, type Edits, type KindMaps, type Tables } from "../tables.ts";

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
  /** By artist: the edited bookings that were or are in the line, so that a line is found without a search. */
  private readonly stirred = new Map<string, Set<string>>();
  private readonly lines = new Map<string, readonly Booking[]>();

  constructor(below: Reader) {
    this.below = below;
  }

  get<K extends Kind>(kind: K, id: string): EntityTypes[K] | undefined {
    const table: Map<string, EntityTypes[K] | undefined> = this.edits[kind];
    return table.has(id) ? table.get(id) : this.below.get(kind, id);
  }

  line(artistId: string): readonly Booking[] {
    const stirred = this.stirred.get(artistId);
    if (stirred === undefined) return this.below.line(artistId);
    let line = this.lines.get(artistId);
    if (line === undefined) {
      line = this.drawLine(artistId, stirred);
      this.lines.set(artistId, line);
    }
    return line;
  }

  *all<K extends Kind>(kind: K): Iterable<EntityTypes[K]> {
    const table: Map<string, EntityTypes[K] | undefined> = this.edits[kind];
    for (const entity of this.below.all(kind)) if (!table.has(entity.id)) yield entity;
    for (const entity of table.values()) if (entity !== undefined) yield entity;
  }

  put<K extends Kind>(kind: K, entity: EntityTypes[K]): void {
    this.write(kind, entity.id, entity);
  }

  remove(kind: Kind, id: string): void {
    this.write(kind, id, undefined);
  }

  /** Take over all of another draft's edits. */
  merge(other: Draft): void {
    for (const kind of KINDS) this.mergeKind(kind, other);
  }

  private mergeKind<K extends Kind>(kind: K, other: Draft): void {
    const theirs: Map<string, EntityTypes[K] | undefined> = other.edits[kind];
    for (const [id, entity] of theirs) this.write(kind, id, entity);
  }

  private write<K extends Kind>(kind: K, id: string, entity: EntityTypes[K] | undefined): void {
    if (kind === "booking") {
      const after = entity as Booking | undefined;
      for (const booking of [this.get("booking", id), after]) if (booking) this.stir(booking.artist_id, id);
    }
    const table: Map<string, EntityTypes[K] | undefined> = this.edits[kind];
    table.set(id, entity);
  }

  private stir(artistId: string, bookingId: string): void {
    this.lines.delete(artistId);
    const stirred = this.stirred.get(artistId);
    if (stirred) stirred.add(bookingId);
    else this.stirred.set(artistId, new Set([bookingId]));
  }

  private drawLine(artistId: string, stirred: ReadonlySet<string>): readonly Booking[] {
    const line = this.below.line(artistId).filter((booking) => !stirred.has(booking.id));
    for (const id of stirred) {
      const booking = this.edits.booking.get(id);
      if (booking?.artist_id === artistId) line.push(booking);
    }
    return line.sort(byStart);
  }
}

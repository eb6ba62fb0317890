/** Owns the optimistic view: the confirmed state with the pending commands' guesses laid over it. */

import { KINDS, type EntityTypes, type Kind, type LoggedEvent } from "./protocol.ts";
import { EMPTY_TABLES, edit, noEdits, sameValue, type Changes, type Edits, type KindMaps, type Tables } from "./tables.ts";

/** Which confirmed entities may differ from before: those of some events, or any at all. */
export type Stirred = readonly LoggedEvent[] | "all";

/**
 * Keeps one `Tables` that is patched, never rebuilt: an entity that is the same afterwards keeps its
 * identity, so a selector or a bar that compares by reference sees only true changes.
 */
export class View {
  tables: Tables = EMPTY_TABLES;
  private overlay: Edits = noEdits();

  /** Bring the view up to date; returns what changed in it, by kind. */
  update(confirmed: Tables, stirred: Stirred, overlay: Edits): Changes[] {
    // A first snapshot has nothing to be compared with, and is the moment somebody waits for.
    if (this.tables === EMPTY_TABLES) return this.start(confirmed, overlay);
    const edits = noEdits();
    const changes: Changes[] = [];
    for (const kind of KINDS) {
      const ids = this.candidates(kind, confirmed, stirred, overlay);
      const change = this.compare(kind, ids, confirmed, overlay, edits);
      if (change.upserted.length > 0 || change.removed.length > 0) changes.push(change);
    }
    this.overlay = overlay;
    this.tables = edit(this.tables, edits);
    return changes;
  }

  private start(confirmed: Tables, overlay: Edits): Changes[] {
    this.overlay = overlay;
    this.tables = edit(confirmed, overlay);
    return KINDS.flatMap((kind) => {
      const upserted = [...this.tables[kind].keys()];
      return upserted.length > 0 ? [{ kind, upserted, removed: [] }] : [];
    });
  }

  private candidates(kind: Kind, confirmed: Tables, stirred: Stirred, overlay: Edits): Set<string> {
    const ids = new Set<string>([...this.overlay[kind].keys(), ...overlay[kind].keys()]);
    if (stirred === "all") {
      for (const id of this.tables[kind].keys()) ids.add(id);
      for (const id of confirmed[kind].keys()) ids.add(id);
    } else {
      for (const event of stirred) if (event.entity.kind === kind) ids.add(event.entity.id);
    }
    return ids;
  }

  private compare<K extends Kind>(
    kind: K,
    ids: ReadonlySet<string>,
    confirmed: KindMaps,
    overlay: Edits,
    edits: Edits,
  ): Changes {
    const guesses: ReadonlyMap<string, EntityTypes[K] | undefined> = overlay[kind];
    const target: Map<string, EntityTypes[K] | undefined> = edits[kind];
    const shown: KindMaps = this.tables;
    const [upserted, removed]: [string[], string[]] = [[], []];
    for (const id of ids) {
      const after = guesses.has(id) ? guesses.get(id) : confirmed[kind].get(id);
      if (sameValue(shown[kind].get(id), after)) continue;
      target.set(id, after);
      (after === undefined ? removed : upserted).push(id);
    }
    return { kind, upserted, removed };
  }
}

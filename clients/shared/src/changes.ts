/** Owns the gathering of changes between two moments of telling. */

import { KINDS, type Kind } from "./protocol.ts";
import type { Changes } from "./tables.ts";

/** Change lists by kind, later ones over earlier ones. */
export class ChangeLists {
  private byKind = new Map<Kind, Map<string, "upserted" | "removed">>();

  add(lists: readonly Changes[]): void {
    for (const { kind, upserted, removed } of lists) {
      const marks = this.byKind.get(kind) ?? new Map<string, "upserted" | "removed">();
      for (const id of upserted) marks.set(id, "upserted");
      for (const id of removed) marks.set(id, "removed");
      this.byKind.set(kind, marks);
    }
  }

  /** What was gathered, one list per kind; the gathering starts anew. */
  take(): Changes[] {
    const taken = this.byKind;
    this.byKind = new Map();
    return KINDS.flatMap((kind) => {
      const marks = [...(taken.get(kind) ?? [])];
      const of = (mark: string) => marks.filter(([, given]) => given === mark).map(([id]) => id);
      return marks.length > 0 ? [{ kind, upserted: of("upserted"), removed: of("removed") }] : [];
    });
  }
}

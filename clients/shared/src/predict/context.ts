/** Owns the circumstances of a prediction and what it comes to. */

import type { EntityTypes, Kind, Me } from "../protocol.ts";

/** Who asked, when (a wire instant that stays the same each time), and in which place of the queue. */
export interface Context {
  readonly commandId: string;
  readonly me: Me | null;
  readonly at: string;
  /** Later commands have higher numbers: they stand behind earlier ones in line. */
  readonly order: number;
  /** What an earlier own command did, for `history.undo`. */
  readonly touchedBy: (commandId: string) => readonly Touched[] | undefined;
}

/** What a command did to one entity: its image before (null: made by it) and after (null: removed). */
export type Touched = {
  [K in Kind]: {
    readonly kind: K;
    readonly id: string;
    readonly before: EntityTypes[K] | null;
    readonly after: EntityTypes[K] | null;
  };
}[Kind];

/** "maybe" wrote what will probably happen; "no" means that the server will probably refuse. */
export type Guess = "maybe" | "no";

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Touched } from "../src/predict/context.ts";
import { Draft, readTables } from "../src/predict/draft.ts";
import { predict } from "../src/predict/predict.ts";
import { PLURALS, type Action, type Me, type SnapshotState, type Tenant } from "../src/protocol.ts";
import { fromSnapshot } from "../src/replica.ts";
import { edit, toSnapshot } from "../src/tables.ts";

type Plural = (typeof PLURALS)[keyof typeof PLURALS];
interface Row {
  readonly id: string;
}
interface Step {
  readonly id: string;
  readonly op: Action["op"];
  readonly args: Action["args"];
  readonly me: Me;
  readonly foreseen: boolean;
  readonly undone: { readonly actor_id: string; readonly touched: readonly Touched[] } | null;
  readonly code: string | null;
  readonly changes: { readonly tenant?: Tenant } & {
    readonly [P in Plural]?: { readonly upserted: readonly Row[]; readonly removed: readonly string[] };
  };
}
interface Story {
  readonly at: string;
  readonly state: SnapshotState;
  readonly steps: readonly Step[];
}

const folder = new URL("../../../tests/golden/decisions/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

function after(state: SnapshotState, changes: Step["changes"]): SnapshotState {
  const next: Record<string, unknown> = { ...state, ...(changes.tenant ? { tenant: changes.tenant } : {}) };
  for (const plural of Object.values(PLURALS)) {
    const rows = new Map<string, Row>((state[plural] ?? []).map((row) => [row.id, row]));
    for (const row of changes[plural]?.upserted ?? []) rows.set(row.id, row);
    for (const id of changes[plural]?.removed ?? []) rows.delete(id);
    next[plural] = [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  return next;
}

/** Claim numbers and places in the log are the server's to give, and a booking that a release splits off is its to name. */
function comparable(state: SnapshotState, known: SnapshotState): unknown {
  const ids = new Set((known.bookings ?? []).map((booking) => booking.id));
  const bookings = (state.bookings ?? []).map((booking) => {
    const { claims: _claims, ...rest } = { claims: [], ...booking };
    return ids.has(rest.id) ? rest : { ...rest, id: "new" };
  });
  const scenarios = (state.scenarios ?? []).map((scenario) => ({ ...scenario, base_seq: null }));
  return { ...state, scenarios, bookings: bookings.sort((a, b) => (`${a.id}${a.start}` < `${b.id}${b.start}` ? -1 : 1)) };
}

describe("predictions, held to what the server decides", () => {
  it("have golden decisions to be held to", () => expect(names.length).toBeGreaterThan(0));

  it.each(names)("%s: every guess is the decision", (name) => {
    const story = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Story;
    let state = story.state;
    for (const step of story.steps) {
      const decided = after(state, step.changes);
      // Whether a base is stale takes a history that a client does not have.
      if (step.foreseen && step.code !== "stale_version") {
        const tables = fromSnapshot({ epoch: "", seq: 0, state }).tables;
        const draft = new Draft(readTables(tables));
        const own = step.undone?.actor_id === step.me.id ? step.undone.touched : undefined;
        const { guess } = predict(draft, { op: step.op, args: step.args } as Action, {
          commandId: step.id,
          me: step.me,
          at: story.at,
          order: 1,
          touchedBy: () => own,
        });
        const foreseen = toSnapshot(edit(tables, draft.edits));
        const what = `${step.op} ${step.id}`;
        expect([what, guess]).toEqual([what, step.code === null ? "maybe" : "no"]);
        expect({ what, ...(comparable(foreseen, state) as object) }).toEqual({
          what,
          ...(comparable(decided, state) as object),
        });
      }
      state = decided;
    }
  });
});

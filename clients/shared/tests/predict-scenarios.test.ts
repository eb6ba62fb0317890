import { describe, expect, it } from "vitest";
import { Draft, readTables } from "../src/predict/draft.ts";
import { predict } from "../src/predict/predict.ts";
import type { Action, Me, ScenarioChange } from "../src/protocol.ts";
import { fromSnapshot } from "../src/replica.ts";
import { edit, type Tables } from "../src/tables.ts";
import { artist, booking, id, snapshotState } from "./harness/entities.ts";

const [FIRST, SECOND] = [booking(1, 9, 18), booking(2, 9, 18)];
const MAI: Me = { id: id("made", 900), name: "Mai", role: "studio_manager", artist_id: null };
const PLAN = id("made", 800);
const AT = "2026-06-01T08:00:00Z";

function studio(): Tables {
  return fromSnapshot({ epoch: "", seq: 0, state: snapshotState({ bookings: [FIRST, SECOND] }) }).tables;
}

let number = 0;
function asked(tables: Tables, action: Action, me: Me = MAI): { tables: Tables; guess: string; touched: readonly unknown[]; draft: Draft } {
  const draft = new Draft(readTables(tables));
  number += 1;
  const { guess, touched } = predict(draft, action, { commandId: id("command", number), me, at: AT, order: number, touchedBy: () => undefined });
  return { tables: edit(tables, draft.edits), guess, touched, draft };
}

function opened(): Tables {
  return asked(studio(), { op: "scenario.add", args: { id: PLAN, name: "Plan B" } }).tables;
}

function changes(tables: Tables): ScenarioChange[] {
  return [...tables.scenario_change.values()];
}

describe("what is drawn in a scenario", () => {
  const moving = { action: "move", booking_id: FIRST.id, artist_id: artist(2).id } as const;

  it("is shown at once, on the version of the booking that is there", () => {
    const { tables, guess } = asked(opened(), { op: "scenario.change", args: { scenario_id: PLAN, changes: [moving] } });
    expect(guess).toBe("maybe");
    expect(changes(tables)).toMatchObject([{ action: "move", artist_id: artist(2).id, start: null, base_version: 1, version: 1 }]);
    expect(tables.scenario.get(PLAN)?.version).toBe(2);
    expect(tables.booking.get(FIRST.id)).toEqual(FIRST);
  });

  it("replaces what was said of the booking, and makes no version where it says the same", () => {
    const once = asked(opened(), { op: "scenario.change", args: { scenario_id: PLAN, changes: [moving] } }).tables;
    const same = asked(once, { op: "scenario.change", args: { scenario_id: PLAN, changes: [moving] } }).tables;
    expect(same.scenario.get(PLAN)).toBe(once.scenario.get(PLAN));
    const ended = { action: "end", booking_id: FIRST.id, on_version: 1 } as const;
    const twice = asked(once, { op: "scenario.change", args: { scenario_id: PLAN, changes: [ended] } }).tables;
    expect(changes(twice)).toMatchObject([{ id: changes(once)[0]?.id, action: "end", artist_id: null, version: 2 }]);
  });

  it("is not shown where somebody changed the same meanwhile, or it names what is not there", () => {
    const { tables } = asked(opened(), { op: "scenario.change", args: { scenario_id: PLAN, changes: [moving] } });
    const refused = (change: object): string =>
      asked(tables, { op: "scenario.change", args: { scenario_id: PLAN, changes: [change as typeof moving] } }).guess;
    expect(refused({ ...moving, on_version: 0 })).toBe("no");
    expect(refused({ ...moving, booking_id: id("made", 7777) })).toBe("no");
    expect(refused({ ...moving, artist_id: id("made", 7777) })).toBe("no");
    expect(refused({ action: "place", booking_id: id("made", 7778), artist_id: artist(1).id })).toBe("no");
    expect(asked(tables, { op: "scenario.drop_change", args: { scenario_id: PLAN, booking_ids: [id("made", 7777)] } }).guess).toBe("no");
  });

  it("goes with its scenario", () => {
    const { tables } = asked(opened(), { op: "scenario.change", args: { scenario_id: PLAN, changes: [moving] } });
    const gone = asked(tables, { op: "scenario.discard", args: { scenario_id: PLAN } }).tables;
    expect([gone.scenario.size, gone.scenario_change.size]).toEqual([0, 0]);
  });

  it("is staff's alone to draw", () => {
    const artistMe: Me = { ...MAI, role: "freelancer", artist_id: artist(1).id };
    const action = { op: "scenario.change", args: { scenario_id: PLAN, changes: [moving] } } as const;
    expect(asked(opened(), action, artistMe).guess).toBe("no");
  });
});

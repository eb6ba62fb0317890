import { expect, it } from "vitest";

import { predict } from "../src/predict/predict.ts";
import { Draft, readTables } from "../src/predict/draft.ts";
import type { Action, Phase, Project } from "../src/protocol.ts";
import { fromSnapshot } from "../src/replica.ts";
import { hour, id, snapshotState } from "./harness/entities.ts";

const PROJECT: Project = { id: id("project", 1), name: "Harbour", colour: "#4f7cac", status: "active", version: 1 };
const PHASE: Phase = {
  id: id("phase", 1),
  project_id: PROJECT.id,
  name: "Comp",
  duration_hours: 9,
  skills: [],
  start: hour(9),
  end: hour(18),
  progress: 0,
  external_id: "",
  version: 3,
};

function guess(action: Action, project: Project = PROJECT): { guess: string; phase: Phase | undefined } {
  const state = snapshotState({ projects: [project], phases: [PHASE] });
  const draft = new Draft(readTables(fromSnapshot({ epoch: "e", seq: 1, state }).tables));
  const me = { id: id("member", 1), name: "Mai", role: "studio_manager", artist_id: null } as const;
  const context = { commandId: id("command", 1), me, at: hour(0), order: 1, touchedBy: () => undefined };
  return { guess: predict(draft, action, context).guess, phase: draft.get("phase", PHASE.id) };
}

function move(start: string, end?: string): Action {
  return { op: "phase.move", args: { phase_id: PHASE.id, start, ...(end ? { end } : {}) } };
}

it("shows a phase where it was put while the server works out what it pushes", () => {
  const moved = guess(move(hour(33), hour(42)));
  expect(moved).toMatchObject({ guess: "maybe", phase: { start: hour(33), end: hour(42), version: 4 } });
});

it("waits for the server where the end follows from its calendar", () => {
  expect(guess(move(hour(33)))).toEqual({ guess: "maybe", phase: PHASE });
});

it("knows that a place ends after it starts, and that a closed project is not moved", () => {
  expect(guess(move(hour(42), hour(33)))).toEqual({ guess: "no", phase: PHASE });
  expect(guess(move(hour(33), hour(42)), { ...PROJECT, status: "archived" })).toEqual({ guess: "no", phase: PHASE });
});

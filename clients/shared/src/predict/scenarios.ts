/** Owns what drawing in a scenario probably does: each change at once, so that nobody waits to go on. */

import { wireInstant } from "../instant.ts";
import type { Action, ChangeWish, Scenario, ScenarioChange } from "../protocol.ts";
import type { Context, Guess } from "./context.ts";
import type { Draft } from "./draft.ts";

type Of<O extends Action["op"]> = Extract<Action, { op: O }>;
export type ScenarioAction = Of<`scenario.${"add" | "edit" | "change" | "drop_change" | "discard"}`>;

export function predictScenario(draft: Draft, action: ScenarioAction, context: Context): Guess {
  if (action.op === "scenario.add") return add(draft, action.args, context);
  const scenario = draft.get("scenario", action.args.scenario_id);
  if (!scenario) return "no";
  switch (action.op) {
    case "scenario.edit": {
      const { name = scenario.name, note = scenario.note } = action.args;
      if (name !== scenario.name || note !== scenario.note) touch(draft, { ...scenario, name, note }, context);
      return "maybe";
    }
    case "scenario.change": {
      const before = new Map(held(draft, scenario.id).map((change) => [change.booking_id, change]));
      const drawn = action.args.changes.map((wish, index) => draw(draft, scenario.id, wish, before, `${context.commandId}#${index}`));
      if (drawn.includes(undefined)) return "no";
      if (drawn.some((different) => different)) touch(draft, scenario, context);
      return "maybe";
    }
    case "scenario.drop_change": {
      const dropped = new Set<string>(action.args.booking_ids);
      const known = held(draft, scenario.id).filter((change) => dropped.has(change.booking_id));
      if (known.length < dropped.size) return "no";
      for (const change of known) draft.remove("scenario_change", change.id);
      touch(draft, scenario, context);
      return "maybe";
    }
    case "scenario.discard":
      for (const change of held(draft, scenario.id)) draft.remove("scenario_change", change.id);
      draft.remove("scenario", scenario.id);
      return "maybe";
  }
}

function add(draft: Draft, args: Of<"scenario.add">["args"], context: Context): Guess {
  const id = args.id ?? context.commandId;
  if (draft.get("scenario", id)) return "no";
  draft.put("scenario", {
    ...{ id, name: args.name, note: args.note ?? "", state: "open", source: args.source ?? "people", job_id: args.job_id ?? null },
    // What it is held against, the server says.
    ...{ base_seq: 0, created_by: context.me?.id ?? null, created_at: context.at, updated_at: context.at, version: 1 },
  });
  const drawn = (args.changes ?? []).map((wish, index) => draw(draft, id, wish, new Map(), `${context.commandId}#${index}`));
  return drawn.includes(undefined) ? "no" : "maybe";
}

function held(draft: Draft, scenarioId: string): ScenarioChange[] {
  return [...draft.all("scenario_change")].filter((change) => change.scenario_id === scenarioId);
}

/** Every change of what a scenario holds makes a new version of it. */
function touch(draft: Draft, scenario: Scenario, context: Context): void {
  draft.put("scenario", { ...scenario, version: scenario.version + 1, updated_at: context.at });
}

/** Whether the scenario says something else of the booking then; undefined where it may not say that. */
function draw(
  draft: Draft,
  scenarioId: string,
  wish: ChangeWish,
  known: ReadonlyMap<string, ScenarioChange>,
  fallbackId: string,
): boolean | undefined {
  const before = known.get(wish.booking_id);
  if (wish.on_version !== undefined && wish.on_version !== null && wish.on_version !== (before?.version ?? 0)) return undefined;
  const live = draft.get("booking", wish.booking_id);
  const artist = wish.artist_id ? draft.get("artist", wish.artist_id) : undefined;
  if (wish.artist_id && artist?.active !== true) return undefined;
  if (wish.action === "place" ? !wish.artist_id || !wish.start || !wish.end : !live) return undefined;
  const after = changeOf(before?.id ?? wish.id ?? fallbackId, scenarioId, wish, (before?.version ?? 0) + 1);
  const base = wish.action === "place" ? null : (wish.base_version ?? live?.version ?? null);
  const drawn = { ...after, base_version: base };
  if (before && sameBut("version", before, drawn)) return false;
  draft.put("scenario_change", drawn);
  return true;
}

function changeOf(id: string, scenarioId: string, wish: ChangeWish, version: number): ScenarioChange {
  return {
    ...{ id, scenario_id: scenarioId, action: wish.action, booking_id: wish.booking_id, base_version: null },
    ...{ artist_id: wish.artist_id ?? null, start: instant(wish.start), end: instant(wish.end) },
    ...{ zone: wish.zone ?? null, granularity: wish.granularity ?? null, title: wish.title ?? "" },
    ...{ project_id: wish.project_id ?? null, phase_id: wish.phase_id ?? null, status: wish.status ?? "hold" },
    ...{ confirmed: wish.confirmed ?? false, note: wish.note ?? "", reason: wish.reason ?? "", version },
  };
}

function instant(value: string | null | undefined): string | null {
  return value ? wireInstant(value) : null;
}

function sameBut(name: string, one: object, other: object): boolean {
  const [left, right] = [one, other] as Readonly<Record<string, unknown>>[];
  return Object.keys(one).every((key) => key === name || left?.[key] === right?.[key]);
}

/** Owns what commands about artists, projects, phases, dependencies, members and the studio probably do. */

import { exhaustive } from "../exhaustive.ts";
import { wireInstant } from "../instant.ts";
import type { Action, EntityTypes, Kind } from "../protocol.ts";
import { sameValue } from "../tables.ts";
import type { Context, Guess } from "./context.ts";
import type { Draft } from "./draft.ts";

export type RecordAction = Exclude<Action, { op: `booking.${string}` | `challenge.${string}` | `series.${string}` | `scenario.${string}` | `time_off.${string}` | "project.shift" | "history.undo" | "history.restore" | "bulk.apply" }>;

export function predictRecord(draft: Draft, action: RecordAction, context: Context): Guess {
  const id = context.commandId;
  switch (action.op) {
    case "artist.add":
      return add(draft, "artist", {
        ...{ id, skills: [], zone: studioZone(draft), working_hours: OFFICE_HOURS, rate: null, tags: [] },
        ...{ email: "", notes: "", external_id: "", portfolio: [], preferred_projects: [], preferred_hours: [] },
        ...{ holiday_country: null, holiday_subdivision: null, active: true, version: 1 },
        ...given(action.args),
      });
    case "artist.edit":
      return change(draft, "artist", action.args.artist_id, action.args);
    case "artist.archive":
      return change(draft, "artist", action.args.artist_id, { active: false });
    case "project.add":
      return add(draft, "project", {
        ...{ id, client: "", colour: "#4f7cac", status: "active", start: null, end: null },
        ...{ budget_days: null, budget_money: null },
        ...{ notes: "", external_id: "", version: 1 },
        ...given(action.args),
      });
    case "project.edit":
      return change(draft, "project", action.args.project_id, action.args);
    case "project.archive":
      return change(draft, "project", action.args.project_id, { status: "archived" });
    case "phase.add":
      if (!isOpen(draft, action.args.project_id)) return "no";
      return add(draft, "phase", {
        ...{ id, skills: [], start: null, end: null, progress: 0, external_id: "", version: 1 },
        ...given(action.args),
      });
    case "phase.edit":
      return change(draft, "phase", action.args.phase_id, action.args);
    case "phase.move":
      return movePhase(draft, action.args);
    case "phase.delete":
      return deletePhase(draft, action.args.phase_id);
    case "dependency.add":
      return addDependency(draft, action.args, id);
    case "dependency.edit":
      return change(draft, "dependency", action.args.dependency_id, action.args);
    case "dependency.delete":
      return remove(draft, "dependency", action.args.dependency_id);
    case "milestone.add":
      if (!isOpen(draft, action.args.project_id) || !mayMark(draft, action.args.project_id, action.args.phase_id)) return "no";
      return add(draft, "milestone", {
        ...{ id, phase_id: null, done: false, notes: "", external_id: "", version: 1 },
        ...given(action.args),
      });
    case "milestone.edit": {
      const { milestone_id, phase_id } = action.args;
      if (!mayMark(draft, draft.get("milestone", milestone_id)?.project_id, phase_id)) return "no";
      return change(draft, "milestone", milestone_id, action.args);
    }
    case "milestone.delete":
      return remove(draft, "milestone", action.args.milestone_id);
    case "member.add":
      return add(draft, "member", { id, artist_id: null, active: true, version: 1, ...given(action.args) });
    case "member.edit":
      return change(draft, "member", action.args.member_id, action.args);
    case "tenant.edit":
      return change(draft, "tenant", [...draft.all("tenant")][0]?.id ?? "", action.args);
    default:
      return exhaustive(action);
  }
}

const OFFICE_HOURS = [0, 1, 2, 3, 4].map((day) => ({ day, start: "09:00", end: "18:00" }));

/** Whether the project is there and not archived: a closed one takes nothing new. */
function isOpen(draft: Draft, projectId: string): boolean {
  const project = draft.get("project", projectId);
  return project !== undefined && project.status !== "archived";
}

/** Whether a milestone of the project may stand in the phase, if in any. */
function mayMark(draft: Draft, projectId: string | undefined, phaseId: string | null | undefined): boolean {
  return !phaseId || draft.get("phase", phaseId)?.project_id === projectId;
}

function studioZone(draft: Draft): string {
  return [...draft.all("tenant")][0]?.zone ?? "UTC";
}

/** What was said: a null in a new record leaves its default standing. */
function given<T extends object>(args: T): { [F in keyof T]: Exclude<T[F], null> } {
  const said = Object.entries(args).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(said) as { [F in keyof T]: Exclude<T[F], null> };
}

function add<K extends Kind>(draft: Draft, kind: K, entity: EntityTypes[K]): Guess {
  if (draft.get(kind, entity.id)) return "no";
  draft.put(kind, entity);
  return "maybe";
}

/** Set the given fields the entity has; the version goes up only where something differs. */
function change<K extends Kind>(draft: Draft, kind: K, id: string, fields: Partial<EntityTypes[K]> | object): Guess {
  const before = draft.get(kind, id);
  if (!before) return "no";
  const set = Object.entries(fields).filter(([name, value]) => name in before && name !== "id" && value !== undefined);
  const current = new Map<string, unknown>(Object.entries(before));
  if (set.every(([name, value]) => sameValue(current.get(name), value))) return "maybe";
  draft.put(kind, { ...before, ...Object.fromEntries(set), version: (before.version ?? 0) + 1 });
  return "maybe";
}

function remove(draft: Draft, kind: Kind, id: string): Guess {
  if (!draft.get(kind, id)) return "no";
  draft.remove(kind, id);
  return "maybe";
}

/** The phase itself goes where it is put. How far it pushes others follows from calendars that the server has. */
function movePhase(draft: Draft, args: Extract<RecordAction, { op: "phase.move" }>["args"]): Guess {
  const phase = draft.get("phase", args.phase_id);
  if (!phase || !isOpen(draft, phase.project_id)) return "no";
  if (!args.end) return "maybe";
  const [start, end] = [wireInstant(args.start), wireInstant(args.end)];
  return start === "" || start >= end ? "no" : change(draft, "phase", phase.id, { start, end });
}

function deletePhase(draft: Draft, phaseId: string): Guess {
  if (!draft.get("phase", phaseId)) return "no";
  for (const dependency of [...draft.all("dependency")]) {
    if (dependency.from_phase_id === phaseId || dependency.to_phase_id === phaseId) {
      draft.remove("dependency", dependency.id);
    }
  }
  for (const mark of [...draft.all("milestone")]) {
    if (mark.phase_id === phaseId) draft.put("milestone", { ...mark, phase_id: null, version: (mark.version ?? 0) + 1 });
  }
  draft.remove("phase", phaseId);
  return "maybe";
}

function addDependency(draft: Draft, args: Extract<RecordAction, { op: "dependency.add" }>["args"], id: string): Guess {
  const [from, to] = [draft.get("phase", args.from_phase_id), draft.get("phase", args.to_phase_id)];
  if (!from || !to || from.project_id !== to.project_id || !isOpen(draft, from.project_id) || leads(draft, to.id, from.id)) return "no";
  return add(draft, "dependency", {
    ...{ id, project_id: from.project_id, kind: "finish_start", lag_hours: 0, version: 1 },
    ...given(args),
  });
}

/** Whether dependencies lead from one phase to another, so that tying them back would close a cycle. */
export function leads(draft: Draft, from: string, goal: string): boolean {
  const dependencies = [...draft.all("dependency")];
  const seen = new Set([from]);
  for (const phase of seen) {
    if (phase === goal) return true;
    for (const tie of dependencies) if (tie.from_phase_id === phase) seen.add(tie.to_phase_id);
  }
  return false;
}

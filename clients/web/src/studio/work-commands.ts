// What is asked of a project's plan: phases moved, tied and kept up, milestones, budgets.
import { newId, toInstant, type CommandArgs, type Dependency, type Milestone, type Phase } from "@production-tool/shared";

import { plural } from "../lib/format.ts";
import type { Asker } from "./asking.ts";

type PhaseEdit = Omit<CommandArgs["phase.edit"], "phase_id">;
type MilestoneEdit = Omit<CommandArgs["milestone.edit"], "milestone_id">;

export function createWorkCommands({ ask }: Asker) {
  return {
    /** `pushes` is how many others will have to go along, as far as this window can tell. */
    movePhase(phase: Phase, start: number, end: number, pushes: number): void {
      const also = pushes === 0 ? "" : ` and pushed ${plural(pushes, "phase")}`;
      ask({
        op: "phase.edit",
        args: { phase_id: phase.id, start: toInstant(start), end: toInstant(end) },
        baseVersion: phase.version,
        bookingIds: [phase.id],
        said: `Moved “${phase.name}”${also}.`,
      });
    },

    addPhase(projectId: string, name: string, start: number, end: number, hours: number): string {
      const id = newId();
      const dates = { start: toInstant(start), end: toInstant(end) };
      ask({ op: "phase.add", args: { id, project_id: projectId, name, duration_hours: hours, ...dates } });
      return id;
    },

    editPhase(phase: Phase, change: PhaseEdit, base = phase.version): void {
      ask({
        op: "phase.edit",
        args: { phase_id: phase.id, ...change },
        baseVersion: base,
        bookingIds: [phase.id],
      });
    },

    deletePhase(phase: Phase): void {
      ask({ op: "phase.delete", args: { phase_id: phase.id }, said: `Deleted “${phase.name}”.` });
    },

    tie(from: string, to: string, kind: Dependency["kind"]): void {
      ask({
        op: "dependency.add",
        args: { id: newId(), from_phase_id: from, to_phase_id: to, kind },
        bookingIds: [to],
        said: "Tied the phases.",
      });
    },

    editTie(dependency: Dependency, change: { kind?: Dependency["kind"]; lag_hours?: number }): void {
      ask({
        op: "dependency.edit",
        args: { dependency_id: dependency.id, ...change },
        baseVersion: dependency.version,
        bookingIds: [dependency.to_phase_id],
      });
    },

    untie(dependency: Dependency): void {
      ask({ op: "dependency.delete", args: { dependency_id: dependency.id }, said: "Untied the phases." });
    },

    addMilestone(projectId: string, name: string, date: string, phaseId: string | null): void {
      const tied = phaseId === null ? {} : { phase_id: phaseId };
      ask({ op: "milestone.add", args: { id: newId(), project_id: projectId, name, date, ...tied } });
    },

    editMilestone(milestone: Milestone, change: MilestoneEdit, base = milestone.version): void {
      ask({
        op: "milestone.edit",
        args: { milestone_id: milestone.id, ...change },
        baseVersion: base,
        bookingIds: [milestone.id],
      });
    },

    deleteMilestone(milestone: Milestone): void {
      ask({
        op: "milestone.delete",
        args: { milestone_id: milestone.id },
        said: `Deleted “${milestone.name}”.`,
      });
    },
  };
}

// What is asked of a project's plan: phases moved, tied and kept up, milestones, budgets.
import {
  newId,
  toInstant,
  type CommandArgs,
  type Dependency,
  type Milestone,
  type Phase,
  type Project,
} from "@production-tool/shared";

import type { Shift } from "../bulk/shift.ts";
import { plural } from "../lib/format.ts";
import type { Asker } from "./asking.ts";
import type { Steps } from "./steps.ts";

export interface PhaseWish {
  readonly start: number;
  readonly end: number;
  /** How many others will have to go along, as far as this window can tell. */
  readonly pushes: number;
  /** Whether those who are booked for it, and for what it pushes, come along. */
  readonly withBookings?: boolean;
}

type PhaseEdit = Omit<CommandArgs["phase.edit"], "phase_id">;
type MilestoneEdit = Omit<CommandArgs["milestone.edit"], "milestone_id">;

export function createWorkCommands({ ask }: Asker, { tellItems }: Steps) {
  function movePhase(phase: Phase, wish: PhaseWish, skip = false): void {
    const { start, end, pushes, withBookings = false } = wish;
    const also = pushes === 0 ? "" : ` and pushed ${plural(pushes, "phase")}`;
    ask({
      op: "phase.move",
      args: {
        phase_id: phase.id,
        start: toInstant(start),
        end: toInstant(end),
        ...(withBookings ? { with_bookings: true, on_refusal: skip ? "skip" : "refuse_all" } : {}),
      },
      ...(skip ? {} : { baseVersion: phase.version }),
      bookingIds: [phase.id],
      said: `Moved “${phase.name}”${also}.`,
      refused: (error) => tellItems(error, () => movePhase(phase, wish, true)),
    });
  }

  function shiftProject(project: Project, { by, unit }: Shift, skip = false): void {
    ask({
      op: "project.shift",
      args: {
        project_id: project.id,
        days: unit === "weeks" ? by * 7 : by,
        unit: unit === "working_days" ? "working_days" : "days",
        on_refusal: skip ? "skip" : "refuse_all",
      },
      said: `Moved all of “${project.name}”.`,
      refused: (error) => tellItems(error, () => shiftProject(project, { by, unit }, true)),
    });
  }

  return {
    movePhase,

    /** All of a project: its dates, phases, milestones and bookings. */
    shiftProject,

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

// The plan of what the filters leave: projects with their phases, and the network of each.
import { useMemo } from "react";

import { rangeOf, type WorkingHours } from "@production-tool/shared";

import { DAY } from "../lib/time.ts";
import { useLive, useZone } from "../studio/live.tsx";
import type { Filters } from "../studio/filters.ts";
import { workCalendar, type WorkCalendar } from "./calendar.ts";
import { network, type Network } from "./network.ts";
import { plannedProjects, type PlannedProject } from "./rows.ts";

const OFFICE: readonly WorkingHours[] = ([0, 1, 2, 3, 4] as const).map((day) => ({ day, start: "09:00", end: "18:00" }));
/** How far beyond the phases a push or a slack may reach before the calendar counts every hour. */
const BEFORE = 370 * DAY;
const BEYOND = 1100 * DAY;

export function useStudioHours(): readonly WorkingHours[] {
  return useLive((state) => state.tenant?.working_hours) ?? OFFICE;
}

/** The studio's working time around all phases there are. */
export function useWorkCalendar(): WorkCalendar {
  const zone = useZone();
  const hours = useStudioHours();
  const phases = useLive((state) => state.phases);
  const [from, until] = useMemo(() => {
    let [first, last] = [Date.now(), Date.now()];
    for (const { start, end } of phases.values()) {
      if (start === null || end === null) continue;
      const span = rangeOf({ start, end });
      first = Math.min(first, span.start);
      last = Math.max(last, span.end);
    }
    // By whole months: a phase that moves a little needs no other calendar.
    const month = 30 * DAY;
    return [Math.floor((first - BEFORE) / month) * month, Math.ceil((last + BEYOND) / month) * month];
  }, [phases]);
  return useMemo(() => workCalendar(hours, zone, from, until), [hours, zone, from, until]);
}

export interface Planned {
  readonly planned: PlannedProject;
  readonly plan: Network;
}

export function usePlans(filters: Filters): readonly Planned[] {
  const projects = useLive((state) => state.projects);
  const phases = useLive((state) => state.phases);
  const dependencies = useLive((state) => state.dependencies);
  const milestones = useLive((state) => state.milestones);
  const calendar = useWorkCalendar();
  return useMemo(
    () =>
      plannedProjects({ projects, phases, dependencies, milestones }, filters).map((planned) => ({
        planned,
        plan: network(planned.phases, planned.dependencies, calendar),
      })),
    [projects, phases, dependencies, milestones, filters, calendar],
  );
}

/** The plan of one project, whatever the filters say. */
export function useProjectPlan(projectId: string): Planned | null {
  const projects = useLive((state) => state.projects);
  const phases = useLive((state) => state.phases);
  const dependencies = useLive((state) => state.dependencies);
  const milestones = useLive((state) => state.milestones);
  const calendar = useWorkCalendar();
  return useMemo(() => {
    const filters = { search: "", projects: new Set([projectId]), bookedOnly: false, only: null };
    const [planned] = plannedProjects({ projects, phases, dependencies, milestones }, filters);
    return planned === undefined ? null : { planned, plan: network(planned.phases, planned.dependencies, calendar) };
  }, [projectId, projects, phases, dependencies, milestones, calendar]);
}

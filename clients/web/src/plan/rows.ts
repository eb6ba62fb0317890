// From projects, phases, milestones and ties to the rows, bars and arrows of the plan.
import {
  rangeOf,
  type Dependency,
  type Milestone,
  type Phase,
  type Project,
  type WorkingHours,
} from "@production-tool/shared";

import type { GanttBar, GanttLink, GanttRow, LinkEdge, Weekday } from "../gantt/types.ts";
import { addDays, instantOf } from "../lib/time.ts";
import type { Filters } from "../studio/filters.ts";
import { fold } from "../ui/options.ts";
import type { Network } from "./network.ts";

export interface Work {
  readonly projects: ReadonlyMap<string, Project>;
  readonly phases: ReadonlyMap<string, Phase>;
  readonly dependencies: ReadonlyMap<string, Dependency>;
  readonly milestones: ReadonlyMap<string, Milestone>;
}

/** One project with what belongs to it, phases in order of time. */
export interface PlannedProject {
  readonly project: Project;
  readonly phases: readonly Phase[];
  readonly dependencies: readonly Dependency[];
  readonly milestones: readonly Milestone[];
}

export function plannedProjects(work: Work, filters: Filters): PlannedProject[] {
  const words = fold(filters.search).split(/\s+/u).filter(Boolean);
  const phases = grouped(work.phases.values());
  const dependencies = grouped(work.dependencies.values());
  const milestones = grouped(work.milestones.values());
  return [...work.projects.values()]
    .filter(({ id, name, client, status }) => {
      if (status === "archived") return false;
      if (filters.projects.size > 0 && !filters.projects.has(id)) return false;
      const text = fold([name, client ?? "", ...(phases.get(id) ?? []).map((phase) => phase.name)].join(" "));
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
    .map((project) => ({
      project,
      phases: (phases.get(project.id) ?? []).toSorted(byTime),
      dependencies: dependencies.get(project.id) ?? [],
      milestones: milestones.get(project.id) ?? [],
    }));
}

function grouped<T extends { readonly project_id: string }>(items: Iterable<T>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const known = groups.get(item.project_id);
    if (known === undefined) groups.set(item.project_id, [item]);
    else known.push(item);
  }
  return groups;
}

/** Phases without dates come last. */
function byTime(a: Phase, b: Phase): number {
  return (a.start ?? "9").localeCompare(b.start ?? "9") || (a.end ?? "").localeCompare(b.end ?? "") || a.name.localeCompare(b.name);
}

/** How far along a project is: its phases, weighed by the work in them. */
export function progressOf(phases: readonly Phase[]): number {
  const whole = phases.reduce((sum, phase) => sum + phase.duration_hours, 0);
  const done = phases.reduce((sum, phase) => sum + (phase.duration_hours * phase.progress) / 100, 0);
  return whole === 0 ? 0 : Math.round((done / whole) * 100);
}

export function rowsOf(
  planned: readonly PlannedProject[],
  closed: ReadonlySet<string>,
  zone: string,
  hours: readonly WorkingHours[],
): GanttRow[] {
  const working = hours.map(({ day, start, end }) => ({ day: day as Weekday, start, end }));
  return planned.flatMap(({ project, phases }) => {
    const open = !closed.has(project.id);
    const head: GanttRow = {
      id: project.id,
      name: project.name,
      kind: "project",
      colour: project.colour,
      zone,
      working,
      ...(phases.length === 0 ? {} : { expanded: open }),
      ...(project.client === undefined || project.client === "" ? {} : { detail: project.client }),
    };
    if (!open) return [head];
    return [
      head,
      ...phases.map(
        (phase): GanttRow => ({
          id: phaseRowId(phase.id),
          name: phase.name,
          kind: "phase",
          zone,
          working,
          ...(phase.skills.length === 0 ? {} : { detail: phase.skills.map(({ name }) => name).join(", ") }),
        }),
      ),
    ];
  });
}

/** Rows have ids of their own, since a phase's bar has the phase's. */
export function phaseRowId(phaseId: string): string {
  return `row:${phaseId}`;
}

export function summaryId(projectId: string): string {
  return `sum:${projectId}`;
}

/** The bar that a row is about, whether or not it is there. */
export function barIdOf(rowId: string): string {
  return rowId.startsWith("row:") ? rowId.slice(4) : summaryId(rowId);
}

/** The project where a bar stands for one, else null. */
export function projectIdOf(barId: string): string | null {
  return barId.startsWith("sum:") ? barId.slice(4) : null;
}

export interface BarsContext {
  readonly closed: ReadonlySet<string>;
  readonly zone: string;
  readonly editable: boolean;
}

export function barsOf({ project, phases, milestones }: PlannedProject, plan: Network, context: BarsContext): GanttBar[] {
  const { closed, editable } = context;
  const bars: GanttBar[] = [];
  const { colour } = project;
  const spans = phases.flatMap(({ start, end }) => (start === null || end === null ? [] : [rangeOf({ start, end })]));
  if (spans.length > 0) {
    bars.push({
      id: summaryId(project.id),
      rowId: project.id,
      start: Math.min(...spans.map(({ start }) => start)),
      end: Math.max(...spans.map(({ end }) => end)),
      title: project.name,
      status: "summary",
      colour,
      editable: false,
      version: project.version,
      plan: { progress: progressOf(phases), critical: false, slackUntil: 0 },
    });
  }
  const open = !closed.has(project.id);
  for (const phase of open ? phases : []) {
    const bar = phaseBar(phase, colour, plan, editable);
    if (bar !== null) bars.push(bar);
  }
  for (const milestone of milestones) {
    const bar = milestoneBar(milestone, project, open, context);
    if (bar !== null) bars.push(bar);
  }
  return bars;
}

function phaseBar(phase: Phase, colour: string, plan: Network, editable: boolean): GanttBar | null {
  const { start, end } = phase;
  if (start === null || end === null) return null;
  const range = rangeOf({ start, end });
  const { critical, slackUntil } = plan.standing.get(phase.id) ?? { critical: false, slackUntil: 0 };
  return {
    id: phase.id,
    rowId: phaseRowId(phase.id),
    ...range,
    title: phase.name,
    status: "phase",
    colour,
    editable,
    version: phase.version,
    plan: { progress: phase.progress, critical, slackUntil: Math.max(range.end, slackUntil) },
  };
}

/** The whole of its day, so that there is something to take hold of. */
function milestoneBar(milestone: Milestone, project: Project, open: boolean, { zone, editable }: BarsContext): GanttBar | null {
  const start = instantOf({ date: milestone.date, time: "00:00" }, zone);
  if (start === null) return null;
  return {
    id: milestone.id,
    rowId: open && milestone.phase_id != null ? phaseRowId(milestone.phase_id) : project.id,
    start,
    end: addDays(start, 1, zone),
    title: milestone.name,
    status: "milestone",
    colour: project.colour,
    editable,
    version: milestone.version ?? 1,
    plan: { progress: milestone.done === true ? 100 : 0, critical: false, slackUntil: 0 },
  };
}

const EDGES: Record<Dependency["kind"], readonly [LinkEdge, LinkEdge]> = {
  finish_start: ["end", "start"],
  start_start: ["start", "start"],
  finish_finish: ["end", "end"],
  start_finish: ["start", "end"],
};

export function kindOf(fromEdge: LinkEdge, toEdge: LinkEdge): Dependency["kind"] {
  if (fromEdge === "end") return toEdge === "start" ? "finish_start" : "finish_finish";
  return toEdge === "start" ? "start_start" : "start_finish";
}

export function linksOf({ dependencies }: PlannedProject, plan: Network): GanttLink[] {
  return dependencies.map(({ id, kind, from_phase_id, to_phase_id }) => {
    const [fromEdge, toEdge] = EDGES[kind];
    return {
      id,
      fromId: from_phase_id,
      fromEdge,
      toId: to_phase_id,
      toEdge,
      broken: plan.broken.has(id),
      critical: plan.critical.has(id),
    };
  });
}

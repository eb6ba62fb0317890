// What ties between phases ask for: which are broken, what a move pushes, what is critical and how much slack there is.
import { rangeOf, type Dependency, type Phase } from "@production-tool/shared";

import type { WorkCalendar, WorkTime } from "./calendar.ts";

const HOUR = 3_600_000;
/** Rounding of instants to whole seconds must not break a tie. */
const SECOND = 1000;

/** A phase on the line of working time. */
interface Placed {
  readonly id: string;
  readonly start: WorkTime;
  readonly length: WorkTime;
}

/** "The later one starts at or after the start of the earlier one plus `gap`": all four kinds come to that. */
interface Tie {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly gap: WorkTime;
}

export interface Standing {
  /** Whether a delay of it delays its project. */
  readonly critical: boolean;
  /** Until when it may end without delaying anything that waits for it, or the project. */
  readonly slackUntil: number;
}

export interface Network {
  /** Ids of dependencies that ask for what is not so. */
  readonly broken: ReadonlySet<string>;
  /** Ids of dependencies that tie two critical phases without room between them. */
  readonly critical: ReadonlySet<string>;
  readonly standing: ReadonlyMap<string, Standing>;
  /**
   * Where a phase and all it pushes come to lie where it begins at an instant; the moved one is among
   * them. It takes as much work as before, or what lies before `end`.
   */
  push(phaseId: string, start: number, end?: number): ReadonlyMap<string, { readonly start: number; readonly end: number }>;
}

function place(phases: Iterable<Phase>, calendar: WorkCalendar): Map<string, Placed> {
  const placed = new Map<string, Placed>();
  for (const { id, start, end } of phases) {
    if (start === null || end === null) continue;
    const span = rangeOf({ start, end });
    const at = calendar.at(span.start);
    placed.set(id, { id, start: at, length: calendar.at(span.end) - at });
  }
  return placed;
}

function gapOf({ kind, lag_hours: lag }: Dependency, from: Placed, to: Placed): WorkTime {
  const ahead = kind === "finish_start" || kind === "finish_finish" ? from.length : 0;
  const behind = kind === "finish_finish" || kind === "start_finish" ? to.length : 0;
  return ahead + lag * HOUR - behind;
}

function tie(dependencies: Iterable<Dependency>, placed: ReadonlyMap<string, Placed>): Tie[] {
  const ties: Tie[] = [];
  for (const dependency of dependencies) {
    const from = placed.get(dependency.from_phase_id);
    const to = placed.get(dependency.to_phase_id);
    if (from === undefined || to === undefined) continue;
    ties.push({ id: dependency.id, from: from.id, to: to.id, gap: gapOf(dependency, from, to) });
  }
  return ties;
}

/** Ids so that each comes after all it waits for; ties close no cycle. */
function inOrder(ids: Iterable<string>, ties: readonly Tie[]): string[] {
  const before = new Map<string, string[]>();
  for (const { from, to } of ties) before.set(to, [...(before.get(to) ?? []), from]);
  const order = new Set<string>();
  const visiting = new Set<string>();
  const visit = (id: string): void => {
    if (order.has(id) || visiting.has(id)) return;
    visiting.add(id);
    for (const earlier of before.get(id) ?? []) visit(earlier);
    order.add(id);
  };
  for (const id of ids) visit(id);
  return [...order];
}

/** The plan of one project. */
export function network(
  phases: Iterable<Phase>,
  dependencies: readonly Dependency[],
  calendar: WorkCalendar,
): Network {
  const placed = place(phases, calendar);
  const ties = tie(dependencies, placed);
  const order = inOrder(placed.keys(), ties);
  const slack = slackOf(placed, ties, order);
  const startOf = (id: string): WorkTime => placed.get(id)?.start ?? 0;
  const room = ({ from, to, gap }: Tie): WorkTime => startOf(to) - startOf(from) - gap;
  const isCritical = (id: string): boolean => (slack.get(id) ?? SECOND) < SECOND;
  const standing = new Map<string, Standing>();
  for (const { id, start, length } of placed.values()) {
    const spare = Math.max(0, slack.get(id) ?? 0);
    const critical = isCritical(id);
    standing.set(id, { critical, slackUntil: critical ? 0 : calendar.ends(start + length + spare) });
  }
  return {
    broken: new Set(ties.filter((each) => room(each) < -SECOND).map(({ id }) => id)),
    critical: new Set(
      ties
        .filter((each) => isCritical(each.from) && isCritical(each.to) && room(each) < SECOND)
        .map(({ id }) => id),
    ),
    standing,
    push(id, start, end) {
      const phase = placed.get(id);
      if (end === undefined || phase === undefined) return pushed(id, start, placed, ties, order, calendar);
      const other = new Map(placed).set(id, { ...phase, length: Math.max(0, calendar.at(end) - calendar.at(start)) });
      return pushed(id, start, other, tie(dependencies, other), order, calendar);
    },
  };
}

/** How much later each phase could be, as it is placed, before something that waits for it or the end moves. */
function slackOf(
  placed: ReadonlyMap<string, Placed>,
  ties: readonly Tie[],
  order: readonly string[],
): Map<string, WorkTime> {
  const finish = Math.max(...[...placed.values()].map(({ start, length }) => start + length));
  const latest = new Map<string, WorkTime>();
  const after = new Map<string, Tie[]>();
  for (const each of ties) after.set(each.from, [...(after.get(each.from) ?? []), each]);
  for (const id of order.toReversed()) {
    const phase = placed.get(id);
    if (phase === undefined) continue;
    const limits = (after.get(id) ?? []).map(({ to, gap }) => (latest.get(to) ?? finish) - gap);
    latest.set(id, Math.min(finish - phase.length, ...limits));
  }
  return new Map([...placed.values()].map(({ id, start }) => [id, (latest.get(id) ?? start) - start]));
}

/** Only what a tie with something that moved demands is moved, and only later: slack is used up first. */
function pushed(
  movedId: string,
  at: number,
  placed: ReadonlyMap<string, Placed>,
  ties: readonly Tie[],
  order: readonly string[],
  calendar: WorkCalendar,
): Map<string, { start: number; end: number }> {
  const moved = new Map<string, WorkTime>();
  if (placed.has(movedId)) moved.set(movedId, calendar.at(at));
  for (const id of order) {
    const phase = placed.get(id);
    if (phase === undefined || id === movedId) continue;
    const demands = ties.flatMap(({ from, to, gap }) => {
      const start = moved.get(from);
      return to === id && start !== undefined ? [start + gap] : [];
    });
    const wanted = Math.max(...demands, Number.NEGATIVE_INFINITY);
    if (wanted > phase.start + SECOND) moved.set(id, wanted);
  }
  return new Map(
    [...moved].map(([id, start]) => {
      const begins = calendar.begins(start);
      return [id, { start: id === movedId ? at : begins, end: calendar.ends(start + (placed.get(id)?.length ?? 0)) }];
    }),
  );
}

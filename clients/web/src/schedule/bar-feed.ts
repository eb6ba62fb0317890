// Keeps the Gantt's bars in step with bookings, challenges and time off: only what changed is handed over.
import type { Booking, Challenge, TimeOff } from "@production-tool/shared";

import type { GanttBar, GanttSurface } from "../gantt/types.ts";
import { barOf, type BarContext } from "../studio/bars.ts";
import type { Lens } from "./lens.ts";
import { contestMarks, offBar, offBarId, requestsByArtist, type ContestMark } from "../studio/marks.ts";

type Bars = Pick<GanttSurface, "setBars" | "patchBars">;

/** What the bars are made from. The maps are immutable: the same identity means nothing changed. */
export interface BarSource extends Omit<BarContext, "contests" | "requests"> {
  readonly bookings: ReadonlyMap<string, Booking>;
  readonly challenges: ReadonlyMap<string, Challenge>;
  readonly timesOff: ReadonlyMap<string, TimeOff>;
  /** Each artist's live bookings. */
  readonly lines: ReadonlyMap<string, readonly Booking[]>;
  /** A draft that is laid over them. */
  readonly lens?: Lens | null;
}

export interface BarFeed {
  /** Brings the surface up to date; `ids` are the bookings that changed, or whose pending mark did. */
  update(source: BarSource, ids: Iterable<string>): void;
  /** The surface shows something else: everything is handed over with the next update. */
  forget(): void;
}

export function createBarFeed(surface: Bars): BarFeed {
  let last: BarSource | null = null;
  let context: BarContext | null = null;

  function all(source: BarSource, known: BarContext): void {
    const bars: GanttBar[] = [];
    for (const off of source.timesOff.values()) {
      const bar = offBar(off);
      if (bar !== null) bars.push(bar);
    }
    for (const id of source.bookings.keys()) {
      const bar = drawn(source, known, id);
      if (bar !== null) bars.push(bar);
    }
    for (const id of source.lens?.ids ?? []) {
      const bar = source.bookings.has(id) ? null : drawn(source, known, id);
      if (bar !== null) bars.push(bar);
    }
    surface.setBars(bars);
  }

  function some(source: BarSource, known: BarContext, ids: Iterable<string>, offs: Iterable<string>): void {
    const changed: GanttBar[] = [];
    const removed: string[] = [];
    const take = (id: string, bar: GanttBar | null): void => {
      if (bar === null) removed.push(id);
      else changed.push(bar);
    };
    for (const id of offs) {
      const off = source.timesOff.get(id);
      take(offBarId(id), off === undefined ? null : offBar(off));
    }
    for (const id of ids) take(id, drawn(source, known, id));
    if (changed.length > 0 || removed.length > 0) surface.patchBars(changed, removed);
  }

  return {
    update(source, ids) {
      const [before, knew] = [last, context];
      last = source;
      context = contextOf(source, before, knew);
      if (before === null || knew === null || before.role !== source.role || before.inFocus !== source.inFocus || before.lens?.id !== source.lens?.id) {
        all(source, context);
        return;
      }
      const stirred = new Set(ids);
      for (const lens of before.lens === source.lens ? [] : [before.lens, source.lens]) for (const id of lens?.ids ?? []) stirred.add(id);
      for (const id of repainted(before, source)) stirred.add(id);
      for (const id of changedIds(knew.contests, context.contests, sameMark)) stirred.add(id);
      const offs = changedIds(before.timesOff, source.timesOff);
      for (const id of offs) {
        for (const off of [before.timesOff.get(id), source.timesOff.get(id)]) {
          for (const { id: booked } of source.lines.get(off?.artist_id ?? "") ?? []) stirred.add(booked);
        }
      }
      some(source, context, stirred, offs);
    },
    forget() {
      last = null;
      context = null;
    },
  };
}

function drawn({ bookings, lens }: BarSource, known: BarContext, id: string): GanttBar | null {
  const booking = bookings.get(id);
  const bar = booking === undefined ? null : barOf(booking, known);
  return lens == null ? bar : lens.see(id, bar);
}

/** The source with what is worked out of it; worked out anew only where its maps are others. */
function contextOf(source: BarSource, before: BarSource | null, known: BarContext | null): BarContext {
  const contests =
    known !== null && before?.challenges === source.challenges
      ? known.contests
      : contestMarks(source.challenges.values());
  const requests =
    known !== null && before?.timesOff === source.timesOff ? known.requests : requestsByArtist(source.timesOff.values());
  return { ...source, contests, requests };
}

/** Bookings of projects whose name or colour changed. */
function* repainted(before: BarSource, source: BarSource): Iterable<string> {
  const projects = changedIds(before.projects, source.projects);
  if (projects.size === 0) return;
  for (const booking of source.bookings.values()) {
    if ("project_id" in booking && booking.project_id !== null && projects.has(booking.project_id)) yield booking.id;
  }
}

function sameMark(a: ContestMark, b: ContestMark): boolean {
  return a.contest === b.contest && a.due?.at === b.due?.at && a.due?.kind === b.due?.kind;
}

/** Keys whose values differ between two immutable maps, by identity where not said otherwise. */
function changedIds<V>(
  before: ReadonlyMap<string, V>,
  after: ReadonlyMap<string, V>,
  same: (a: V, b: V) => boolean = Object.is,
): Set<string> {
  const ids = new Set<string>();
  if (before === after) return ids;
  for (const [id, value] of after) {
    const known = before.get(id);
    if (known === undefined || !same(known, value)) ids.add(id);
  }
  for (const id of before.keys()) if (!after.has(id)) ids.add(id);
  return ids;
}

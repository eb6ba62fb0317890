import { describe, expect, it } from "vitest";

import { conflictIn } from "../model/conflicts.ts";
import { Schedule } from "../model/schedule.ts";
import { clockFor, DAY, HOUR } from "../time/zone.ts";
import type { BarStatus, GanttBar, GanttRow, WorkingInterval } from "../types.ts";
import {
  beginCreate,
  beginMove,
  beginResize,
  type Carried,
  createTo,
  type DragWorld,
  isUnmoved,
  moveTo,
  rebase,
  resizeTo,
} from "./session.ts";

const madrid = clockFor("Europe/Madrid");
const at = (wall: string): number => madrid.fromLocal(Date.parse(`${wall}Z`));
const wall = (time: number): string => new Date(madrid.toLocal(time)).toISOString().slice(0, 16);
const office = ([0, 1, 2, 3, 4] as const).map((day): WorkingInterval => ({ day, start: "09:00", end: "18:00" }));
const row = (id: string): GanttRow => ({ id, name: id, zone: "Europe/Madrid", working: office });

function bar(id: string, rowId: string, start: string, end: string, status: BarStatus = "pencil"): GanttBar {
  const range = { start: at(start), end: at(end) };
  return { id, rowId, ...range, title: id, status, colour: "#000", editable: true, version: 1 };
}

function world(pxPerDay: number, ...bars: GanttBar[]): DragWorld {
  const schedule = new Schedule();
  schedule.setRows([row("a"), row("b"), row("c")]);
  schedule.setBars(bars);
  return {
    schedule,
    shown: madrid,
    pxPerDay,
    conflictAt: (index, start, end, except, status) =>
      conflictIn(schedule, schedule.rows[index]?.row.id ?? "", start, end, except, status),
  };
}

const DAYS = 117;
const HOURS = 1000;
const plain = { free: false, lock: "none" } as const;
const placeOf = (item: Carried | undefined): [number, string, string] => {
  if (!item) throw new Error("expected a carried item");
  return [item.row, wall(item.start), wall(item.end)];
};

describe("moving", () => {
  const one = bar("1", "a", "2026-03-03T09:00", "2026-03-05T18:00");

  it("goes in time and between rows in one gesture, and keeps the time of day at day steps", () => {
    const space = world(DAYS, one);
    const session = beginMove(space.schedule, one, [], at("2026-03-04T12:00"));
    moveTo(session, at("2026-03-06T15:00"), 2, plain, space);
    expect(placeOf(session.items[0])).toEqual([2, "2026-03-05T09:00", "2026-03-07T18:00"]);
  });

  it("keeps working hours across the change of clocks", () => {
    const space = world(DAYS, one);
    const session = beginMove(space.schedule, one, [], one.start);
    moveTo(session, at("2026-03-30T09:00"), 0, plain, space);
    expect(placeOf(session.items[0])).toEqual([0, "2026-03-30T09:00", "2026-04-01T18:00"]);
  });

  it("back to where it was changes nothing at all", () => {
    const odd = bar("1", "a", "2026-03-03T09:07", "2026-03-05T17:53");
    const space = world(DAYS, odd);
    const session = beginMove(space.schedule, odd, [], odd.start + HOUR);
    moveTo(session, odd.start + 9 * DAY, 2, plain, space);
    moveTo(session, odd.start + HOUR, 0, plain, space);
    expect(isUnmoved(session.items[0] as Carried, space.schedule)).toBe(true);
  });

  it("goes onto the grid at hour zoom, and off it with Alt", () => {
    const space = world(HOURS, one);
    const session = beginMove(space.schedule, one, [], one.start);
    moveTo(session, at("2026-03-03T11:10"), 0, plain, space);
    expect(wall(session.items[0]?.start ?? 0)).toBe("2026-03-03T11:00");
    moveTo(session, at("2026-03-03T11:10"), 0, { free: true, lock: "none" }, space);
    expect(wall(session.items[0]?.start ?? 0)).toBe("2026-03-03T11:10");
  });

  it("is drawn to the end of a neighbour off the grid", () => {
    const other = bar("2", "b", "2026-03-02T09:00", "2026-03-03T11:07");
    const space = world(HOURS, one, other);
    const session = beginMove(space.schedule, one, [], one.start);
    moveTo(session, at("2026-03-03T11:05"), 1, plain, space);
    expect(wall(session.items[0]?.start ?? 0)).toBe("2026-03-03T11:07");
  });

  it("locks an axis", () => {
    const space = world(DAYS, one);
    const session = beginMove(space.schedule, one, [], one.start);
    moveTo(session, one.start + 3 * DAY, 2, { free: false, lock: "time" }, space);
    expect(session.items[0]).toMatchObject({ row: 0, start: at("2026-03-06T09:00") });
    moveTo(session, one.start + 3 * DAY, 2, { free: false, lock: "rows" }, space);
    expect(session.items[0]).toMatchObject({ row: 2, start: one.start, end: one.end });
  });

  it("of several keeps them together, and all of them on the schedule", () => {
    const other = bar("2", "b", "2026-03-10T09:00", "2026-03-10T18:00");
    const space = world(DAYS, one, other);
    const session = beginMove(space.schedule, one, [one, other], one.start);
    moveTo(session, one.start + DAY, 2, plain, space);
    expect(session.items.map(placeOf)).toEqual([
      [1, "2026-03-04T09:00", "2026-03-06T18:00"],
      [2, "2026-03-11T09:00", "2026-03-11T18:00"],
    ]);
  });

  it("says at once what is in the way; its own companions are not, but a copy's originals are", () => {
    const other = bar("2", "a", "2026-03-06T09:00", "2026-03-06T18:00");
    const third = bar("3", "b", "2026-03-06T09:00", "2026-03-06T18:00", "confirmed");
    const space = world(DAYS, one, other, third);
    const session = beginMove(space.schedule, one, [other], one.start);
    moveTo(session, one.start + DAY, 0, plain, space);
    expect(session.items.map((item) => item.conflict)).toEqual([null, null]);
    moveTo(session, one.start + DAY, 1, plain, space);
    expect(session.items[0]?.conflict?.words).toBe("Clashes with 3, confirmed");
    session.copy = true;
    moveTo(session, one.start + DAY, 0, plain, space);
    expect(session.items[0]?.conflict?.blockingIds).toEqual(["1", "2"]);
  });

  it("of half a day rests on half days, of whole days on days", () => {
    const morning = bar("1", "a", "2026-03-03T09:00", "2026-03-03T13:00");
    const space = world(DAYS, morning);
    const session = beginMove(space.schedule, morning, [], morning.start);
    moveTo(session, at("2026-03-03T12:30"), 0, plain, space);
    expect(placeOf(session.items[0])).toEqual([0, "2026-03-03T13:00", "2026-03-03T17:00"]);
  });
});

describe("somebody else's edit during a move", () => {
  const one = bar("1", "a", "2026-03-03T09:00", "2026-03-05T18:00");

  it("never lets the bar jump under the hand: only its length follows", () => {
    const space = world(DAYS, one);
    const session = beginMove(space.schedule, one, [], at("2026-03-04T09:00"));
    moveTo(session, at("2026-03-11T09:00"), 1, plain, space);
    const before = placeOf(session.items[0]);
    space.schedule.patch([{ ...bar("1", "c", "2026-03-20T09:00", "2026-03-22T18:00"), version: 2 }], []);
    expect(rebase(session, space.schedule)).toBe(true);
    moveTo(session, at("2026-03-11T09:00"), 1, plain, space);
    expect(placeOf(session.items[0])).toEqual(before);
    expect(session.items[0]?.bar?.version).toBe(2);
  });

  it("that shortens it beyond the hand brings its end to the hand", () => {
    const space = world(HOURS, one);
    const session = beginMove(space.schedule, one, [], at("2026-03-05T12:00"));
    space.schedule.patch([bar("1", "a", "2026-03-03T09:00", "2026-03-03T18:00")], []);
    rebase(session, space.schedule);
    moveTo(session, at("2026-03-12T12:00"), 0, plain, space);
    expect(placeOf(session.items[0])).toEqual([0, "2026-03-12T03:00", "2026-03-12T12:00"]);
  });

  it("that takes it away, or makes it somebody else's, ends the drag", () => {
    const space = world(DAYS, one);
    const session = beginMove(space.schedule, one, [], one.start);
    space.schedule.patch([{ ...one, editable: false }], []);
    expect(rebase(session, space.schedule)).toBe(false);
    space.schedule.patch([], ["1"]);
    expect(rebase(session, space.schedule)).toBe(false);
  });

  it("drops companions that are gone", () => {
    const other = bar("2", "b", "2026-03-10T09:00", "2026-03-10T18:00");
    const space = world(DAYS, one, other);
    const session = beginMove(space.schedule, one, [other], one.start);
    space.schedule.patch([], ["2"]);
    expect(rebase(session, space.schedule)).toBe(true);
    expect(session.ids).toEqual(["1"]);
  });

  it("of the other edge shows while this one stays in the hand", () => {
    const space = world(DAYS, one);
    const session = beginResize(space.schedule, one, "end", one.end);
    resizeTo(session, at("2026-03-09T18:00"), false, space);
    space.schedule.patch([bar("1", "a", "2026-03-02T09:00", "2026-03-05T18:00")], []);
    rebase(session, space.schedule);
    expect(placeOf(session.items[0])).toEqual([0, "2026-03-02T09:00", "2026-03-09T18:00"]);
  });
});

describe("resizing", () => {
  const one = bar("1", "a", "2026-03-03T09:00", "2026-03-05T18:00");

  it("moves one edge by days and half days, whichever is nearer", () => {
    const space = world(DAYS, one);
    const session = beginResize(space.schedule, one, "end", one.end);
    resizeTo(session, at("2026-03-06T17:00"), false, space);
    expect(wall(session.items[0]?.end ?? 0)).toBe("2026-03-06T18:00");
    resizeTo(session, at("2026-03-04T14:00"), false, space);
    expect(wall(session.items[0]?.end ?? 0)).toBe("2026-03-04T13:00");
  });

  it("never makes a booking shorter than a quarter of an hour nor longer than may be", () => {
    const space = world(DAYS, one);
    const session = beginResize(space.schedule, one, "start", one.start);
    resizeTo(session, at("2026-04-01T09:00"), false, space);
    expect(wall(session.items[0]?.start ?? 0)).toBe("2026-03-05T17:45");
    resizeTo(session, at("2023-04-01T09:00"), false, space);
    const item = session.items[0] as Carried;
    expect(item.end - item.start).toBe(366 * DAY);
  });
});

describe("creating", () => {
  it("draws working days at day steps, quarters of an hour at fine ones, and checks as a hold", () => {
    const confirmed = bar("1", "a", "2026-03-05T09:00", "2026-03-05T18:00", "confirmed");
    const space = world(DAYS, confirmed);
    const session = beginCreate(0, at("2026-03-03T12:00"), "hold");
    createTo(session, at("2026-03-04T12:00"), false, space);
    expect(placeOf(session.items[0])).toEqual([0, "2026-03-03T09:00", "2026-03-04T18:00"]);
    expect(session.items[0]?.conflict).toBeNull();
    createTo(session, at("2026-03-05T12:00"), false, space);
    expect(session.items[0]?.conflict?.words).toBe("Clashes with 1, confirmed");
  });

  it("goes off the grid with Alt", () => {
    const space = world(HOURS);
    const session = beginCreate(0, at("2026-03-03T12:03"), "hold");
    createTo(session, at("2026-03-03T13:08"), true, space);
    expect(placeOf(session.items[0])).toEqual([0, "2026-03-03T12:03", "2026-03-03T13:08"]);
  });
});

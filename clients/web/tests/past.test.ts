import { describe, expect, test } from "vitest";

import type { FullBooking } from "@production-tool/shared";

import type { GanttBar } from "../src/gantt/types.ts";
import { stacksOf, type OwnStep } from "../src/history/adopt.ts";
import type { Difference } from "../src/history/api.ts";
import { changeOf, countsOf, markedBars, nameOf } from "../src/history/marks.ts";
import type { BarContext } from "../src/studio/bars.ts";
import { stateOf } from "../src/history/past.ts";
import { daysOf, weekdayOf } from "../src/series/days.ts";
import { readPattern } from "../src/series/series-dialog.tsx";

const step = (id: string, more: Partial<OwnStep> = {}): OwnStep => ({ command_id: id, undone: false, undoes: null, ...more });

describe("one's own steps of before a reload", () => {
  test("can be taken back, the latest first", () => {
    expect(stacksOf([step("c"), step("b"), step("a")])).toEqual({ undoable: ["a", "b", "c"], redoable: [] });
  });
  test("can be done again where they were taken back last", () => {
    const log = [step("u2", { undoes: "b" }), step("u1", { undoes: "c" }), step("c", { undone: true }), step("b", { undone: true }), step("a")];
    expect(stacksOf(log)).toEqual({ undoable: ["a"], redoable: ["u1", "u2"] });
  });
  test("cannot be done again once something else was done", () => {
    const log = [step("d"), step("u", { undoes: "c" }), step("c", { undone: true })];
    expect(stacksOf(log)).toEqual({ undoable: ["d"], redoable: [] });
  });
  test("that were done again are taken back under their first name", () => {
    const log = [step("r", { undoes: "u" }), step("u", { undoes: "c", undone: true }), step("c")];
    expect(stacksOf(log)).toEqual({ undoable: ["c"], redoable: [] });
  });
});

const record = (id: string, start: string, status = "hold"): Record<string, unknown> => ({
  ...{ id, artist_id: "ada", title: id, status, project_id: null, start, end: start.replace("T00", "T12"), version: 1 },
  ...{ segments: [], counter: null, rank: 1, response: "none", response_deadline: null, expires_at: null },
});

function difference(id: string, before: Difference["before"], after: Difference["after"], change: Difference["change"]): Difference {
  return { kind: "booking", id, change, fields: [], before, after, seq: 1, at: "2026-06-01T00:00:00Z" };
}

const [then, now] = ["2026-06-01T00:00:00Z", "2026-06-03T00:00:00Z"];
const came = difference("came", null, record("came", now), "added");
const moved = difference("moved", record("moved", then), record("moved", now), "moved");
const ended = difference("ended", record("ended", then), record("ended", then, "released"), "changed");

describe("what became of bookings", () => {
  test("is told as people see it: what has ended is gone", () => {
    expect([came, moved, ended].map(changeOf)).toEqual(["added", "moved", "removed"]);
    expect(countsOf([came, moved, ended])).toEqual({ added: 1, moved: 1, removed: 1, changed: 0 });
    expect(nameOf(moved, new Map([["ada", { name: "Ada" }]]), new Map())).toBe("moved, Ada");
  });
  test("marks the bars of then, with where they are now, and adds those that came", () => {
    const bar = (id: string): GanttBar => ({
      ...{ id, rowId: "ada", start: Date.parse(then), end: Date.parse(then) + 1, title: id, status: "hold" },
      ...{ colour: "#000000", editable: false, version: 1 },
    });
    const context: BarContext = {
      projects: new Map(),
      pendingIds: new Set(),
      role: "freelancer",
      inFocus: new Set(),
      contests: new Map(),
      requests: new Map(),
    };
    const marked = markedBars([bar("moved"), bar("ended"), bar("same")], [came, moved, ended], context);
    expect(marked.map(({ id, mark }) => [id, mark])).toEqual([
      ["moved", "moved"],
      ["ended", "removed"],
      ["same", undefined],
      ["came", "added"],
    ]);
    expect(marked[0]?.proposed).toMatchObject({ rowId: "ada", start: Date.parse(now) });
  });
});

test("the past is as the present was: ended bookings stand in no line", () => {
  const booking = (id: string, status: string): FullBooking => record(id, then, status) as unknown as FullBooking;
  const nothing = { artists: [], projects: [], phases: [], challenges: [], times_off: [] };
  const state = stateOf({ ...nothing, bookings: [booking("x", "hold"), booking("y", "released")] });
  expect([...state.bookings.keys()]).toEqual(["x"]);
  expect(state.lines.get("ada")).toHaveLength(1);
});

describe("the days of a pattern", () => {
  test("every Tuesday for eight weeks", () => {
    const days = daysOf({ first: "2026-06-02", count: 8 });
    expect(days).toHaveLength(8);
    expect([days[0], days[1], days[7]]).toEqual(["2026-06-02", "2026-06-09", "2026-07-21"]);
    expect(days.every((day) => weekdayOf(day) === 1)).toBe(true);
  });
  test("some weekdays every other week, until a day, without some", () => {
    const pattern = { first: "2026-06-03", weekdays: [0, 2], interval: 2, until: "2026-07-01", except_days: ["2026-06-15"] };
    expect(daysOf(pattern)).toEqual(["2026-06-03", "2026-06-17", "2026-06-29", "2026-07-01"]);
  });
  test("monthly leaves out months without the day", () => {
    expect(daysOf({ first: "2026-01-31", freq: "monthly", count: 3 })).toEqual(["2026-01-31", "2026-03-31", "2026-05-31"]);
  });
  test("are none where the pattern has no end, or two", () => {
    expect(daysOf({ first: "2026-06-02" })).toEqual([]);
    expect(daysOf({ first: "2026-06-02", count: 2, until: "2026-07-01" })).toEqual([]);
  });
  test("are read from the fields, or told what is wrong with them", () => {
    const fields: Parameters<typeof readPattern>[0] = {
      first: "2026-06-02",
      freq: "weekly",
      interval: "1",
      weekdays: [1],
      ends: "count",
      count: "8",
      until: "",
      part: "am",
      start: "",
      end: "",
      skipHolidays: true,
    };
    expect(readPattern(fields)).toEqual({
      pattern: { first: "2026-06-02", freq: "weekly", interval: 1, weekdays: [1], count: 8, part: "am", skip_holidays: true },
    });
    expect(readPattern({ ...fields, count: "0" })).toHaveProperty("problem");
    expect(readPattern({ ...fields, part: "times" })).toEqual({ problem: "Enter both times." });
    expect(readPattern({ ...fields, ends: "until", until: "2026-06-01" })).toHaveProperty("problem");
  });
});

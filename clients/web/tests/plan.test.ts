import { describe, expect, test } from "vitest";

import type { Artist, Dependency, FullBooking, Milestone, Phase, Project } from "@production-tool/shared";

import { workCalendar } from "../src/plan/calendar.ts";
import { daysOf, needsOf } from "../src/plan/needs.ts";
import { network } from "../src/plan/network.ts";
import { barsOf, kindOf, linksOf, plannedProjects, progressOf, rowsOf } from "../src/plan/rows.ts";
import { NO_FILTERS } from "../src/studio/filters.ts";

const OFFICE = [0, 1, 2, 3, 4].map((day) => ({ day, start: "09:00", end: "17:00" }));
const ms = Date.parse;
const iso = (at: number): string => new Date(at).toISOString().slice(0, 16);
const calendar = workCalendar(OFFICE, "UTC", ms("2026-01-01T00:00:00Z"), ms("2027-01-01T00:00:00Z"));
const HOUR = 3_600_000;

function phase(id: string, start: string | null, end: string | null, more: Partial<Phase> = {}): Phase {
  return {
    id,
    project_id: "p",
    name: id,
    duration_hours: 8,
    skills: [],
    start: start === null ? null : `${start}:00:00Z`,
    end: end === null ? null : `${end}:00:00Z`,
    progress: 0,
    external_id: "",
    version: 1,
    ...more,
  };
}

function tie(from: string, to: string, kind: Dependency["kind"] = "finish_start", lag = 0): Dependency {
  return { id: `${from}>${to}`, project_id: "p", from_phase_id: from, to_phase_id: to, kind, lag_hours: lag, version: 1 };
}

describe("working time", () => {
  test("stands still at night and over weekends", () => {
    const friday = ms("2026-06-05T15:00:00Z");
    const monday = ms("2026-06-08T10:00:00Z");
    expect(calendar.at(monday) - calendar.at(friday)).toBe(3 * HOUR);
    expect(calendar.at(ms("2026-06-06T12:00:00Z"))).toBe(calendar.at(ms("2026-06-05T17:00:00Z")));
  });
  test("begins in the morning and ends in the evening", () => {
    const close = calendar.at(ms("2026-06-05T17:00:00Z"));
    expect(iso(calendar.begins(close))).toBe("2026-06-08T09:00");
    expect(iso(calendar.ends(close))).toBe("2026-06-05T17:00");
  });
  test("goes there and back over a change of clocks", () => {
    const berlin = workCalendar(OFFICE, "Europe/Berlin", ms("2026-01-01T00:00:00Z"), ms("2027-01-01T00:00:00Z"));
    const start = ms("2026-03-27T08:00:00Z");
    const end = berlin.ends(berlin.at(start) + 16 * HOUR);
    expect(iso(end)).toBe("2026-03-30T15:00");
  });
});

describe("a network", () => {
  // Two days, then two days after the weekend; a third beside them with a day to spare.
  const one = phase("one", "2026-06-04T09", "2026-06-05T17");
  const two = phase("two", "2026-06-08T09", "2026-06-09T17");
  const side = phase("side", "2026-06-04T09", "2026-06-08T17");

  test("tells what is critical, and how much slack the rest has", () => {
    const plan = network([one, two, side], [tie("one", "two")], calendar);
    expect([...plan.standing].filter(([, { critical }]) => critical).map(([id]) => id)).toEqual(["one", "two"]);
    expect(iso(plan.standing.get("side")?.slackUntil ?? 0)).toBe("2026-06-09T17:00");
    expect([...plan.critical]).toEqual(["one>two"]);
    expect(plan.broken.size).toBe(0);
  });

  test.each([
    ["finish_start", 0, "one", "two", false],
    ["finish_start", 8, "one", "two", true],
    ["start_start", 16, "one", "two", false],
    ["start_start", 17, "one", "two", true],
    ["finish_finish", 16, "one", "two", false],
    ["finish_finish", 17, "one", "two", true],
    ["start_finish", 32, "one", "two", false],
    ["start_finish", 33, "one", "two", true],
    ["finish_start", 0, "two", "one", true],
  ] as const)("breaks a %s tie of %i hours from %s to %s: %s", (kind, lag, from, to, broken) => {
    const plan = network([one, two], [tie(from, to, kind, lag)], calendar);
    expect(plan.broken.has(`${from}>${to}`)).toBe(broken);
  });

  test("pushes what waits, just as far as it must, and uses slack up first", () => {
    const three = phase("three", "2026-06-11T09", "2026-06-11T17");
    const plan = network([one, two, three, side], [tie("one", "two"), tie("two", "three")], calendar);
    const pushed = plan.push("one", ms("2026-06-05T09:00:00Z"));
    expect([...pushed].map(([id, { start, end }]) => [id, iso(start), iso(end)])).toEqual([
      ["one", "2026-06-05T09:00", "2026-06-08T17:00"],
      ["two", "2026-06-09T09:00", "2026-06-10T17:00"],
    ]);
    expect(plan.push("two", ms("2026-06-10T09:00:00Z")).has("three")).toBe(true);
    expect(plan.push("one", ms("2026-06-03T09:00:00Z")).size).toBe(1);
  });

  test("leaves phases without dates alone", () => {
    const plan = network([one, phase("later", null, null)], [tie("one", "later")], calendar);
    expect(plan.standing.has("later")).toBe(false);
    expect(plan.push("one", ms("2026-06-05T09:00:00Z")).size).toBe(1);
  });
});

describe("the plan's rows", () => {
  const project: Project = { id: "p", name: "Lion", colour: "#3f6ad8", status: "active", version: 1 };
  const closed: Project = { ...project, id: "q", name: "Old", status: "archived" };
  const phases = [phase("b", "2026-06-08T09", "2026-06-09T17"), phase("a", "2026-06-04T09", "2026-06-05T17", { progress: 50 })];
  const review: Milestone = { id: "m", project_id: "p", name: "Review", date: "2026-06-09", phase_id: "b", done: true };
  const work = {
    projects: new Map([project, closed].map((each) => [each.id, each])),
    phases: new Map(phases.map((each) => [each.id, each])),
    dependencies: new Map([["t", tie("a", "b", "start_finish")]]),
    milestones: new Map([["m", review]]),
  };
  const [planned] = plannedProjects(work, NO_FILTERS);
  if (planned === undefined) throw new Error("a project is planned");
  const plan = network(planned.phases, planned.dependencies, calendar);

  test("are projects with their phases in order of time, unless folded", () => {
    const names = (folded: string[]): string[] => rowsOf([planned], new Set(folded), "UTC", OFFICE).map(({ name }) => name);
    expect(names([])).toEqual(["Lion", "a", "b"]);
    expect(names(["p"])).toEqual(["Lion"]);
    expect(plannedProjects(work, { ...NO_FILTERS, search: "nobody" })).toEqual([]);
  });
  test("carry phases, the project's span, and milestones on their day", () => {
    const bars = barsOf(planned, plan, { closed: new Set(), zone: "UTC", editable: true });
    expect(bars.map(({ id, rowId, status }) => [id, rowId, status])).toEqual([
      ["sum:p", "p", "summary"],
      ["a", "row:a", "phase"],
      ["b", "row:b", "phase"],
      ["m", "row:b", "milestone"],
    ]);
    expect(bars[0]?.plan?.progress).toBe(25);
    expect(bars[3]?.plan?.progress).toBe(100);
    const folded = barsOf(planned, plan, { closed: new Set(["p"]), zone: "UTC", editable: true });
    expect(folded.map(({ id, rowId }) => [id, rowId])).toEqual([
      ["sum:p", "p"],
      ["m", "p"],
    ]);
  });
  test("link the edges that the kind of a tie names, both ways", () => {
    expect(linksOf(planned, plan)).toMatchObject([{ fromId: "a", fromEdge: "start", toId: "b", toEdge: "end" }]);
    expect([kindOf("end", "start"), kindOf("start", "start"), kindOf("end", "end"), kindOf("start", "end")]).toEqual([
      "finish_start",
      "start_start",
      "finish_finish",
      "start_finish",
    ]);
  });
  test("weigh progress by work", () => {
    expect(progressOf([phase("x", null, null, { duration_hours: 30, progress: 100 }), phase("y", null, null, { duration_hours: 10 })])).toBe(75);
    expect(progressOf([])).toBe(0);
  });
});

describe("days of skills", () => {
  const comp = { name: "Comp", level: 7, years: 3 };
  const artist = (id: string, skills: Artist["skills"]): Artist => ({
    ...{ id, name: id, zone: "UTC", active: true, version: 1, working_hours: OFFICE },
    ...(skills === undefined ? {} : { skills }),
  });
  const artists = new Map([artist("ada", [comp]), artist("ben", [])].map((each) => [each.id, each]));
  const booked = (id: string, who: string, start: string, end: string): FullBooking =>
    ({ id, artist_id: who, start, end, status: "hold", phase_id: "x", version: 1 }) as unknown as FullBooking;

  test("are counted by the artist's own hours, halves as halves", () => {
    const ada = artist("ada", []);
    expect(daysOf({ start: ms("2026-06-05T00:00:00Z"), end: ms("2026-06-09T00:00:00Z") }, ada)).toBe(2);
    expect(daysOf({ start: ms("2026-06-05T09:00:00Z"), end: ms("2026-06-05T13:00:00Z") }, ada)).toBe(0.5);
  });
  test("count for a skill that the artist has at the level asked for, else for others", () => {
    const wanted = phase("x", null, null, { skills: [{ name: "Comp", level: 5, days: 10 }] });
    const bookings = [
      booked("1", "ada", "2026-06-01T00:00:00Z", "2026-06-03T00:00:00Z"),
      booked("2", "ben", "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"),
    ];
    expect(needsOf(wanted, bookings, artists)).toEqual({
      skills: [{ skill: "Comp", level: 5, needed: 10, booked: 2 }],
      others: 1,
    });
    const demanding = { ...wanted, skills: [{ name: "Comp", level: 9, days: 10 }] };
    expect(needsOf(demanding, bookings, artists).others).toBe(3);
  });
});

import { describe, expect, test } from "vitest";

import type { Artist, FullBooking, Phase, Project } from "@production-tool/shared";

import { wishedBy } from "../src/planning/instead.ts";
import { openSeats, seatWords, windowsOf } from "../src/planning/seats.ts";
import { questionOf, requestFor } from "../src/planning/slot-request.ts";
import { reasonsOf, type Part } from "../src/planning/suggestions.ts";
import { daysWithin, workingDays } from "../src/planning/working-days.ts";
import { DAY, HOUR } from "../src/lib/time.ts";

const MONDAY = Date.UTC(2030, 0, 7);
const iso = (ms: number): string => new Date(ms).toISOString();
const OFFICE = [0, 1, 2, 3, 4].map((day) => ({ day, start: "09:00", end: "17:00" }));

function phase(id: string, more: Partial<Phase> = {}): Phase {
  const skills = [{ name: "Comp", level: 3, days: 0 }];
  return { id, project_id: "p", name: id, duration_hours: 24, skills, start: null, end: null, progress: 0, external_id: "", version: 1, ...more };
}

const project: Project = { id: "p", name: "Film", colour: "#3f6ad8", status: "active", version: 1 };

function artist(id: string, level = 5): Artist {
  const skills = [{ name: "Comp", level, years: 1 }];
  return { id, name: id, zone: "UTC", active: true, version: 1, skills, tags: [], working_hours: OFFICE };
}

function booked(id: string, phaseId: string, start: number, end: number): FullBooking {
  const place = { id, artist_id: "ada", start: iso(start), end: iso(end), phase_id: phaseId, status: "hold" };
  return { ...place, project_id: "p", title: "" } as FullBooking;
}

function seatsFor(phases: readonly Phase[], bookings: readonly FullBooking[] = [], of: Project = project) {
  return openSeats(
    {
      projects: new Map([["p", of]]),
      phases: new Map(phases.map((each) => [each.id, each])),
      artists: new Map([["ada", artist("ada")]]),
      bookings: new Map(bookings.map((each) => [each.id, each])),
    },
    MONDAY,
  );
}

describe("what is still to be placed", () => {
  test("a phase that nobody is booked for, for as long as it takes", () => {
    const [seat] = seatsFor([phase("comp")]);
    expect(seat).toMatchObject({ days: 3, missing: 3, skill: { name: "Comp", level: 3 } });
    expect(seatWords(seat ?? { skill: null, missing: 0 })).toBe("3 d of Comp, level 3");
  });

  test("what is missing of the days a skill is asked for, no longer than the phase", () => {
    const needs = phase("comp", { skills: [{ name: "Comp", level: 3, days: 10 }] });
    const [seat] = seatsFor([needs], [booked("b", "comp", MONDAY, MONDAY + 2 * DAY)]);
    expect(seat).toMatchObject({ missing: 8, days: 3 });
  });

  test("a skill without days is open until somebody has it", () => {
    expect(seatsFor([phase("comp")], [booked("b", "comp", MONDAY, MONDAY + DAY)])).toEqual([]);
  });

  test("not what is done, over, or of a project that is closed", () => {
    const over = phase("over", { start: iso(MONDAY - 9 * DAY), end: iso(MONDAY - DAY) });
    expect(seatsFor([phase("done", { progress: 100 }), over])).toEqual([]);
    expect(seatsFor([phase("comp")], [], { ...project, status: "delivered" })).toEqual([]);
  });

  test("what is planned first comes first, what has no dates last", () => {
    const soon = phase("soon", { start: iso(MONDAY), end: iso(MONDAY + 5 * DAY) });
    const later = phase("later", { start: iso(MONDAY + 7 * DAY), end: iso(MONDAY + 12 * DAY) });
    expect(seatsFor([phase("never"), later, soon]).map((seat) => seat.phase.id)).toEqual(["soon", "later", "never"]);
  });

  test("is looked for on the planned dates, then after them, never in the past", () => {
    const [own, after] = windowsOf({ start: iso(MONDAY - 30 * DAY), end: iso(MONDAY + 3 * DAY) }, MONDAY);
    expect(own?.end).toBeGreaterThanOrEqual(MONDAY + 3 * DAY);
    expect(after?.start).toBe(MONDAY);
    expect(after?.end).toBeGreaterThan(MONDAY + 30 * DAY);
  });
});

describe("what a phase dropped on a row takes", () => {
  test("working days from that day on, over a weekend", () => {
    const friday = MONDAY + 4 * DAY;
    expect(workingDays(artist("ada"), friday + 15 * HOUR, 2)).toEqual({ start: friday, end: MONDAY + 8 * DAY });
  });

  test("dropped on a weekend it begins on Monday; the last day may be half", () => {
    expect(workingDays(artist("ada"), MONDAY - DAY, 1.5)).toEqual({ start: MONDAY, end: MONDAY + DAY + DAY / 2 });
  });

  test("days nobody works are passed over", () => {
    const closed = [{ start: MONDAY, end: MONDAY + DAY }];
    expect(workingDays(artist("ada"), MONDAY, 1, closed)?.start).toBe(MONDAY + DAY);
  });

  test("a range holds the working days it touches", () => {
    expect(daysWithin(artist("ada"), { start: MONDAY + 9 * HOUR, end: MONDAY + 8 * DAY + 18 * HOUR })).toBe(7);
  });
});

describe("why this one", () => {
  const part = (name: Part["name"], points: number, of: number, text: string): Part => ({ name, points, of, text });

  test("its best sides, and its worst", () => {
    const parts = [
      part("earliest", 20, 25, "at once"),
      part("skill", 20, 20, "Comp 3 where 3 is asked"),
      part("rank", 3.8, 15, "number 2 in line"),
      part("continuity", 10, 10, "already on the project"),
    ];
    expect(reasonsOf({ parts })).toBe("already on the project, Comp 3 where 3 is asked; but number 2 in line");
  });

  test("where nothing stands out", () => {
    expect(reasonsOf({ parts: [part("balance", 5, 10, "half taken")] })).toBe("a fair fit");
  });
});

describe("finding a slot", () => {
  const state = { projects: new Map([["p", project]]), bookings: new Map(), artists: new Map([["ada", artist("ada")]]) };
  const request = requestFor(state, phase("comp"), "Comp", "UTC", Date.now());

  test("begins with what the phase misses", () => {
    expect(request).toMatchObject({ length: "3", unit: "days", projectId: "p", skills: [{ name: "Comp", level: 3 }] });
    expect(questionOf(request, "UTC")).toMatchObject({ ok: true, question: { days: 3, halfDays: false } });
  });

  test.each([
    [{ length: "0" }, "length"],
    [{ length: "2.5" }, "length"],
    [{ from: "" }, "from"],
    [{ to: "2000-01-01" }, "to"],
    [{ budget: "much" }, "budget"],
    [{ budget: "400", currency: "E" }, "budget"],
  ])("says which field is wrong: %j", (change, field) => {
    expect(questionOf({ ...request, ...change }, "UTC")).toMatchObject({ ok: false, problem: { field } });
  });

  test("hours may be halves", () => {
    const wish = questionOf({ ...request, unit: "hours", length: "2.5" }, "UTC");
    expect(wish).toMatchObject({ ok: true, question: { hours: 2.5 } });
  });
});

describe("what was asked for where it was refused", () => {
  const standing = { bookings: new Map([["b", booked("b", "comp", MONDAY, MONDAY + DAY)]]) };

  test("a move to another artist is about that artist", () => {
    const args = { booking_id: "b", artist_id: "ben", start: iso(MONDAY + DAY), end: iso(MONDAY + 2 * DAY) };
    const wished = wishedBy({ op: "booking.move", args }, standing);
    expect(wished).toMatchObject({ artistId: "ben", phaseId: "comp", start: MONDAY + DAY });
  });

  test("a release asks for no place", () => {
    expect(wishedBy({ op: "booking.release", args: { booking_id: "b" } }, standing)).toBeNull();
  });
});

import { describe, expect, it } from "vitest";

import { toInstant } from "@production-tool/shared";

import { daysOf, sameClock, sameTime, wholeDays } from "../src/time/ranges.ts";

const BERLIN = "Europe/Berlin";
const asked = { start: "2026-10-22T08:00:00Z", end: "2026-10-23T16:00:00Z" };

function wire(range: { start: number; end: number } | null): unknown {
  return range && { start: toInstant(range.start), end: toInstant(range.end) };
}

describe("ranges and days", () => {
  it("touch the days somebody in the zone would name", () => {
    expect(daysOf(asked, BERLIN)).toEqual({ first: "2026-10-22", last: "2026-10-23" });
    const night = { start: "2026-10-22T22:00:00Z", end: "2026-10-23T22:00:00Z" };
    expect(daysOf(night, BERLIN)).toEqual({ first: "2026-10-23", last: "2026-10-23" });
  });

  it("keep the clock over the end of summer time", () => {
    const moved = sameClock(asked, { first: "2026-10-26", last: "2026-10-27" }, BERLIN);
    expect(wire(moved)).toEqual({ start: "2026-10-26T09:00:00Z", end: "2026-10-27T17:00:00Z" });
  });

  it("make a day of 25 hours where the zone has one", () => {
    const day = wholeDays({ first: "2026-10-25", last: "2026-10-25" }, BERLIN);
    expect(wire(day)).toEqual({ start: "2026-10-24T22:00:00Z", end: "2026-10-25T23:00:00Z" });
  });

  it("end at midnight where they were asked to", () => {
    const day = { start: "2026-10-21T22:00:00Z", end: "2026-10-22T22:00:00Z" };
    const moved = sameClock(day, { first: "2026-11-02", last: "2026-11-03" }, BERLIN);
    expect(wire(moved)).toEqual({ start: "2026-11-01T23:00:00Z", end: "2026-11-03T23:00:00Z" });
  });

  it("refuse hours that do not fit the days", () => {
    const night = { start: "2026-10-22T20:00:00Z", end: "2026-10-23T04:00:00Z" };
    expect(sameClock(night, { first: "2026-10-26", last: "2026-10-26" }, BERLIN)).toBeNull();
  });

  it("are the same in zones whose clocks agree then", () => {
    const range = { start: Date.parse(asked.start), end: Date.parse(asked.end) };
    expect(sameTime(range, BERLIN, "Europe/Paris")).toBe(true);
    expect(sameTime(range, BERLIN, "Europe/Lisbon")).toBe(false);
  });
});

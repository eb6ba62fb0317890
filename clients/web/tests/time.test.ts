import { expect, test } from "vitest";

import { addDays, DAY, HOUR, instantOf, wallClock } from "../src/lib/time.ts";

const at = (text: string): number => Date.parse(text);

test("a wall clock is read in the zone of the studio, not of the browser", () => {
  expect(instantOf({ date: "2026-01-12", time: "09:00" }, "Europe/Berlin")).toBe(at("2026-01-12T08:00:00Z"));
  expect(instantOf({ date: "2026-07-12", time: "09:00" }, "Europe/Berlin")).toBe(at("2026-07-12T07:00:00Z"));
  expect(instantOf({ date: "2026-01-12", time: "09:00" }, "Asia/Kathmandu")).toBe(at("2026-01-12T03:15:00Z"));
});

test("a clock that spring skips moves on by the gap, one that autumn repeats is the first", () => {
  expect(instantOf({ date: "2026-03-29", time: "02:30" }, "Europe/Berlin")).toBe(at("2026-03-29T01:30:00Z"));
  expect(instantOf({ date: "2026-10-25", time: "02:30" }, "Europe/Berlin")).toBe(at("2026-10-25T00:30:00Z"));
});

test("what is no date gives null instead of another date", () => {
  for (const date of ["", "2026-02-30", "0026-1-1", "yesterday"]) {
    expect(instantOf({ date, time: "09:00" }, "UTC")).toBeNull();
  }
  expect(instantOf({ date: "2026-02-28", time: "" }, "UTC")).toBeNull();
});

test("wall clocks come back as they went in", () => {
  const clock = { date: "2026-11-02", time: "17:45" };
  for (const zone of ["UTC", "America/Los_Angeles", "Pacific/Auckland", "Asia/Kolkata"]) {
    expect(wallClock(instantOf(clock, zone) ?? 0, zone)).toEqual(clock);
  }
});

test("a day later is the same wall clock, whatever the clocks did in between", () => {
  const before = at("2026-03-28T08:00:00Z");
  expect(addDays(before, 1, "Europe/Berlin") - before).toBe(23 * HOUR);
  expect(addDays(before, 1, "UTC") - before).toBe(DAY);
});

import { describe, expect, test } from "vitest";

import type { WorkingHours } from "@production-tool/shared";

import { readShift, shifted } from "../src/bulk/shift.ts";

const OFFICE: readonly WorkingHours[] = [0, 1, 2, 3, 4].map((day) => ({ day, start: "09:00", end: "18:00" }));
const berlin = { zone: "Europe/Berlin", working_hours: OFFICE };
const ms = Date.parse;
const instants = ({ start, end }: { start: number; end: number }): string[] =>
  [start, end].map((at) => new Date(at).toISOString().slice(0, 16));

describe("moving by", () => {
  test("days keeps the clock over a change of clocks", () => {
    const friday = { start: ms("2026-03-27T08:00:00Z"), end: ms("2026-03-27T17:00:00Z") };
    expect(instants(shifted(friday, { by: 3, unit: "days" }, "Europe/Berlin", berlin))).toEqual([
      "2026-03-30T07:00",
      "2026-03-30T16:00",
    ]);
  });
  test("weeks is by seven days", () => {
    const span = { start: ms("2026-06-01T00:00:00Z"), end: ms("2026-06-03T00:00:00Z") };
    expect(instants(shifted(span, { by: -1, unit: "weeks" }, "UTC", undefined))).toEqual([
      "2026-05-25T00:00",
      "2026-05-27T00:00",
    ]);
  });
  test("working days steps over weekends and keeps the days of work", () => {
    // Monday to Wednesday, whole days, four working days later: Friday to Tuesday.
    const span = { start: ms("2026-06-01T00:00:00Z"), end: ms("2026-06-04T00:00:00Z") };
    const week = { zone: "UTC", working_hours: OFFICE };
    expect(instants(shifted(span, { by: 4, unit: "working_days" }, "UTC", week))).toEqual([
      "2026-06-05T00:00",
      "2026-06-10T00:00",
    ]);
    const back = shifted(
      shifted(span, { by: 4, unit: "working_days" }, "UTC", week),
      { by: -4, unit: "working_days" },
      "UTC",
      week,
    );
    expect(back).toEqual(span);
  });
  test("working days of somebody without a week is by days", () => {
    const span = { start: ms("2026-06-05T09:00:00Z"), end: ms("2026-06-05T12:00:00Z") };
    const never = { zone: "UTC", working_hours: [] };
    expect(instants(shifted(span, { by: 1, unit: "working_days" }, "UTC", never))).toEqual([
      "2026-06-06T09:00",
      "2026-06-06T12:00",
    ]);
  });
});

test("how far is a whole number, not none, and within ten years", () => {
  expect(readShift(" −3 ", "days")).toEqual({ by: -3, unit: "days" });
  expect(["", "0", "1.5", "x", "4000"].map((text) => readShift(text, "days"))).toEqual([null, null, null, null, null]);
  expect(readShift("600", "weeks")).toBeNull();
});

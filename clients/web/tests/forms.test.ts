import { expect, test } from "vitest";

import { checkColour, checkEmail, checkHours, checkName, checkRange, checkZone, splitTags } from "../src/lib/forms.ts";
import { rangeFields, readRange, withStartDate } from "../src/schedule/range.ts";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const clock = (date: string, time: string) => ({ date, time });

test("an e-mail address is asked for in words", () => {
  expect(checkEmail("owner@demo.studio")).toBeNull();
  expect(checkEmail("  ")).toMatch(/Enter/u);
  expect(checkEmail("owner at demo")).toMatch(/not an e-mail address/u);
});

test("names are neither empty nor longer than the server takes", () => {
  expect(checkName("Ada", "artist")).toBeNull();
  expect(checkName("  ", "artist")).toBe("Give the artist a name.");
  expect(checkName("x".repeat(201), "artist")).toMatch(/at most 200/u);
});

test("zones and colours are ones that exist", () => {
  expect(checkZone("Europe/Berlin")).toBeNull();
  expect(checkZone("Berlin")).toMatch(/no time zone/u);
  expect(checkColour("#3F6ad8")).toBeNull();
  expect(checkColour("blue")).not.toBeNull();
});

test("a range that cannot be booked names the field at fault", () => {
  const field = (from: [string, string], to: [string, string]): string => {
    const read = checkRange(clock(...from), clock(...to), "UTC");
    return read.ok ? "none" : read.field;
  };
  expect(field(["2026-01-12", "09:00"], ["2026-01-12", "18:00"])).toBe("none");
  expect(field(["", ""], ["2026-01-12", "18:00"])).toBe("start");
  expect(field(["2026-01-12", "09:00"], ["2026-01-12", "09:00"])).toBe("end");
  expect(field(["1026-01-12", "09:00"], ["2026-01-12", "09:00"])).toBe("start");
  expect(field(["2026-01-12", "09:00"], ["2027-02-12", "09:00"])).toBe("end");
});

test("working hours are in order and do not overlap", () => {
  expect(checkHours([{ day: 0, start: "09:00", end: "24:00" }], DAYS)).toBeNull();
  expect(checkHours([{ day: 1, start: "9", end: "18:00" }], DAYS)).toMatch(/^Tuesday: enter both/u);
  expect(checkHours([{ day: 1, start: "18:00", end: "09:00" }], DAYS)).toMatch(/after the start/u);
  const split = [
    { day: 2, start: "13:00", end: "18:00" },
    { day: 2, start: "09:00", end: "13:30" },
  ];
  expect(checkHours(split, DAYS)).toMatch(/^Wednesday: two working times overlap/u);
});

test("tags are split, trimmed and said once", () => {
  expect(splitTags("comp, lighting;comp , ")).toEqual(["comp", "lighting"]);
});

test("midnight to midnight is whole days with the last day inclusive, and comes back the same", () => {
  const zone = "Europe/Berlin";
  const [start, end] = [Date.parse("2026-03-27T23:00:00Z"), Date.parse("2026-03-30T22:00:00Z")];
  const fields = rangeFields(start, end, zone);
  expect(fields).toMatchObject({ wholeDays: true, startDate: "2026-03-28", endDate: "2026-03-30" });
  expect(readRange(fields, zone)).toEqual({ ok: true, start, end });
});

test("other ranges keep their clocks", () => {
  const [start, end] = [Date.parse("2026-01-12T09:00:00Z"), Date.parse("2026-01-13T00:00:00Z")];
  const fields = rangeFields(start, end, "UTC");
  expect(fields).toMatchObject({ wholeDays: false, endDate: "2026-01-13", endTime: "00:00" });
  expect(readRange(fields, "UTC")).toEqual({ ok: true, start, end });
});

test("a later start takes the end along", () => {
  const fields = rangeFields(Date.parse("2026-01-12T09:00:00Z"), Date.parse("2026-01-14T18:00:00Z"), "UTC");
  expect(withStartDate(fields, "2026-02-01")).toMatchObject({ startDate: "2026-02-01", endDate: "2026-02-03" });
  expect(withStartDate(fields, "")).toMatchObject({ startDate: "", endDate: "2026-01-14" });
});

import { expect, test } from "vitest";

import { formatAgo, formatLength, formatRange, formatSpan, initials, ordinal, plural } from "../src/lib/format.ts";

const year = new Date().getUTCFullYear();
const at = (text: string): number => Date.parse(`${year}-${text}`);
const berlin = "Europe/Berlin";

test("whole days are named by their last day, though the range ends at the midnight after it", () => {
  const said = formatRange(at("01-11T23:00:00Z"), at("01-16T23:00:00Z"), berlin, "en-GB");
  expect(said).toMatch(/12 Jan – \w+,? 16 Jan$/u);
  expect(formatRange(at("01-11T23:00:00Z"), at("01-12T23:00:00Z"), berlin, "en-GB")).not.toContain("–");
});

test("hours within a day name the day once", () => {
  const said = formatRange(at("01-12T08:00:00Z"), at("01-12T17:00:00Z"), berlin, "en-GB");
  expect(said).toMatch(/12 Jan, 09:00 – 18:00$/u);
});

test("a range over several days says both days and clocks", () => {
  const said = formatRange(at("01-12T08:00:00Z"), at("01-14T17:00:00Z"), berlin, "en-GB");
  expect(said).toMatch(/12 Jan, 09:00 – \w+,? 14 Jan, 18:00$/u);
});

test("lengths count days on the wall, so a day with 23 hours is a day", () => {
  const [start, end] = [Date.parse("2026-03-28T23:00:00Z"), Date.parse("2026-03-29T22:00:00Z")];
  expect(formatLength(start, end, berlin)).toBe("1 day");
  expect(formatLength(start, end, "UTC")).toBe("23 h");
  expect(formatLength(at("01-12T08:00:00Z"), at("01-13T09:30:00Z"), berlin)).toBe("1 day 1 h 30 min");
});

test("the span on screen is said as shortly as it is clear", () => {
  const span = (from: string, to: string): string => formatSpan(Date.parse(from), Date.parse(to), "UTC", "en-GB");
  expect(span("2026-01-05T00:00:00Z", "2026-01-25T00:00:00Z")).toBe("January 2026");
  expect(span("2026-01-05T00:00:00Z", "2026-03-05T00:00:00Z")).toBe("Jan – Mar 2026");
  expect(span("2025-12-20T00:00:00Z", "2026-01-05T00:00:00Z")).toBe("Dec 2025 – Jan 2026");
});

test("numbers in line, counts and names", () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 102].map(ordinal).join(" ")).toBe("1st 2nd 3rd 4th 11th 12th 13th 21st 102nd");
  expect(plural(1, "booking")).toBe("1 booking");
  expect(plural(1234, "booking")).toBe("1,234 bookings");
  expect(initials("Ada Lovelace-King")).toBe("AL");
  expect(initials("  zoë ")).toBe("Z");
  expect(initials("")).toBe("?");
});

test("what just happened happened just now", () => {
  const now = Date.now();
  expect(formatAgo(now - 5_000, now, "en")).toBe("just now");
  expect(formatAgo(now - 3 * 3_600_000, now, "en")).toBe("3 hours ago");
  expect(formatAgo(now + 2 * 86_400_000, now, "en")).toBe("in 2 days");
});

import { describe, expect, it } from "vitest";

import { isoWeek, Labels } from "./labels.ts";
import { clockFor, DAY, HOUR, MINUTE } from "./zone.ts";

const madrid = clockFor("Europe/Madrid");
const labels = new Labels("en-GB");
const now = Date.parse("2026-03-04T10:00:00Z");
const at = (wall: string): number => madrid.fromLocal(Date.parse(`${wall}Z`));

describe("words for time", () => {
  it("name a range as a person would, the year only where it is another one", () => {
    expect(labels.range(madrid, at("2026-03-03T09:00"), at("2026-03-05T18:00"), now)).toBe("3 Mar 09:00 to 5 Mar 18:00");
    expect(labels.range(madrid, at("2026-03-03T09:00"), at("2026-03-03T18:00"), now)).toBe("3 Mar 09:00 to 18:00");
    expect(labels.range(madrid, at("2025-12-30T09:00"), at("2026-01-02T18:00"), now)).toBe("30 Dec 2025 09:00 to 2 Jan 18:00");
  });

  it("follow the locale", () => {
    expect(new Labels("en-US").moment(madrid, at("2026-03-03T09:00"), now)).toBe("Mar 3 09:00");
    expect(new Labels("de").moment(madrid, at("2026-03-03T09:00"), now)).toBe("3. März 09:00");
  });

  it("count days as calendars do, and hours within a day", () => {
    expect(labels.extent(madrid, at("2026-03-03T09:00"), at("2026-03-06T18:00"))).toBe("4 days");
    expect(labels.extent(madrid, at("2026-03-03T00:00"), at("2026-03-04T00:00"))).toBe("1 d");
    expect(labels.extent(madrid, at("2026-03-03T09:00"), at("2026-03-03T18:00"))).toBe("9 h");
    expect(labels.duration(2 * DAY + 9 * HOUR)).toBe("2 d 9 h");
    expect(labels.duration(45 * MINUTE)).toBe("45 min");
    expect(labels.hours(27.5 * HOUR)).toBe("27.5 h");
  });

  it("give zones' distances with their sign", () => {
    expect([labels.offset(HOUR), labels.offset(0), labels.offset(-3.5 * HOUR)]).toEqual(["GMT+1", "GMT", "GMT−3:30"]);
  });

  it("number weeks after ISO 8601", () => {
    expect([Date.UTC(2025, 11, 29), Date.UTC(2026, 2, 2), Date.UTC(2027, 0, 4)].map(isoWeek)).toEqual([1, 10, 1]);
  });

  it("head the axis", () => {
    const monday = Date.UTC(2026, 2, 2);
    expect(labels.major("week", monday)).toMatch(/^2\s?[–-]\s?8 Mar 2026 · W10$/u);
    expect(labels.majorShort("week", monday)).toBe("W10");
    expect(labels.minor("day", monday, true)).toBe("Mon 2");
    expect(labels.minor("day", monday, false)).toBe("2");
    expect(labels.weekdayLetter(monday)).toBe("M");
    expect(labels.minor("quarter", Date.UTC(2026, 3, 1), true)).toBe("Q2");
  });
});

import { describe, expect, it } from "vitest";

import { civilOf, clockFor, DAY, HOUR, localOf, MINUTE, weekdayOf } from "./zone.ts";

const madrid = clockFor("Europe/Madrid");
const local = (text: string): number => Date.parse(`${text}Z`);

describe("offsets", () => {
  it.each([
    ["Europe/Madrid", "2026-03-29T00:59:59Z", 1],
    ["Europe/Madrid", "2026-03-29T01:00:00Z", 2],
    ["Europe/Madrid", "2026-10-25T00:59:59Z", 2],
    ["Europe/Madrid", "2026-10-25T01:00:00Z", 1],
    ["America/New_York", "2026-03-08T06:59:59Z", -5],
    ["America/New_York", "2026-03-08T07:00:00Z", -4],
    ["Asia/Kolkata", "2026-01-01T00:00:00Z", 5.5],
    ["Australia/Lord_Howe", "2026-01-01T00:00:00Z", 11],
    ["Australia/Lord_Howe", "2026-07-01T00:00:00Z", 10.5],
    ["UTC", "2099-12-31T00:00:00Z", 0],
  ])("of %s at %s is %d hours", (zone, at, hours) => {
    expect(clockFor(zone).offsetAt(Date.parse(at))).toBe(hours * HOUR);
  });

  it("agree with Intl on every sixth hour of a decade, in zones of all kinds", () => {
    for (const zone of ["Europe/Madrid", "America/Santiago", "Africa/Casablanca", "Pacific/Chatham"]) {
      const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
      const clock = clockFor(zone);
      for (let at = Date.UTC(2020, 0, 1); at < Date.UTC(2030, 0, 1); at += 37 * 6 * HOUR) {
        const shown = new Date(clock.toLocal(at)).toISOString().slice(11, 16);
        expect(shown, `${zone} at ${new Date(at).toISOString()}`).toBe(format.format(at));
      }
    }
  });

  it("of a zone that nobody knows are those of UTC", () => {
    expect(clockFor("Mars/Olympus").offsetAt(Date.UTC(2026, 5, 1))).toBe(0);
  });
});

describe("wall clocks", () => {
  it("come back to the instant they were read from", () => {
    for (let at = Date.UTC(2026, 2, 28); at < Date.UTC(2026, 2, 31); at += 30 * MINUTE) {
      expect(madrid.fromLocal(madrid.toLocal(at))).toBe(at);
    }
  });

  it("that the change of clocks skipped move forward by the gap", () => {
    expect(new Date(madrid.fromLocal(local("2026-03-29T02:30:00"))).toISOString()).toBe("2026-03-29T01:30:00.000Z");
  });

  it("that happen twice are the first of the two", () => {
    expect(new Date(madrid.fromLocal(local("2026-10-25T02:30:00"))).toISOString()).toBe("2026-10-25T00:30:00.000Z");
  });

  it("keep their time of day when shifted by days across a change", () => {
    const friday = madrid.fromLocal(local("2026-03-27T09:00:00"));
    const monday = madrid.shift(friday, 3 * DAY);
    expect(madrid.toLocal(monday)).toBe(local("2026-03-30T09:00:00"));
    expect(monday - friday).toBe(3 * DAY - HOUR);
  });

  it("begin their day at midnight, or where midnight is skipped right after it", () => {
    expect(madrid.toLocal(madrid.startOfDay(Date.parse("2026-03-29T12:00:00Z")))).toBe(local("2026-03-29T00:00:00"));
    const santiago = clockFor("America/Santiago");
    const noon = Date.parse("2026-09-06T15:00:00Z");
    expect(santiago.toLocal(santiago.startOfDay(noon))).toBe(local("2026-09-06T01:00:00"));
  });
});

describe("calendar dates", () => {
  it("agree with Date over two centuries", () => {
    const civil = { year: 0, month: 0, day: 0 };
    for (let at = Date.UTC(1950, 0, 1); at < Date.UTC(2150, 0, 1); at += 17 * DAY) {
      const date = new Date(at);
      civilOf(at, civil);
      expect(localOf(civil.year, civil.month, civil.day)).toBe(at);
      expect(weekdayOf(at)).toBe((date.getUTCDay() + 6) % 7);
    }
  });
});

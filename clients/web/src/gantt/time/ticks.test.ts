import { describe, expect, it } from "vitest";

import { MAX_PX_PER_DAY, MIN_PX_PER_DAY } from "./scale.ts";
import { axisLevels, floorTo, nextAfter, TickList } from "./ticks.ts";
import { clockFor, DAY, HOUR } from "./zone.ts";

const madrid = clockFor("Europe/Madrid");
const utc = (text: string): number => Date.parse(text);

function cells(unit: Parameters<typeof floorTo>[1]["unit"], count: number, from: string, until: string): string[] {
  const list = new TickList().fill(madrid, { unit, count }, utc(from), utc(until));
  return list.starts.slice(0, list.length).map((at) => new Date(at).toISOString().slice(0, 16));
}

describe("axis levels", () => {
  it("exist at every scale, the upper never finer than the lower", () => {
    const size = { hour: 1, day: 24, week: 168, month: 720, quarter: 2200, year: 8760 };
    for (let scale = MIN_PX_PER_DAY; scale <= MAX_PX_PER_DAY; scale *= 1.1) {
      const { major, minor } = axisLevels(scale);
      expect(size[major.unit]).toBeGreaterThan(size[minor.unit] * minor.count);
      expect((size[minor.unit] * minor.count * scale) / 24, `a cell at ${String(scale)} px a day`).toBeGreaterThan(15);
    }
  });
});

describe("cells", () => {
  it("of days are 23 and 25 hours long where the clocks change", () => {
    const list = new TickList().fill(madrid, { unit: "day", count: 1 }, utc("2026-03-28T12:00Z"), utc("2026-03-30T12:00Z"));
    const lengths = [1, 2, 3].map((at) => ((list.starts[at] as number) - (list.starts[at - 1] as number)) / HOUR);
    expect(lengths).toEqual([24, 23, 24]);
  });

  it("of hours leave out the one that is skipped", () => {
    const list = new TickList().fill(madrid, { unit: "hour", count: 1 }, utc("2026-03-28T23:00Z"), utc("2026-03-29T03:00Z"));
    const hours = list.locals.slice(0, list.length).map((at) => (at % DAY) / HOUR);
    expect(hours).toEqual([0, 1, 3, 4]);
  });

  it("begin at or before the span and end at or after it", () => {
    const list = new TickList();
    for (const unit of ["hour", "day", "week", "month", "quarter", "year"] as const) {
      list.fill(madrid, { unit, count: 1 }, utc("2026-02-10T08:17Z"), utc("2026-06-03T22:40Z"));
      expect(list.starts[0]).toBeLessThanOrEqual(utc("2026-02-10T08:17Z"));
      expect(list.starts[list.length]).toBeGreaterThanOrEqual(utc("2026-06-03T22:40Z"));
      for (let at = 1; at <= list.length; at += 1) expect(list.starts[at]).toBeGreaterThan(list.starts[at - 1] as number);
    }
  });

  it("of weeks begin on Monday, of months on the first, of quarters in January, April …", () => {
    expect(cells("week", 1, "2026-03-04T00:00Z", "2026-03-16T00:00Z")).toEqual([
      "2026-03-01T23:00",
      "2026-03-08T23:00",
      "2026-03-15T23:00",
    ]);
    expect(cells("month", 1, "2026-12-04T00:00Z", "2027-01-16T00:00Z")).toEqual(["2026-11-30T23:00", "2026-12-31T23:00"]);
    expect(cells("quarter", 1, "2026-05-04T00:00Z", "2026-07-16T00:00Z")).toEqual(["2026-03-31T22:00", "2026-06-30T22:00"]);
  });

  it("follow one another without gap or overlap in wall time", () => {
    for (const unit of ["day", "week", "month", "quarter", "year"] as const) {
      const tick = { unit, count: 1 };
      let local = floorTo(Date.UTC(2024, 1, 29, 13), tick);
      for (let step = 0; step < 40; step += 1) {
        const next = nextAfter(local, tick);
        expect(floorTo(next - 1, tick)).toBe(local);
        expect(floorTo(next, tick)).toBe(next);
        local = next;
      }
    }
  });
});

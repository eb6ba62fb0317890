import { describe, expect, it } from "vitest";

import type { WorkingInterval } from "../types.ts";
import { createdRange, halfDayEdges, LONGEST, magnet, middleOf, snapEdge, stepFor } from "./snap.ts";
import { parseWeek, workingMs } from "./working.ts";
import { clockFor, DAY, HOUR, MINUTE, WEEK } from "./zone.ts";

const madrid = clockFor("Europe/Madrid");
const tokyo = clockFor("Asia/Tokyo");
const at = (wall: string): number => madrid.fromLocal(Date.parse(`${wall}Z`));
const wall = (time: number): string => new Date(madrid.toLocal(time)).toISOString().slice(0, 16);

const OFFICE = parseWeek(([0, 1, 2, 3, 4] as const).map((day): WorkingInterval => ({ day, start: "09:00", end: "18:00" })));

describe("the step", () => {
  it("is what the axis shows: days until hours are shown, then finer and finer", () => {
    expect([3, 30, 117, 249, 250, 400, 1200, 3000].map(stepFor)).toEqual([
      WEEK,
      DAY,
      DAY,
      DAY,
      HOUR,
      30 * MINUTE,
      15 * MINUTE,
      5 * MINUTE,
    ]);
  });
});

describe("an edge", () => {
  it("goes onto the wall-clock grid at fine steps", () => {
    expect(wall(snapEdge(madrid, at("2026-03-03T09:10"), at("2026-03-03T10:22"), 15 * MINUTE))).toBe("2026-03-03T10:15");
  });

  it("goes onto the grid of a zone half an hour off as well", () => {
    const kolkata = clockFor("Asia/Kolkata");
    const snapped = snapEdge(kolkata, 0, Date.parse("2026-03-03T04:10:00Z"), HOUR);
    expect(new Date(kolkata.toLocal(snapped)).toISOString().slice(11, 16)).toBe("10:00");
  });

  it("travels by whole days at day steps and keeps its time of day", () => {
    expect(wall(snapEdge(madrid, at("2026-03-03T09:10"), at("2026-03-05T15:00"), DAY))).toBe("2026-03-05T09:10");
    expect(wall(snapEdge(madrid, at("2026-03-03T09:10"), at("2026-03-05T22:00"), DAY))).toBe("2026-03-06T09:10");
  });

  it("keeps its time of day across the change of clocks", () => {
    expect(wall(snapEdge(madrid, at("2026-03-27T09:00"), at("2026-03-30T09:20"), DAY))).toBe("2026-03-30T09:00");
  });

  it("that comes back to where it was is exactly where it was", () => {
    const origin = at("2026-03-03T09:07");
    expect(snapEdge(madrid, origin, origin + 3 * HOUR, DAY)).toBe(origin);
  });
});

describe("magnets", () => {
  it("draw from within their reach only, the nearest first", () => {
    expect(magnet(100, [90, 104, 200], 3, 12)).toBe(104);
    expect(magnet(100, [80, 120], 2, 12)).toBeNaN();
    expect(magnet(100, [100, 101], 0, 12)).toBeNaN();
  });

  it("of half days are where the day opens, parts and closes", () => {
    expect(middleOf([9 * HOUR, 18 * HOUR], "end")).toBe(13 * HOUR);
    expect(middleOf([8.5 * HOUR, 13 * HOUR, 14.5 * HOUR, 18 * HOUR], "end")).toBe(13 * HOUR);
    expect(middleOf([8.5 * HOUR, 13 * HOUR, 14.5 * HOUR, 18 * HOUR], "start")).toBe(14.5 * HOUR);
    const edges: number[] = [];
    const count = halfDayEdges(OFFICE, madrid, at("2026-03-06T12:00"), "end", edges, 0);
    expect(edges.slice(0, count).map(wall)).toEqual(["2026-03-05T18:00", "2026-03-05T13:00", "2026-03-06T18:00", "2026-03-06T13:00"]);
  });
});

describe("a drawn range", () => {
  const drawn = (from: string, to: string, step: number, row = madrid): [string, string] => {
    const { start, end } = createdRange(madrid, row, OFFICE, at(from), at(to), step, { start: 0, end: 0 });
    return [wall(start), wall(end)];
  };

  it("covers whole cells of the grid in either direction", () => {
    expect(drawn("2026-03-03T09:20", "2026-03-03T11:05", HOUR)).toEqual(["2026-03-03T09:00", "2026-03-03T12:00"]);
    expect(drawn("2026-03-03T11:05", "2026-03-03T09:20", HOUR)).toEqual(["2026-03-03T09:00", "2026-03-03T12:00"]);
  });

  it("is never empty", () => {
    expect(drawn("2026-03-03T09:00", "2026-03-03T09:00", 30 * MINUTE)).toEqual(["2026-03-03T09:00", "2026-03-03T09:30"]);
  });

  it("runs from opening to close at day steps", () => {
    expect(drawn("2026-03-03T15:00", "2026-03-05T01:00", DAY)).toEqual(["2026-03-03T09:00", "2026-03-05T18:00"]);
  });

  it("takes the working hours of the row's own zone", () => {
    // 09:00 to 18:00 in Tokyo is 01:00 to 10:00 in Madrid.
    expect(drawn("2026-03-03T15:00", "2026-03-04T01:00", DAY, tokyo)).toEqual(["2026-03-03T01:00", "2026-03-04T10:00"]);
  });

  it("covers working weeks at week steps", () => {
    expect(drawn("2026-03-04T15:00", "2026-03-12T01:00", WEEK)).toEqual(["2026-03-02T09:00", "2026-03-13T18:00"]);
  });

  it("is whole days where nobody works", () => {
    expect(drawn("2026-03-07T15:00", "2026-03-08T01:00", DAY)).toEqual(["2026-03-07T00:00", "2026-03-09T00:00"]);
  });

  it("is never longer than a booking may be", () => {
    const range = createdRange(madrid, madrid, OFFICE, at("2026-01-01T09:00"), at("2028-01-01T09:00"), DAY, { start: 0, end: 0 });
    expect(range.end - range.start).toBe(LONGEST);
  });
});

describe("working time", () => {
  it("counts only working hours, each day once", () => {
    expect(workingMs(OFFICE, madrid, at("2026-03-06T12:00"), at("2026-03-09T10:00"))).toBe(7 * HOUR);
    expect(workingMs(OFFICE, madrid, at("2026-03-07T00:00"), at("2026-03-09T00:00"))).toBe(0);
  });

  it("reads 24:00 as the day's end", () => {
    const night = parseWeek([{ day: 0, start: "20:00", end: "24:00" }]);
    expect(workingMs(night, madrid, at("2026-03-02T00:00"), at("2026-03-03T12:00"))).toBe(4 * HOUR);
  });
});

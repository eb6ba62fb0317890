import { describe, expect, it } from "vitest";

import type { BarStatus, GanttBar, GanttRow } from "../types.ts";
import { conflictIn, excludes } from "./conflicts.ts";
import { differences } from "./diff.ts";
import { Ghosts, SILENT_MS } from "./ghosts.ts";
import { firstReaching, Schedule } from "./schedule.ts";

const row = (id: string): GanttRow => ({ id, name: id.toUpperCase(), zone: "UTC", working: [] });
const bar = (id: string, rowId: string, start: number, end: number, status: BarStatus = "confirmed"): GanttBar => ({
  id,
  rowId,
  start,
  end,
  title: `Title ${id}`,
  status,
  colour: "#123456",
  editable: true,
  version: 1,
});

function scheduleOf(...bars: GanttBar[]): Schedule {
  const schedule = new Schedule();
  schedule.setRows([row("a"), row("b")]);
  schedule.setBars(bars);
  return schedule;
}

const idsOf = (schedule: Schedule, index: number): string[] => schedule.line(index).bars.map((one) => one.id);

describe("the index of a row", () => {
  it("is in order of start", () => {
    expect(idsOf(scheduleOf(bar("2", "a", 5, 6), bar("1", "a", 1, 9), bar("3", "b", 0, 1)), 0)).toEqual(["1", "2"]);
  });

  it("finds the bars of a window even where a long one began far before it", () => {
    const schedule = scheduleOf(bar("long", "a", 0, 1000), bar("x", "a", 10, 20), bar("y", "a", 500, 520));
    expect(firstReaching(schedule.line(0), 600)).toBe(0);
    expect(firstReaching(schedule.line(0), 1000)).toBe(3);
  });

  it("follows a patch that moves, adds and removes", () => {
    const schedule = scheduleOf(bar("1", "a", 0, 5), bar("2", "a", 6, 8));
    schedule.patch([bar("1", "b", 0, 5), bar("3", "a", 1, 2)], ["2"]);
    expect([idsOf(schedule, 0), idsOf(schedule, 1)]).toEqual([["3"], ["1"]]);
    expect(schedule.bar("2")).toBeUndefined();
  });

  it("keeps bars of rows that are not shown yet", () => {
    const schedule = scheduleOf(bar("1", "c", 0, 5));
    schedule.setRows([row("c")]);
    expect(idsOf(schedule, 0)).toEqual(["1"]);
  });

  it("gives the lane in which a drop would land", () => {
    const schedule = scheduleOf(bar("1", "a", 0, 10), bar("2", "a", 5, 15, "hold"));
    expect(schedule.landingLane(0, 20, 30, "")).toBe(0);
    expect(schedule.landingLane(0, 11, 14, "")).toBe(0);
    expect(schedule.landingLane(0, 1, 3, "")).toBe(1);
    expect(schedule.landingLane(0, 1, 3, "1")).toBe(0);
  });
});

describe("what excludes what", () => {
  it.each<[BarStatus, BarStatus, boolean]>([
    ["hold", "hold", false],
    ["hold", "pencil", false],
    ["hold", "confirmed", true],
    ["pencil", "hold", false],
    ["pencil", "pencil", true],
    ["confirmed", "pencil", true],
    ["confirmed", "busy", true],
  ])("%s over %s: %s", (moving, standing, expected) => {
    expect(excludes(moving, standing)).toBe(expected);
  });

  it("touches do not clash, overlaps do, and the moved one never with itself", () => {
    const schedule = scheduleOf(bar("1", "a", 0, 10), bar("2", "a", 20, 30, "pencil"));
    expect(conflictIn(schedule, "a", 10, 20, [], "confirmed")).toBeNull();
    expect(conflictIn(schedule, "a", 5, 12, [], "pencil")?.words).toBe("Clashes with Title 1, confirmed");
    expect(conflictIn(schedule, "a", 5, 25, [], "pencil")).toEqual({
      words: "Clashes with Title 1, confirmed and 1 more",
      blockingIds: ["1", "2"],
    });
    expect(conflictIn(schedule, "a", 5, 12, ["1"], "pencil")).toBeNull();
  });
});

describe("a whole new list of bars", () => {
  it("is told apart by what differs only", () => {
    const [one, two, three] = [bar("1", "a", 0, 5), bar("2", "a", 6, 8), bar("3", "a", 9, 10)];
    const schedule = scheduleOf(one, two, three);
    const moved = { ...two, start: 7 };
    expect(differences(schedule, [{ ...one }, moved])).toEqual({ changed: [moved], removed: ["3"] });
  });
});

describe("ghosts", () => {
  const ghost = { key: "k", rowId: "b", start: 1_000_000, end: 2_000_000, name: "Ben", colour: "#f00", bookingId: "1" };
  const ghosts = (): Ghosts => new Ghosts((id) => (id === "a" ? 0 : 1));

  it("appear where they are and then glide to where they go", () => {
    const all = ghosts();
    all.set([{ ...ghost, rowId: "a" }], 0);
    all.set([{ ...ghost, start: 9_000_000, end: 10_000_000 }], 50);
    expect(all.step(16, 66, false)).toBe(true);
    const [track] = [...all.tracks()];
    expect(track?.row).toBeGreaterThan(0);
    expect(track?.row).toBeLessThan(1);
    for (let frame = 0; frame < 80; frame += 1) all.step(16, 100, false);
    expect(track).toMatchObject({ row: 1, start: 9_000_000, end: 10_000_000 });
  });

  it("leap where motion is reduced", () => {
    const all = ghosts();
    all.set([{ ...ghost, rowId: "a" }], 0);
    all.set([ghost], 50);
    all.step(16, 66, true);
    expect([...all.tracks()][0]?.row).toBe(1);
  });

  it("fade after five silent seconds, though they are still listed, and come back when heard again", () => {
    const all = ghosts();
    all.set([ghost], 0);
    all.set([ghost], 4000);
    expect(all.nextFade()).toBe(SILENT_MS);
    all.step(16, SILENT_MS + 250, false);
    expect([...all.tracks()][0]?.alpha).toBeCloseTo(0.5);
    all.step(16, SILENT_MS + 600, false);
    expect(all.isCarried("1")).toBe(false);
    all.set([{ ...ghost, start: 5 }], 7000);
    all.step(16, 7000, false);
    expect(all.isCarried("1")).toBe(true);
  });

  it("leave when they are taken away", () => {
    const all = ghosts();
    all.set([ghost], 0);
    all.set([], 100);
    all.step(16, 1000, false);
    expect(all.size).toBe(0);
  });
});

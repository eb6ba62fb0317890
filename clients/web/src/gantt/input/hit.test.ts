import { describe, expect, it } from "vitest";

import { Schedule } from "../model/schedule.ts";
import { DAY, HOUR } from "../time/zone.ts";
import type { GanttBar } from "../types.ts";
import { laneTop, RowLayout } from "../view/layout.ts";
import { AXIS_HEIGHT, Viewport } from "../view/viewport.ts";
import { GRIP, type Hit, hitTest, partAt, TARGET } from "./hit.ts";
import { barsBetween, barsWithin, nearestInRow } from "./selection.ts";

const T0 = Date.UTC(2026, 2, 2);
const bar = (id: string, rowId: string, start: number, end: number, editable = true): GanttBar => ({
  id,
  rowId,
  start: T0 + start * HOUR,
  end: T0 + end * HOUR,
  title: id,
  status: "hold",
  colour: "#000",
  editable,
  version: 1,
});

function stage(...bars: GanttBar[]): { schedule: Schedule; viewport: Viewport } {
  const schedule = new Schedule();
  schedule.setRows(["a", "b", "c"].map((id) => ({ id, name: id, zone: "UTC", working: [] })));
  schedule.setBars(bars);
  const layout = new RowLayout();
  layout.update(schedule);
  const viewport = new Viewport(layout);
  viewport.resize(1280, 400);
  viewport.pxPerDay = 240;
  viewport.left = T0;
  return { schedule, viewport };
}

const none: ReadonlySet<string> = new Set();

describe("a part of a bar", () => {
  it("is a grip of at least 8 px at either edge", () => {
    expect([partAt(1, 100, GRIP, true), partAt(7.9, 100, GRIP, true), partAt(50, 100, GRIP, true), partAt(93, 100, GRIP, true)]).toEqual([
      "start",
      "start",
      "body",
      "end",
    ]);
  });

  it("keeps a body between the grips of narrow bars: they reach outwards", () => {
    for (const width of [9, 12, 20]) {
      expect(partAt(width / 2, width, GRIP, true)).toBe("body");
      const gripped = Array.from({ length: 400 }, (_, step) => step / 10 - 10).filter(
        (offset) => partAt(offset, width, GRIP, true) === "start",
      );
      expect(gripped.length / 10).toBeGreaterThanOrEqual(GRIP - 0.2);
    }
  });

  it("is never smaller than a target must be", () => {
    const hits = Array.from({ length: 800 }, (_, step) => step / 10 - 40).filter((offset) => partAt(offset, 4, GRIP, true) !== null);
    expect(hits.length / 10).toBeGreaterThanOrEqual(TARGET - 0.2);
  });

  it("is only a body where the bar may not be changed", () => {
    expect(partAt(1, 100, GRIP, false)).toBe("body");
  });
});

describe("under a point", () => {
  const { schedule, viewport } = stage(bar("1", "a", 24, 48), bar("2", "b", 24, 48), bar("3", "b", 30, 40), bar("4", "c", 25, 25.5));
  const at = (x: number, y: number, selected = none, touch = false): Hit =>
    hitTest(schedule, viewport, x, y, { touch, selected }, () => -1);
  const x = (hours: number): number => viewport.xOf(T0 + hours * HOUR);

  it("lie bars, by row and lane", () => {
    expect(at(x(36), viewport.topOf(0) + 20)).toMatchObject({ kind: "bar", bar: { id: "1" }, part: "body", row: 0 });
    expect(at(x(36), viewport.topOf(1) + laneTop(0) + 5)).toMatchObject({ bar: { id: "2" } });
    expect(at(x(36), viewport.topOf(1) + laneTop(1) + 5)).toMatchObject({ bar: { id: "3" } });
  });

  it("lie cells, with the instant", () => {
    const hit = at(x(60), viewport.topOf(0) + 20);
    expect(hit).toMatchObject({ kind: "cell", row: 0 });
    expect(hit.kind === "cell" && Math.round(hit.time)).toBe(T0 + 60 * HOUR);
  });

  it("lie the axis, the row heads, and nothing below the last row", () => {
    expect(at(x(36), AXIS_HEIGHT - 5).kind).toBe("axis");
    expect(at(20, viewport.topOf(2) + 5)).toEqual({ kind: "header", row: 2 });
    expect(at(x(36), 390).kind).toBe("nothing");
    expect(at(20, 20).kind).toBe("nothing");
  });

  it("lies a narrow bar within 24 px", () => {
    expect(at(x(25.25) + 11, viewport.topOf(2) + 20)).toMatchObject({ kind: "bar", bar: { id: "4" } });
    expect(at(x(25.25) + 20, viewport.topOf(2) + 20).kind).toBe("cell");
  });

  it("lie grips for fingers only on what is selected", () => {
    expect(at(x(24) + 4, viewport.topOf(0) + 20, none, true)).toMatchObject({ part: "body" });
    expect(at(x(24) + 4, viewport.topOf(0) + 20, new Set(["1"]), true)).toMatchObject({ part: "start" });
  });
});

describe("a selection", () => {
  const { schedule } = stage(bar("1", "a", 0, 10), bar("2", "a", 20, 30), bar("3", "b", 5, 25), bar("4", "c", 0, 100));
  const names = (bars: readonly GanttBar[]): string[] => bars.map((one) => one.id);

  it("by lasso takes every bar it touches", () => {
    const region = { firstRow: 0, lastRow: 1, start: T0 + 10 * HOUR, end: T0 + 20 * HOUR + 1 };
    expect(names(barsWithin(schedule, region))).toEqual(["2", "3"]);
  });

  it("by range takes the rectangle that two bars span", () => {
    const [first, second] = [schedule.bar("3"), schedule.bar("1")] as [GanttBar, GanttBar];
    expect(names(barsBetween(schedule, first, second))).toEqual(["1", "2", "3"]);
  });

  it("by going up and down finds the nearest bar", () => {
    expect(nearestInRow(schedule, 0, T0 + 13 * HOUR)?.id).toBe("1");
    expect(nearestInRow(schedule, 0, T0 + 25 * HOUR)?.id).toBe("2");
    expect(nearestInRow(schedule, 0, T0 - DAY)?.id).toBe("1");
  });
});

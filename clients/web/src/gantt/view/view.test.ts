import { describe, expect, it } from "vitest";

import { Schedule } from "../model/schedule.ts";
import { MAX_TIME, MIN_TIME, nearestZoom, scaleOf, zoomAbout } from "../time/scale.ts";
import { DAY } from "../time/zone.ts";
import type { BarStatus, GanttBar, ThemeName } from "../types.ts";
import { contrast, luminance, parseColour, standOut } from "./colour.ts";
import { lanesWithin, RowLayout, rowHeight } from "./layout.ts";
import { Momentum, Travel, Velocity } from "./motion.ts";
import { defaultPalette, PaintShop } from "./palette.ts";
import { TextRuler } from "./text.ts";
import { AXIS_HEIGHT, Viewport } from "./viewport.ts";

const T0 = Date.UTC(2026, 2, 2);

function viewOf(rows: number): Viewport {
  const schedule = new Schedule();
  schedule.setRows(Array.from({ length: rows }, (_, at) => ({ id: String(at), name: "N", zone: "UTC", working: [] })));
  const layout = new RowLayout();
  layout.update(schedule);
  const viewport = new Viewport(layout);
  viewport.resize(1280, 800);
  viewport.pxPerDay = 120;
  viewport.left = T0;
  return viewport;
}

describe("the view", () => {
  it("maps instants to pixels and back", () => {
    const viewport = viewOf(10);
    for (const x of [224, 500, 1279]) expect(viewport.xOf(viewport.timeAt(x))).toBeCloseTo(x, 6);
  });

  it("zooms about the pointer: what is under it stays", () => {
    const viewport = viewOf(10);
    const before = viewport.timeAt(700);
    for (const scale of [900, 4000, 33, 120]) {
      viewport.zoomAt(scale, 700, 300);
      expect(Math.abs(viewport.timeAt(700) - before)).toBeLessThan(2);
    }
    expect(zoomAbout(1000, 120, 240, 0)).toBe(1000);
  });

  it("stays within the years that can be booked and within its rows", () => {
    const viewport = viewOf(100);
    viewport.panBy(-1e12, -1e9);
    expect([viewport.left, viewport.scrollY]).toEqual([MIN_TIME, 0]);
    viewport.panBy(1e12, 1e9);
    expect(viewport.right).toBeCloseTo(MAX_TIME, -2);
    expect(viewport.scrollY).toBe(100 * rowHeight(1) - viewport.bodyHeight);
  });

  it("knows its rows", () => {
    const viewport = viewOf(100);
    viewport.scrollY = rowHeight(1) * 3 + 5;
    expect(viewport.firstRow).toBe(3);
    expect(viewport.rowAt(AXIS_HEIGHT + 1)).toBe(3);
    expect(viewport.rowAt(viewport.topOf(7) + 1)).toBe(7);
    expect(viewOf(0).firstRow).toBe(-1);
    expect(viewOf(3).nearestRow(799)).toBe(2);
  });

  it("has rows grow back about the pointer when an overview is zoomed into", () => {
    const viewport = viewOf(200);
    viewport.rowScale = 0.1;
    viewport.settle();
    const row = viewport.rowAt(400);
    viewport.zoomAt(viewport.pxPerDay * 4, 700, 400);
    expect(viewport.rowScale).toBeCloseTo(0.4);
    expect(viewport.rowAt(400)).toBe(row);
  });

  it("names its zoom", () => {
    for (const width of [500, 1056, 1600]) {
      for (const zoom of ["day", "week", "month"] as const) expect(nearestZoom(scaleOf(zoom, width))).toBe(zoom);
    }
  });
});

describe("the height of rows", () => {
  const bar = (id: string, start: number, end: number): GanttBar => ({
    id,
    rowId: "0",
    start,
    end,
    title: id,
    status: "hold",
    colour: "#000",
    editable: true,
    version: 1,
  });

  function layoutOf(...bars: GanttBar[]): { schedule: Schedule; layout: RowLayout } {
    const schedule = new Schedule();
    schedule.setRows(["0", "1"].map((id) => ({ id, name: "N", zone: "UTC", working: [] })));
    schedule.setBars(bars);
    const layout = new RowLayout();
    layout.update(schedule, { from: 0, until: 10 });
    return { schedule, layout };
  }
  const stack = [bar("a", 0, 5), bar("b", 20, 30), bar("c", 22, 28), bar("d", 24, 26)];

  it("is for the stacks in view", () => {
    const { schedule, layout } = layoutOf(...stack);
    expect([0, 21, 25].map((at) => lanesWithin(schedule.line(0), at, at + 1))).toEqual([1, 1, 3]);
    expect([layout.heightOf(0), layout.top(1)]).toEqual([rowHeight(1), rowHeight(1)]);
  });

  it("grows step by step when a stack comes into view, and shrinks only when asked to", () => {
    const { schedule, layout } = layoutOf(...stack);
    layout.aim(schedule, { from: 20, until: 30 }, false);
    layout.step(16, false);
    expect(layout.heightOf(0)).toBeGreaterThan(rowHeight(1));
    expect(layout.heightOf(0)).toBeLessThan(rowHeight(3));
    for (let frame = 0; frame < 40; frame += 1) layout.step(16, false);
    expect([layout.heightOf(0), layout.changing]).toEqual([rowHeight(3), false]);
    layout.aim(schedule, { from: 0, until: 10 }, false);
    expect(layout.changing).toBe(false);
    layout.aim(schedule, { from: 0, until: 10 }, true);
    layout.step(16, true);
    expect(layout.heightOf(0)).toBe(rowHeight(1));
  });

  it("follows data at once, in the rows that changed", () => {
    const { schedule, layout } = layoutOf(...stack);
    schedule.patch([bar("e", 1, 4)], []);
    layout.update(schedule, { from: 0, until: 10 });
    expect(layout.heightOf(0)).toBe(rowHeight(2));
    schedule.patch([], ["e"]);
    layout.update(schedule, { from: 0, until: 10 });
    expect(layout.heightOf(0)).toBe(rowHeight(1));
  });

  it("has bars share the last lane while there is no room for their own", () => {
    expect([0, 1, 2].map((lane) => layoutOf(...stack).layout.laneIn(0, lane))).toEqual([0, 0, 0]);
  });
});

describe("motion", () => {
  const step = { dx: 0, dy: 0 };

  it("of a wheel notch covers exactly its distance and ends", () => {
    const momentum = new Momentum();
    momentum.push(0, 100);
    let total = 0;
    for (let frame = 0; frame < 60 && momentum.moving; frame += 1) total += momentum.step(16, step).dy;
    expect(momentum.moving).toBe(false);
    expect(total).toBeCloseTo(100, 6);
  });

  it("of a flick slows down and ends", () => {
    const momentum = new Momentum();
    momentum.fling(2, 0);
    let last = Number.POSITIVE_INFINITY;
    for (let frame = 0; frame < 400 && momentum.moving; frame += 1) {
      const { dx } = momentum.step(16, step);
      expect(dx).toBeLessThan(last);
      last = dx;
    }
    expect(momentum.moving).toBe(false);
  });

  it("of a hand that rested before it was lifted is none", () => {
    const velocity = new Velocity();
    for (let at = 0; at < 50; at += 10) velocity.add(at, at * 2, 0);
    expect(velocity.at(50).vx).toBeCloseTo(2);
    expect(velocity.at(400).vx).toBe(0);
  });

  it("to another view ends exactly there", () => {
    const from = { left: T0, pxPerDay: 120, scrollY: 0, rowScale: 1 };
    const to = { left: T0 + 40 * DAY, pxPerDay: 31, scrollY: 300, rowScale: 0.4 };
    const travel = new Travel(from, to, 0, 200);
    expect(travel.at(0, { ...from })).toEqual(from);
    expect(travel.at(200, { ...from })).toEqual(to);
    expect(travel.done(200)).toBe(true);
  });
});

describe("colours", () => {
  const awkward = ["#ffffff", "#000000", "#ffff00", "#00ff00", "#0000ff", "#7f7f7f", "#f2a516", "#3b6ef5", "#abc", "nonsense", "rgb(200, 30, 90)"];
  const themes: ThemeName[] = ["light", "dark"];
  const statuses: BarStatus[] = ["hold", "pencil", "confirmed", "busy"];

  it("of every bar carry readable text and edges that stand out, whatever the project's colour", () => {
    for (const theme of themes) {
      const palette = defaultPalette(theme);
      const shop = new PaintShop(palette);
      for (const colour of awkward) {
        for (const status of statuses) {
          const paint = shop.paint(colour, status);
          const what = `${theme} ${status} ${colour}`;
          const ground = paint.hatch === "" ? paint.fill : paint.hatch;
          expect(contrast(parseColour(paint.ink), parseColour(ground)), `text on ${what}`).toBeGreaterThanOrEqual(4.5);
          for (const under of [palette.surface, palette.off]) {
            expect(contrast(parseColour(paint.edge), parseColour(under)), `edge of ${what}`).toBeGreaterThanOrEqual(2.99);
          }
        }
        const readable = shop.readable(colour);
        expect(contrast(parseColour(readable), parseColour(shop.inkOn(readable)))).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it("of the surface itself pass AA", () => {
    for (const theme of themes) {
      const palette = defaultPalette(theme);
      const ratio = (a: string, b: string): number => contrast(parseColour(a), parseColour(b));
      for (const ground of [palette.surface, palette.off, palette.header, palette.line]) {
        expect(ratio(palette.ink, ground)).toBeGreaterThanOrEqual(7);
        expect(ratio(palette.inkSoft, ground)).toBeGreaterThanOrEqual(4.5);
      }
      for (const ground of [palette.surface, palette.off]) {
        for (const mark of [palette.accent, palette.danger, palette.now]) expect(ratio(mark, ground)).toBeGreaterThanOrEqual(3);
      }
      expect(ratio(palette.accentInk, palette.accent)).toBeGreaterThanOrEqual(4.5);
      expect(ratio(palette.dangerInk, palette.danger)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("are read in every notation, and moved no further than needed", () => {
    expect(parseColour("#abc")).toEqual({ r: 170, g: 187, b: 204 });
    expect(parseColour("rgb(1 2 3)")).toEqual({ r: 1, g: 2, b: 3 });
    const dark = parseColour("#102030");
    expect(standOut(dark, parseColour("#ffffff"), 4.5)).toEqual(dark);
    expect(luminance(standOut(parseColour("#ffff00"), parseColour("#ffffff"), 3))).toBeGreaterThan(0.2);
  });
});

describe("text", () => {
  const ruler = new TextRuler({ font: "", measureText: (text) => ({ width: text.length * 10 }) });

  it("is cut with an ellipsis to what fits", () => {
    expect(ruler.fit("Shot 040 comp", "f", 500)).toBe("Shot 040 comp");
    expect(ruler.fit("Shot 040 comp", "f", 90)).toBe("Shot 040…");
    expect(ruler.fit("Shot 040 comp", "f", 60)).toBe("Shot…");
  });

  it("is left out where a cut would tell nobody anything", () => {
    expect(ruler.fit("Shot 040 comp", "f", 30)).toBe("");
  });

  it("is never cut within a character outside the basic plane", () => {
    expect(ruler.fit("🎬🎬🎬🎬 shots", "f", 65)).toBe("🎬🎬…");
  });
});

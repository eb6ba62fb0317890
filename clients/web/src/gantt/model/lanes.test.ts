import { describe, expect, it } from "vitest";

import type { BarStatus, GanttBar } from "../types.ts";
import { packLanes } from "./lanes.ts";

let made = 0;

export function bar(start: number, end: number, status: BarStatus = "hold", rank?: number): GanttBar {
  made += 1;
  const base = { id: `bar-${String(made)}`, rowId: "r", start, end, title: "T", status, colour: "#000", editable: true, version: 1 };
  return rank === undefined ? base : { ...base, rank };
}

const pack = (bars: GanttBar[]): ReturnType<typeof packLanes> => packLanes(bars.toSorted((a, b) => a.start - b.start));

describe("lanes", () => {
  it("are one where nothing overlaps, also where one ends as the next begins", () => {
    expect(pack([bar(0, 5), bar(5, 9), bar(9, 12)])).toEqual({ lanes: [0, 0, 0], stacked: [false, false, false], count: 1 });
  });

  it("put what binds above, then holds in their order in line", () => {
    const bars = [bar(0, 10, "hold", 3), bar(1, 10, "hold", 2), bar(2, 10, "pencil")];
    expect(pack(bars).lanes).toEqual([2, 1, 0]);
  });

  it("are reused once they are free again", () => {
    expect(pack([bar(0, 4, "hold", 1), bar(2, 6, "hold", 2), bar(7, 9, "hold", 1)]).count).toBe(2);
  });

  it("say which bars overlap another one", () => {
    expect(pack([bar(0, 10), bar(2, 4), bar(10, 12), bar(12, 14)]).stacked).toEqual([true, true, false, false]);
  });

  it("never let two bars of one lane overlap, whatever they are", () => {
    let seed = 1;
    const random = (limit: number): number => (seed = (seed * 48_271) % 2_147_483_647) % limit;
    for (let round = 0; round < 60; round += 1) {
      const bars = Array.from({ length: 40 }, () => {
        const start = random(200);
        return bar(start, start + 1 + random(40), random(3) === 0 ? "pencil" : "hold", 1 + random(3));
      }).sort((a, b) => a.start - b.start);
      const { lanes, count } = packLanes(bars);
      expect(Math.max(...lanes)).toBe(count - 1);
      for (const [a, first] of bars.entries()) {
        for (const [b, second] of bars.entries()) {
          if (a < b && lanes[a] === lanes[b]) expect(first.end <= second.start || second.end <= first.start).toBe(true);
        }
      }
    }
  });

  it("leave time off out: it lies behind the bars and takes no room from them", () => {
    expect(pack([bar(0, 10, "off"), bar(1, 4), bar(2, 6)])).toEqual({
      lanes: [0, 0, 1],
      stacked: [false, true, true],
      count: 2,
    });
    expect(pack([bar(0, 10, "off"), bar(1, 4)]).count).toBe(1);
  });
});

import { describe, expect, it } from "vitest";

import { Schedule } from "../model/schedule.ts";
import type { GanttBar, GanttRow, Weekday } from "../types.ts";
import { loadOf } from "./load.ts";

const DAY = 86_400_000;
/** Monday, 5 January 1970, and the Monday after it. */
const FROM = 4 * DAY;
const UNTIL = FROM + 7 * DAY;
const WEEKDAYS: readonly Weekday[] = [0, 1, 2, 3, 4];
const ROW: GanttRow = {
  id: "ada",
  name: "Ada",
  zone: "UTC",
  working: WEEKDAYS.map((day) => ({ day, start: "09:00", end: "17:00" })),
};

function bar(id: string, day: number, days: number, status: GanttBar["status"], more: Partial<GanttBar> = {}): GanttBar {
  const start = FROM + day * DAY;
  return { id, rowId: "ada", start, end: start + days * DAY, title: id, status, colour: "#123456", editable: true, version: 1, ...more };
}

function load(row: GanttRow, ...bars: GanttBar[]): number | null {
  const schedule = new Schedule();
  schedule.setRows([row]);
  schedule.setBars(bars);
  const [info] = schedule.rows;
  return info === undefined ? null : loadOf(info, schedule.line(0), FROM, UNTIL);
}

describe("how full a week is", () => {
  it("counts what binds, within working hours only", () => {
    expect(load(ROW, bar("p", 0, 1, "pencil"), bar("c", 4, 3, "confirmed"), bar("h", 1, 2, "hold"))).toBe(0.4);
  });

  it("takes days off and approved time off for no working time", () => {
    const closed = { ...ROW, daysOff: [{ start: FROM, end: FROM + DAY, name: "Epiphany" }] };
    const away = bar("off", 1, 2, "off", { off: "approved" });
    const asked = bar("ask", 3, 1, "off", { off: "requested" });
    expect(load(closed, away, asked, bar("c", 3, 1, "confirmed"))).toBe(0.5);
  });

  it("is never more than full, and nothing where nobody works", () => {
    expect(load(ROW, bar("c", -2, 20, "confirmed"))).toBe(1);
    expect(load({ ...ROW, working: [] })).toBeNull();
  });

  it("is worked out anew once the row's bookings change", () => {
    const schedule = new Schedule();
    schedule.setRows([ROW]);
    const [info] = schedule.rows;
    if (info === undefined) throw new Error("expected a row");
    expect(loadOf(info, schedule.line(0), FROM, UNTIL)).toBe(0);
    schedule.patch([bar("c", 0, 5, "confirmed")], []);
    expect(loadOf(info, schedule.line(0), FROM, UNTIL)).toBe(1);
  });
});

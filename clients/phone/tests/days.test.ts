import { describe, expect, it } from "vitest";

import { between, dayOf, monday, monthOf, numberOf, plus, weekday, weeksOf, within } from "../src/time/days.ts";

describe("calendar days", () => {
  it("count through leap days and years", () => {
    expect(plus("2028-02-28", 1)).toBe("2028-02-29");
    expect(plus("2026-12-31", 1)).toBe("2027-01-01");
    expect(dayOf(numberOf("2026-03-29"))).toBe("2026-03-29");
  });

  it("know their weekday and week", () => {
    expect(weekday("2026-11-23")).toBe(0);
    expect(weekday("2026-11-22")).toBe(6);
    expect(weekday("1969-12-29")).toBe(0);
    expect(monday("2026-11-22")).toBe("2026-11-16");
  });

  it("make whole weeks of a month", () => {
    const weeks = weeksOf("2026-11-01");
    expect(weeks.every((week) => week.length === 7 && weekday(week[0] ?? "") === 0)).toBe(true);
    expect(weeks.flat()[0]).toBe("2026-10-26");
    expect(weeks.flat().at(-1)).toBe("2026-12-06");
    expect(weeksOf("2027-02-01").flat()).toHaveLength(28);
    expect(monthOf("2026-01-31", 1)).toBe("2026-02-01");
    expect(monthOf("2026-01-31", -1)).toBe("2025-12-01");
  });

  it("are chosen from either end", () => {
    expect(between("2026-11-05", "2026-11-02")).toEqual({ first: "2026-11-02", last: "2026-11-05" });
    expect(within("2026-11-05", between("2026-11-05", "2026-11-02"))).toBe(true);
    expect(within("2026-11-06", between("2026-11-05", "2026-11-02"))).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../time/zone.ts";
import { countdown, isShown } from "./due.ts";

const NOON = Date.UTC(2026, 5, 1, 12);

describe("a countdown", () => {
  it("tells days, hours and minutes, and seconds in the last two minutes", () => {
    const left = [3 * DAY + HOUR, 5 * HOUR + 12 * MINUTE, 2 * HOUR, 47 * MINUTE, 95_000, 0];
    expect(left.map((ms) => countdown(NOON + ms, NOON))).toEqual(["3d", "5h 12m", "2h", "47m", "95s", "due"]);
  });
  it("turns with the minute, whatever second the deadline has", () => {
    const at = NOON + 40 * MINUTE + 30_000;
    expect(countdown(at, NOON + 1)).toBe(countdown(at, NOON + 59_999));
    expect(countdown(at, NOON + 59_999)).not.toBe(countdown(at, NOON + MINUTE));
  });
  it("is shown always where somebody is challenged, else on its last day", () => {
    const far = NOON + 2 * DAY;
    expect([isShown({ kind: "challenge", at: far }, NOON), isShown({ kind: "answer", at: far }, NOON)]).toEqual([true, false]);
    expect(isShown({ kind: "expiry", at: NOON + HOUR }, NOON)).toBe(true);
  });
});

import { expect, test } from "vitest";

import type { Challenge } from "@production-tool/shared";

import { contestOf, timeLeft } from "../src/studio/trade.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function challenge(id: string, bookingId: string, targets: string[], more: Partial<Challenge> = {}): Challenge {
  return {
    id,
    artist_id: "artist",
    booking_id: bookingId,
    targets: targets.map((target) => ({
      booking_id: target,
      deadline: "2026-01-02T00:00:00Z",
      outcome: "pending",
    })),
    state: "open",
    opened_by: null,
    opened_at: `2026-01-01T00:00:0${id}Z`,
    confirm_by: null,
    closed_at: null,
    version: 1,
    ...more,
  };
}

test("a booking has its own challenge, and those that wait for its answer", () => {
  const later = challenge("2", "third", ["first", "second"]);
  const earlier = challenge("1", "second", ["first"]);
  expect(contestOf("first", [later, earlier])).toEqual({ own: null, against: [earlier, later] });
  expect(contestOf("second", [later, earlier])).toEqual({ own: earlier, against: [later] });
});

test("what is closed, won or answered asks nothing of a challenged booking", () => {
  const answered = challenge("1", "second", []);
  const won = challenge("2", "third", ["first"], { state: "won" });
  const closed = challenge("3", "fourth", ["first"], { state: "withdrawn", closed_at: "2026-01-01T01:00:00Z" });
  expect(contestOf("first", [answered, won, closed])).toEqual({ own: null, against: [] });
  expect(contestOf("third", [answered, won, closed]).own).toBe(won);
  expect(contestOf("fourth", [answered, won, closed]).own).toBeNull();
});

test("the time left is said by the minute, and by the second at the end", () => {
  expect(timeLeft(2 * HOUR + 10 * MINUTE + 59_000, 0)).toBe("2 h 10 min left");
  expect(timeLeft(59_999, 0)).toBe("60 s left");
  expect(timeLeft(0, 0)).toBe("time is up");
});

import { expect, it } from "vitest";

import type { FullBooking } from "@production-tool/shared";

import { clashes, marksByDay, sortHolds } from "../src/live/sort.ts";
import { readRoute, pathOf } from "../src/route.ts";

function booking(id: string, from: number, to: number, more: Partial<FullBooking> = {}): FullBooking {
  const at = (hour: number): string => new Date(Date.UTC(2026, 10, 2, hour)).toISOString().replace(".000", "");
  const fields = { title: id, project_id: null, status: "hold", response: "none", response_deadline: null };
  return { id, start: at(from), end: at(to), ...fields, ...more } as FullBooking;
}

const NOW = Date.UTC(2026, 10, 2);

it("asks first for what is due first, and no longer for what is over", () => {
  const over = booking("over", -48, -24);
  const soon = booking("soon", 48, 50, { response_deadline: "2026-11-02T01:00:00Z" });
  const near = booking("near", 4, 6);
  const mine = booking("mine", 10, 12, { response: "accepted" });
  const { toAnswer, waiting } = sortHolds([over, near, mine, soon], NOW);
  expect(toAnswer.map(({ id }) => id)).toEqual(["soon", "near"]);
  expect(waiting.map(({ id }) => id)).toEqual(["mine"]);
});

it("warns of what the artist said yes to on the same hours, and of nothing else", () => {
  const asked = booking("asked", 9, 17);
  const others = [
    booking("open", 9, 17),
    booking("accepted", 16, 18, { response: "accepted" }),
    booking("bound", 8, 10, { status: "confirmed" }),
    booking("after", 17, 18, { status: "pencil" }),
  ];
  expect(clashes(asked, [asked, ...others]).map(({ id }) => id)).toEqual(["accepted", "bound"]);
});

it("marks each day with the weightiest first", () => {
  const marks = marksByDay(
    [booking("ask", 9, 17), booking("work", 9, 41, { status: "confirmed" })],
    [],
    "UTC",
    () => undefined,
  );
  expect(marks.get("2026-11-02")?.map(({ kind }) => kind)).toEqual(["confirmed", "hold"]);
  expect(marks.get("2026-11-03")?.map(({ words }) => words)).toEqual(["work, confirmed"]);
  expect(marks.has("2026-11-04")).toBe(false);
});

it.each(["/phone/", "/phone/schedule", "/phone/time-off", "/phone/me", "/phone/bookings/7"])("knows %s", (path) => {
  expect(pathOf(readRoute(path))).toBe(path);
});

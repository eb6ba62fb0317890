import { describe, expect, test } from "vitest";

import type { Challenge, FullBooking, TimeOff } from "@production-tool/shared";

import { createBarFeed, type BarSource } from "../src/schedule/bar-feed.ts";
import { contestMarks, dueOf, offBar, offIdOf, OVER_REQUEST, requestOver, requestsByArtist } from "../src/studio/marks.ts";
import { compareProposal } from "../src/studio/proposal.ts";

const ms = Date.parse;

function hold(id: string, day: number, more: Partial<FullBooking> = {}): FullBooking {
  const at = (of: number): string => `2026-06-${String(of).padStart(2, "0")}T00:00:00Z`;
  return {
    id,
    artist_id: "a",
    start: at(day),
    end: at(day + 2),
    title: id,
    project_id: null,
    phase_id: null,
    notes: "",
    zone: "UTC",
    granularity: "time",
    series_id: null,
    status: "hold",
    response: "none",
    counter: null,
    claims: [{ number: 1, start: at(day), end: at(day + 2) }],
    standby: false,
    response_deadline: null,
    expires_at: null,
    reason: "",
    external_id: "",
    version: 1,
    created_by: null,
    created_at: at(day),
    updated_at: at(day),
    rank: 1,
    segments: [],
    ...more,
  };
}

function challenge(bookingId: string, targets: Record<string, string>, more: Partial<Challenge> = {}): Challenge {
  return {
    id: `by ${bookingId}`,
    artist_id: "a",
    booking_id: bookingId,
    targets: Object.entries(targets).map(([booking_id, deadline]) => ({ booking_id, deadline, outcome: "pending" })),
    state: "open",
    opened_by: null,
    opened_at: "2026-06-01T00:00:00Z",
    confirm_by: null,
    closed_at: null,
    version: 1,
    ...more,
  };
}

function off(id: string, start: string, end: string, state: TimeOff["state"]): TimeOff {
  return { id, artist_id: "a", start, end, state, version: 1 };
}

describe("challenges mark bookings", () => {
  test("as challenged with the nearest deadline, and as challenging", () => {
    const marks = contestMarks([
      challenge("third", { first: "2026-06-03T00:00:00Z", second: "2026-06-03T00:00:00Z" }),
      challenge("second", { first: "2026-06-02T00:00:00Z" }),
    ]);
    expect(marks.get("first")).toEqual({
      contest: "challenged",
      due: { kind: "challenge", at: ms("2026-06-02T00:00:00Z") },
    });
    // Who is asked for an answer has to give it, whatever they ask of others.
    expect(marks.get("second")?.contest).toBe("challenged");
    expect(marks.get("third")).toEqual({ contest: "challenging", due: null });
  });
  test("that have won have a window to be confirmed in, and closed ones mark nothing", () => {
    const won = challenge("second", { first: "2026-06-02T00:00:00Z" }, { state: "won", confirm_by: "2026-06-02T04:00:00Z" });
    expect([...contestMarks([won])]).toEqual([
      ["second", { contest: "challenging", due: { kind: "confirm", at: ms("2026-06-02T04:00:00Z") } }],
    ]);
    expect(contestMarks([{ ...won, closed_at: "2026-06-02T05:00:00Z" }]).size).toBe(0);
  });
});

test("the clock of a hold is its answer's, then its expiry's; a challenge comes before both", () => {
  const asked = hold("x", 1, { response_deadline: "2026-06-02T00:00:00Z", expires_at: "2026-06-09T00:00:00Z" });
  expect(dueOf(asked, undefined)).toEqual({ kind: "answer", at: ms("2026-06-02T00:00:00Z") });
  expect(dueOf({ ...asked, response: "accepted" }, undefined)?.kind).toBe("expiry");
  expect(dueOf({ ...asked, status: "pencil" }, undefined)).toBeNull();
  expect(dueOf(asked, { contest: "challenged", due: { kind: "challenge", at: 5 } })).toEqual({ kind: "challenge", at: 5 });
});

describe("time off", () => {
  const request = off("o", "2026-06-02T00:00:00Z", "2026-06-05T00:00:00Z", "requested");
  test("is a band while it is asked for or approved", () => {
    expect(offBar(request)).toMatchObject({ id: "off:o", status: "off", off: "requested", title: "Time off requested" });
    expect(offBar({ ...request, state: "approved", note: "Surgery" })?.title).toBe("Time off: Surgery");
    expect(offBar({ ...request, state: "refused" })).toBeNull();
    expect([offIdOf("off:o"), offIdOf("o")]).toEqual(["o", null]);
  });
  test("that is asked for flags the bookings over it", () => {
    const requests = requestsByArtist([request, { ...request, id: "p", state: "approved" }]);
    expect(requestOver(hold("x", 4), requests.get("a"))).toBe(request);
    expect(requestOver(hold("y", 5), requests.get("a"))).toBeNull();
  });
});

test("what changes beside a booking brings just its bar up to date", () => {
  const calls: string[] = [];
  const feed = createBarFeed({
    setBars: (bars) => void calls.push(`all ${bars.map(({ id }) => id).join()}`),
    patchBars: (changed, removed) =>
      void calls.push(`+${changed.map(({ id, warning }) => `${id}${warning === OVER_REQUEST ? "!" : ""}`).join()} -${removed.join()}`),
  });
  const [x, y] = [hold("x", 1), { ...hold("y", 1), artist_id: "b" }];
  const source: BarSource = {
    bookings: new Map([x, y].map((each) => [each.id, each])),
    projects: new Map(),
    challenges: new Map(),
    timesOff: new Map(),
    lines: new Map([
      ["a", [x]],
      ["b", [y]],
    ]),
    role: "studio_manager",
    pendingIds: new Set(),
    inFocus: new Set(),
  };
  feed.update(source, []);
  const asked = off("o", "2026-06-02T00:00:00Z", "2026-06-05T00:00:00Z", "requested");
  feed.update({ ...source, timesOff: new Map([["o", asked]]) }, []);
  feed.update({ ...source, timesOff: new Map([["o", { ...asked, state: "refused" }]]) }, []);
  const contest = challenge("y", {});
  const challenged = { ...source, timesOff: new Map(), challenges: new Map([["c", contest]]) };
  feed.update(challenged, []);
  feed.update({ ...challenged, challenges: new Map([["c", { ...contest, version: 2 }]]) }, []);
  expect(calls).toEqual(["all x,y", "+off:o,x! -", "+x -off:o", "+y,x -off:o"]);
});

describe("proposed dates beside those asked for", () => {
  const proposed = { start: "2026-06-08T00:00:00Z", end: "2026-06-11T00:00:00Z", note: "" };
  const booking = hold("x", 1, { counter: proposed });
  const standing = (line: FullBooking[], timesOff: TimeOff[] = []) => ({
    bookings: new Map(line.map((each) => [each.id, each])),
    lines: new Map([["a", line]]),
    timesOff: new Map(timesOff.map((each) => [each.id, each])),
  });
  test("say what is other, and that nothing stands there", () => {
    expect(compareProposal(booking, standing([booking]), "UTC")).toMatchObject({
      changes: ["Starts 7 days later", "Ends 8 days later", "1 day longer"],
      meets: [],
      rank: 1,
      fits: true,
    });
  });
  test("name the claims they meet, and whether they can be taken", () => {
    const other = hold("other", 9);
    expect(compareProposal(booking, standing([booking, other]), "UTC")).toMatchObject({ rank: 2, fits: true, meets: [other] });
    const work = hold("work", 9, { status: "confirmed" });
    expect(compareProposal(booking, standing([booking, work]), "UTC")?.fits).toBe(false);
    const away = off("o", "2026-06-10T00:00:00Z", "2026-06-12T00:00:00Z", "approved");
    expect(compareProposal(booking, standing([booking], [away]), "UTC")).toMatchObject({ fits: false, off: [away] });
  });
  test("are none where nothing is proposed", () => {
    expect(compareProposal(hold("x", 1), standing([]), "UTC")).toBeNull();
  });
});

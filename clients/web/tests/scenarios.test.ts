import { afterEach, describe, expect, test } from "vitest";

import type { Action, Client, FullBooking, Scenario, ScenarioChange } from "@production-tool/shared";

import { createLooker, loadOf } from "../src/planning/difference.ts";
import { drawnIn, drawnOf, wishFor } from "../src/planning/drawn.ts";
import { betterBy, stepPath } from "../src/planning/job-chart.tsx";
import { isOver, isRecent, noteJob, useJobs, withPoint, type Job } from "../src/planning/jobs.ts";
import { problemOf } from "../src/planning/plan-dialog.tsx";
import { createHand } from "../src/planning/scenario-hand.ts";
import { enterScenario, leaveScenario, lensOf, showClashes } from "../src/planning/scenario-lens.ts";
import { createBarFeed } from "../src/schedule/bar-feed.ts";
import { useLens } from "../src/schedule/lens.ts";
import type { GanttBar } from "../src/gantt/types.ts";

const MONDAY = Date.UTC(2030, 0, 7);
const DAY = 86_400_000;
const iso = (day: number): string => new Date(MONDAY + day * DAY).toISOString().replace(".000Z", "Z");

function booking(id: string, start: number, end: number, more: Partial<FullBooking> = {}): FullBooking {
  return {
    ...{ id, artist_id: "ada", start: iso(start), end: iso(end), title: id, project_id: "p", phase_id: null, notes: "" },
    ...{ zone: "UTC", status: "hold", response: "none", counter: null, claims: [], standby: false, granularity: "time" },
    ...{ series_id: null, response_deadline: null, expires_at: null, reason: "", rank: 1, segments: [], version: 3 },
    ...{ created_by: null, created_at: iso(0), updated_at: iso(0), external_id: "" },
    ...more,
  } as FullBooking;
}

function change(action: ScenarioChange["action"], bookingId: string, more: Partial<ScenarioChange> = {}): ScenarioChange {
  return {
    ...{ id: `c-${bookingId}`, scenario_id: "s", action, booking_id: bookingId, base_version: 3, artist_id: null },
    ...{ start: null, end: null, zone: null, granularity: null, title: "", project_id: null, phase_id: null },
    ...{ status: "hold", confirmed: false, note: "", reason: "", version: 1 },
    ...more,
  } as ScenarioChange;
}

const SCENARIO = { id: "s", name: "Draft", state: "open", version: 1 } as Scenario;

/** A client that shows these, and keeps what is proposed to it. */
function clientWith(bookings: readonly FullBooking[], changes: readonly ScenarioChange[]) {
  const proposed: Pick<Action, "op" | "args">[] = [];
  const listeners = new Set<() => void>();
  const state = {
    status: "live",
    me: { id: "m", role: "studio_manager" },
    tenant: { zone: "UTC" },
    scenarios: new Map([["s", SCENARIO]]),
    scenarioChanges: new Map(changes.map((each) => [each.id, each])),
    bookings: new Map(bookings.map((each) => [each.id, each])),
    projects: new Map([["p", { id: "p", name: "Film", colour: "#3f6ad8" }]]),
    phases: new Map(),
    challenges: new Map(),
    timesOff: new Map(),
    lines: new Map(),
    pendingIds: new Set<string>(),
  };
  const client = {
    state,
    propose: (op: Action["op"], args: Action["args"]) => {
      proposed.push({ op, args } as Action);
      return { id: "x", settled: new Promise(() => undefined) };
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Client;
  const tell = (): void => listeners.forEach((listener) => listener());
  return { client, proposed, state, tell };
}

afterEach(leaveScenario);

describe("what a scenario makes of bookings", () => {
  test("a move keeps what it does not say", () => {
    const drawn = drawnOf(change("move", "a", { artist_id: "ben" }), new Map([["a", booking("a", 0, 2)]]));
    expect(drawn.after).toEqual({ artistId: "ben", start: MONDAY, end: MONDAY + 2 * DAY });
    expect(drawn.before?.artistId).toBe("ada");
  });

  test("placed first, then moved, then ended, each by time", () => {
    const changes = [
      change("end", "a"),
      change("move", "b", { start: iso(9), end: iso(10) }),
      change("place", "n", { artist_id: "ada", start: iso(5), end: iso(6) }),
      change("place", "o", { artist_id: "ada", start: iso(4), end: iso(6) }),
      change("place", "other", { scenario_id: "t", artist_id: "ada", start: iso(1), end: iso(2) }),
    ];
    const bookings = new Map(["a", "b"].map((id) => [id, booking(id, 0, 1)]));
    expect(drawnIn("s", changes, bookings).map(({ change: each }) => each.booking_id)).toEqual(["o", "n", "b", "a"]);
  });

  test("a new place of what is placed replaces it whole; of what stands it is a move of the version seen first", () => {
    const place = { artistId: "ben", start: MONDAY, end: MONDAY + DAY };
    const held = change("place", "n", { title: "New", base_version: null, version: 4 });
    expect(wishFor("n", place, held, undefined)).toMatchObject({ action: "place", title: "New", artist_id: "ben", on_version: 4 });
    const moved = change("move", "a", { base_version: 3, version: 2 });
    const wish = wishFor("a", place, moved, booking("a", 0, 1, { version: 7, status: "confirmed" }));
    expect(wish).toMatchObject({ action: "move", base_version: 3, on_version: 2, confirmed: true });
  });
});

describe("a scenario over the schedule", () => {
  const changes = [
    change("move", "a", { start: iso(3), end: iso(5) }),
    change("end", "b"),
    change("place", "n", { artist_id: "ben", start: iso(1), end: iso(2), project_id: "p", base_version: null }),
  ];
  const standing = [booking("a", 0, 2), booking("b", 4, 5), booking("c", 6, 7)];

  function seen(clashes = new Map<string, string>()): Map<string, GanttBar> {
    const { client, state } = clientWith(standing, changes);
    const bars = new Map<string, GanttBar>();
    const feed = createBarFeed({
      setBars: (all) => all.forEach((bar) => bars.set(bar.id, bar)),
      patchBars: () => undefined,
    });
    const lens = lensOf(client, "s", createHand(client, "s"), clashes);
    feed.update({ ...state, role: "studio_manager", inFocus: new Set(), lens } as never, []);
    return bars;
  }

  test("marks what is added, moved with a ghost of where it stands, and ended; all else is pale", () => {
    const bars = seen();
    expect(bars.get("n")).toMatchObject({ mark: "added", rowId: "ben", title: "Film", draft: true });
    expect(bars.get("a")).toMatchObject({ mark: "moved", start: MONDAY + 3 * DAY, proposed: { rowId: "ada", start: MONDAY } });
    expect(bars.get("b")).toMatchObject({ mark: "removed", editable: false });
    expect(bars.get("c")).toMatchObject({ draft: false });
    expect(bars.get("c")?.mark).toBeUndefined();
  });

  test("says on the bar what does not fit", () => {
    expect(seen(new Map([["n", "Ben is confirmed elsewhere."]])).get("n")?.warning).toBe("Ben is confirmed elsewhere.");
  });

  test("closes by itself once the scenario is no more", () => {
    const { client, state, tell } = clientWith(standing, changes);
    enterScenario(client, "s");
    expect(useLens.getState().lens?.ids).toEqual(new Set(["a", "b", "n"]));
    state.scenarios = new Map();
    tell();
    expect(useLens.getState().lens).toBeNull();
  });

  test("what the server finds not to fit is laid over at once", () => {
    const { client } = clientWith(standing, changes);
    enterScenario(client, "s");
    showClashes(new Map([["n", "Taken."]]));
    expect(useLens.getState().lens?.see("n", null)?.warning).toBe("Taken.");
  });
});

describe("hands in a scenario", () => {
  const place = { rowId: "ben", start: MONDAY + 5 * DAY, end: MONDAY + 6 * DAY, version: 3, conflict: null };

  test("a drag is a change of the scenario, not of the schedule", () => {
    const { client, proposed } = clientWith([booking("a", 0, 2)], []);
    createHand(client, "s").dropped({ ids: ["a"], items: [{ id: "a", ...place }], copy: false, via: "pointer" });
    expect(proposed).toMatchObject([
      { op: "scenario.change", args: { scenario_id: "s", changes: [{ action: "move", booking_id: "a", base_version: 3, on_version: 0 }] } },
    ]);
  });

  test("back where it stands it is no change any more", () => {
    const { client, proposed } = clientWith([booking("a", 0, 2)], [change("move", "a", { start: iso(3), end: iso(5) })]);
    createHand(client, "s").moveTo([{ id: "a", artistId: "ada", start: MONDAY, end: MONDAY + 2 * DAY }]);
    expect(proposed).toEqual([{ op: "scenario.drop_change", args: { scenario_id: "s", booking_ids: ["a"] } }]);
  });

  test("what was to be placed is left out, what stands ends", () => {
    const { client, proposed } = clientWith([booking("a", 0, 2)], [change("place", "n")]);
    createHand(client, "s").removed(["a", "n"]);
    expect(proposed).toMatchObject([
      { op: "scenario.drop_change", args: { booking_ids: ["n"] } },
      { op: "scenario.change", args: { changes: [{ action: "end", booking_id: "a" }] } },
    ]);
  });
});

describe("looking at the difference", () => {
  test("one at a time, and once more for all that changed meanwhile", async () => {
    const ends: (() => void)[] = [];
    let looks = 0;
    const looker = createLooker(() => {
      looks += 1;
      return new Promise((done) => ends.push(done));
    }, 0);
    looker.poke();
    looker.poke();
    await expect.poll(() => looks).toBe(1);
    looker.poke();
    looker.poke();
    ends[0]?.();
    await expect.poll(() => looks).toBe(2);
    looker.stop();
    ends[1]?.();
    looker.poke();
    expect(looks).toBe(2);
  });
});

describe("a plan that gets better", () => {
  const job = (state: Job["state"], more: Partial<Job> = {}): Job => ({
    ...{ id: "j", kind: "allocate", name: "Plan", state, start: "2030-01-07", end: "2030-02-07" },
    ...{ budget_seconds: 10, seed: 1, priority: 0, unplaced: [] },
    ...{ created_by: "m", created_by_name: "M", created_at: iso(0) },
    ...more,
  });
  const progress = (seconds: number, score: number, unplaced = 0) => ({
    ...{ seconds, budget: 10, score: score + 1000 * unplaced, price: { unplaced: 1000 * unplaced } },
    ...{ placed: 3 - unplaced, unplaced },
  });
  const point = (seconds: number, price: number, unplaced = 0) => ({ seconds, price, placed: 3 - unplaced, unplaced });

  test("is drawn as steps down, and told in percent", () => {
    const points = [point(0, 200), point(2, 150), point(8, 100)];
    expect(betterBy(points)).toBe(50);
    expect(stepPath(points, 10, ({ price }) => price)).toBe("M4.0 4.0H58.4V32.0H221.6V60.0");
    // What places more may cost more: it is held against the first that placed as much.
    expect(betterBy([point(0, 100, 1), point(1, 200), point(2, 150)])).toBe(25);
  });

  test("keeps one point for a price that lasts, and begins anew with a second attempt", () => {
    let points = withPoint(new Map(), { id: "j", progress: progress(0, 200) });
    for (const seconds of [1, 2, 3]) points = withPoint(points, { id: "j", progress: progress(seconds, 150) });
    expect(points.get("j")?.map(({ seconds, price }) => [seconds, price])).toEqual([
      [0, 200],
      [3, 150],
    ]);
    expect(withPoint(points, { id: "j", progress: progress(0.1, 220) }).get("j")).toHaveLength(1);
  });

  test("what is over stays so, whatever comes late", () => {
    noteJob(job("done"));
    noteJob(job("running", { progress: progress(3, 100) }));
    expect(useJobs.getState().jobs.get("j")?.state).toBe("done");
    expect(isOver(job("cancelled"))).toBe(true);
    expect(isRecent(job("failed", { ended_at: iso(0) }), MONDAY + DAY)).toBe(false);
  });

  test.each([
    ["2030-01-07", "2030-01-01", "", "to"],
    ["", "2030-01-01", "", "to"],
    ["2030-01-07", "2032-01-01", "", "to"],
    ["2030-01-07", "2030-02-01", "one", "seed"],
  ])("says what is wrong with %s to %s, seed “%s”", (from, to, seed, field) => {
    expect(problemOf(from, to, seed)?.field).toBe(field);
  });

  test("how full somebody is counts the time they work", () => {
    expect(loadOf({ working: 40, off: 8, confirmed: 8, pencil: 0, hold: 8 })).toBe(0.5);
    expect(loadOf({ working: 8, off: 8, confirmed: 0, pencil: 0, hold: 0 })).toBeNull();
  });
});

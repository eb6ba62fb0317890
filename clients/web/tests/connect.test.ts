import { expect, test } from "vitest";

import type { Changes, Client, FullBooking } from "@production-tool/shared";

import type { GanttBar, GanttSurface, GanttView } from "../src/gantt/types.ts";
import { connectSurface } from "../src/schedule/connect-surface.ts";
import { resetUi, select, setFilters, setUi } from "../src/studio/ui.ts";

const VIEW: GanttView = {
  start: Date.parse("2026-01-01T00:00:00Z"),
  end: Date.parse("2026-02-01T00:00:00Z"),
  zoom: "week",
  pxPerDay: 40,
  firstRow: 0,
  lastRow: 1,
  source: "user",
};

/** A surface that only remembers what it was given. */
class Recorder {
  bars = new Map<string, GanttBar>();
  rows: readonly string[] = [];
  selection: readonly string[] = [];
  surface: GanttSurface = {
    setRows: (rows) => void (this.rows = rows.map(({ name }) => name)),
    setBars: (bars) => void (this.bars = new Map(bars.map((bar) => [bar.id, bar]))),
    patchBars: (changed, removed) => {
      for (const bar of changed) this.bars.set(bar.id, bar);
      for (const id of removed) this.bars.delete(id);
    },
    setGhosts: () => {},
    setCollaborators: () => {},
    setSelection: (ids) => void (this.selection = ids),
    setZoom: () => {},
    setZone: () => {},
    setTheme: () => {},
    setSuggestions: () => {},
    placeAt: () => null,
    pushAt: () => null,
    setIncoming: () => {},
    setLinks: () => {},
    setReadOnly: () => {},
    setPreviews: () => {},
    setHeat: () => {},
    goTo: () => {},
    setView: () => {},
    fit: () => {},
    reveal: () => {},
    snapBack: () => {},
    view: () => VIEW,
    focus: () => {},
    destroy: () => {},
  };
}

const artists = new Map(
  ["Ada", "Ben"].map((name) => [name, { id: name, name, zone: "UTC", active: true, version: 1 } as const]),
);

function booking(id: string, artistId: string): FullBooking {
  const at = "2026-01-12T00:00:00Z";
  const whole = {
    id,
    artist_id: artistId,
    start: at,
    end: "2026-01-13T00:00:00Z",
    title: id,
    status: "hold",
    version: 1,
  };
  return { ...whole, project_id: null, rank: 1, segments: [], counter: null, response_deadline: null, expires_at: null } as unknown as FullBooking;
}

/** As much of a client as the wire looks at; the change lists are told when the test says so. */
function fakeClient() {
  const listeners = new Set<() => void>();
  const hearers = new Set<(changes: Changes) => void>();
  const told: unknown[] = [];
  let state = {
    me: { id: "me", role: "studio_manager", artist_id: null },
    artists,
    projects: new Map(),
    bookings: new Map<string, FullBooking>(),
    challenges: new Map(),
    timesOff: new Map(),
    lines: new Map(),
    pendingIds: new Set<string>(),
    ghosts: new Map(),
    presence: new Map(),
    elsewhere: "known",
  };
  return {
    told,
    put(...bookings: FullBooking[]): void {
      state = { ...state, bookings: new Map([...state.bookings, ...bookings.map((each) => [each.id, each] as const)]) };
    },
    tell(...ids: string[]): void {
      for (const hear of hearers) hear({ kind: "booking", upserted: ids, removed: [] });
      for (const listen of listeners) listen();
    },
    client: {
      get state() {
        return state;
      },
      subscribe: (listener: () => void) => (listeners.add(listener), () => listeners.delete(listener)),
      subscribeChanges: (hear: (changes: Changes) => void) => (hearers.add(hear), () => hearers.delete(hear)),
      sendPresence: (update: unknown) => void told.push(update),
    } as unknown as Client,
  };
}

function connected(): { recorder: Recorder; fake: ReturnType<typeof fakeClient>; stop: () => void } {
  resetUi();
  const recorder = new Recorder();
  const fake = fakeClient();
  return { recorder, fake, stop: connectSurface(recorder.surface, fake.client) };
}

test("a booking that is selected before its change is told of is drawn all the same", () => {
  const { recorder, fake, stop } = connected();
  fake.put(booking("new", "Ada"));
  select(["new"]);
  fake.tell("new");
  expect([...recorder.bars.keys()]).toEqual(["new"]);
  expect(recorder.selection).toEqual(["new"]);
  expect(fake.told).toContainEqual({ selection: ["new"] });
  stop();
});

test("what is on screen is told to the others, and rows follow the filters", () => {
  const { recorder, fake, stop } = connected();
  expect(recorder.rows).toEqual(["Ada", "Ben"]);
  setUi({ view: VIEW });
  const view = { start: "2026-01-01T00:00:00Z", end: "2026-02-01T00:00:00Z", artist_id: "Ada" };
  expect(fake.told).toContainEqual({ view });
  fake.put(booking("one", "Ben"));
  fake.tell("one");
  setFilters({ bookedOnly: true });
  expect(recorder.rows).toEqual(["Ben"]);
  setFilters({ bookedOnly: false, search: "ada" });
  expect(recorder.rows).toEqual(["Ada"]);
  stop();
});

test("a booking about to be named stands on the surface until it is made or given up", () => {
  const { recorder, stop } = connected();
  setUi({ draft: { rowId: "Ada", start: VIEW.start, end: VIEW.end, conflict: null, anchor: { x: 0, y: 0 } } });
  expect(recorder.bars.get("draft")).toMatchObject({ rowId: "Ada", editable: false });
  setUi({ draft: null });
  expect(recorder.bars.size).toBe(0);
  stop();
});

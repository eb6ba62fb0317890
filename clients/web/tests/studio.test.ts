import { describe, expect, test } from "vitest";

import type {
  Artist,
  Challenge,
  CommandError,
  FullBooking,
  LoggedEvent,
  Project,
  TimeOff,
} from "@production-tool/shared";

import { sortAgenda } from "../src/agenda/sort.ts";
import { freeColour, PROJECT_COLOURS } from "../src/lib/colour.ts";
import { follow, setMeanwhile } from "../src/lib/draft.ts";
import { createBarFeed } from "../src/schedule/bar-feed.ts";
import { connectionWords } from "../src/schedule/connection.ts";
import { barOf } from "../src/studio/bars.ts";
import { endedNotice } from "../src/studio/ended.ts";
import type { ContestMark } from "../src/studio/marks.ts";
import { NO_FILTERS, visibleArtists } from "../src/studio/filters.ts";
import { readRefusal } from "../src/studio/refusal.ts";
import { statusActions } from "../src/studio/words.ts";
import { rankOptions } from "../src/ui/options.ts";

function artist(id: string, name: string, more: Partial<Artist> = {}): Artist {
  return { id, name, zone: "UTC", active: true, version: 1, skills: [], tags: [], ...more };
}

function project(id: string, name: string, more: Partial<Project> = {}): Project {
  return { id, name, colour: "#3f6ad8", status: "active", version: 1, ...more };
}

function booking(
  id: string,
  artistId: string,
  start: string,
  end: string,
  more: Partial<FullBooking> = {},
): FullBooking {
  return {
    id,
    artist_id: artistId,
    start,
    end,
    title: id,
    project_id: null,
    phase_id: null,
    notes: "",
    zone: "UTC",
    status: "hold",
    response: "none",
    counter: null,
    claims: [],
    standby: false,
    granularity: "time",
    series_id: null,
    response_deadline: null,
    expires_at: null,
    reason: "",
    external_id: "",
    version: 1,
    created_by: null,
    created_at: start,
    updated_at: start,
    rank: 1,
    segments: [],
    ...more,
  };
}

function byId<T extends { id: string }>(...items: T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

const ada = artist("a", "Ada Berg", { skills: [{ name: "Compositing", level: 8, years: 5 }], tags: ["senior"] });
const ben = artist("b", "Ben Okafor", { tags: ["remote"] });
const zoe = artist("z", "Zoë Lind", { active: false });
const lion = project("p", "Lion", { client: "Savanna Films" });
const first = booking("x", "b", "2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z", { project_id: "p" });

describe("which artists are shown", () => {
  const studio = { artists: byId(zoe, ben, ada), projects: byId(lion), bookings: byId(first) };
  const names = (filters: Partial<typeof NO_FILTERS>, view: { start: number; end: number } | null = null): string[] =>
    visibleArtists(studio, { ...NO_FILTERS, ...filters }, view).map((each) => each.name);

  test("all who are active, by name", () => expect(names({})).toEqual(["Ada Berg", "Ben Okafor"]));
  test("by skill, tag, name or the project they are on, in any case", () => {
    expect(names({ search: "COMPOS" })).toEqual(["Ada Berg"]);
    expect(names({ search: "remote okafor" })).toEqual(["Ben Okafor"]);
    expect(names({ search: "savanna" })).toEqual(["Ben Okafor"]);
    expect(names({ search: "nobody" })).toEqual([]);
  });
  test("by project", () => expect(names({ projects: new Set(["p"]) })).toEqual(["Ben Okafor"]));
  test("only the booked ones of the time on screen", () => {
    const january = { start: Date.parse("2026-01-01T00:00:00Z"), end: Date.parse("2026-02-01T00:00:00Z") };
    const june = { start: Date.parse("2026-06-01T00:00:00Z"), end: Date.parse("2026-07-01T00:00:00Z") };
    expect(names({ bookedOnly: true }, january)).toEqual(["Ben Okafor"]);
    expect(names({ bookedOnly: true }, june)).toEqual([]);
  });
  test("an archived artist as long as there are bookings", () => {
    const late = booking("y", "z", "2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z");
    const shown = visibleArtists({ ...studio, bookings: byId(late) }, NO_FILTERS, null);
    expect(shown.map((each) => each.name)).toContain("Zoë Lind");
  });
});

describe("bars", () => {
  const context = {
    projects: byId(lion),
    pendingIds: new Set<string>(),
    role: "studio_manager",
    inFocus: new Set<string>(),
    contests: new Map<string, ContestMark>(),
    requests: new Map<string, readonly TimeOff[]>(),
    challenges: new Map<string, Challenge>(),
    timesOff: new Map<string, TimeOff>(),
    lines: new Map<string, readonly FullBooking[]>(),
  } as const;

  test("take name and colour from their project, and say what is unsettled", () => {
    const bar = barOf({ ...first, title: " " }, { ...context, pendingIds: new Set(["x"]) });
    expect(bar).toMatchObject({ title: "Lion", colour: "#3f6ad8", pending: true, editable: true });
  });
  test("of other projects stay visible and lose only their colour", () => {
    const bar = barOf(first, { ...context, inFocus: new Set(["other"]) });
    expect(bar?.colour).not.toBe("#3f6ad8");
    expect(bar?.title).toBe("x");
  });
  test("of ended bookings are none, and busy time cannot be moved", () => {
    expect(barOf({ ...first, status: "released" }, context)).toBeNull();
    const busy = { id: "q", artist_id: "a", start: first.start, end: first.end, status: "busy", version: 1 } as const;
    expect(barOf(busy, context)).toMatchObject({ status: "busy", editable: false });
  });

  test("are handed over whole once, and then only what changed", () => {
    const calls: string[] = [];
    const feed = createBarFeed({
      setBars: (bars) => void calls.push(`all ${bars.length}`),
      patchBars: (changed, removed) => void calls.push(`+${changed.map(({ id }) => id).join()} -${removed.join()}`),
    });
    const second = booking("y", "a", "2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z");
    const source = { ...context, bookings: byId(first, second) };
    feed.update(source, []);
    feed.update(source, []);
    feed.update({ ...source, bookings: byId(first, { ...second, title: "new" }) }, ["y"]);
    feed.update({ ...source, bookings: byId(first), pendingIds: new Set(["x"]) }, ["x", "y"]);
    expect(calls).toEqual(["all 2", "+y -", "+x -y"]);
  });

  test("of a project follow its new colour, and no others", () => {
    const calls: string[][] = [];
    const feed = createBarFeed({
      setBars: () => {},
      patchBars: (changed) => void calls.push(changed.map(({ id }) => id)),
    });
    const other = booking("y", "a", "2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z");
    const source = { ...context, bookings: byId(first, other) };
    feed.update(source, []);
    feed.update({ ...source, projects: byId({ ...lion, colour: "#111111" }) }, []);
    expect(calls).toEqual([["x"]]);
  });
});

describe("what can be done about a status", () => {
  const ops = (change: Partial<FullBooking>, role: "studio_manager" | "freelancer", own: boolean): string[] =>
    statusActions({ ...first, ...change }, role, own).map(({ op }) => op);

  test("by the studio", () => {
    expect(ops({}, "studio_manager", false)).toEqual(["booking.accept", "booking.decline", "booking.release"]);
    expect(ops({ response: "accepted" }, "studio_manager", false)).toEqual(["booking.withdraw", "booking.release"]);
    expect(ops({ status: "pencil" }, "studio_manager", false)).toEqual([
      "booking.confirm",
      "booking.withdraw",
      "booking.release",
    ]);
    expect(ops({ status: "confirmed" }, "studio_manager", false)).toEqual(["booking.cancel"]);
    expect(ops({ status: "expired" }, "studio_manager", false)).toEqual([]);
  });
  test("by the artist, about their own bookings only", () => {
    expect(ops({}, "freelancer", true)).toEqual(["booking.accept", "booking.decline"]);
    expect(ops({ status: "pencil" }, "freelancer", true)).toEqual(["booking.withdraw"]);
    expect(ops({ status: "confirmed" }, "freelancer", true)).toEqual([]);
    expect(ops({}, "freelancer", false)).toEqual([]);
  });
});

describe("a refusal", () => {
  const names = {
    artist: (id: string) => ({ a: "Ada", b: "Ben" })[id],
    project: () => "Lion",
    zone: "UTC",
    locale: "en-GB",
  };
  const error: CommandError = {
    code: "conflict",
    message: "Somebody else has this time.",
    retryable: false,
    data: {
      blocking: [
        {
          booking_id: "q",
          artist_id: "a",
          start: "2026-01-12T00:00:00Z",
          end: "2026-01-17T00:00:00Z",
          status: "confirmed",
          title: "",
          project_id: "p",
        },
      ],
      alternatives: [
        { artist_id: "a", start: "2026-01-19T00:00:00Z", end: "2026-01-24T00:00:00Z" },
        { artist_id: "b", start: "2026-01-12T00:00:00Z", end: "2026-01-17T00:00:00Z" },
      ],
    },
  };

  test("says who stands there and what is free instead, with whom where it is somebody else", () => {
    const refusal = readRefusal("booking.move", error, names, "a");
    expect(refusal.title).toBe("Not moved");
    expect(refusal.text).toMatch(/^Ada has “Lion” \(confirmed\)/u);
    expect(refusal.instead[0]?.label).not.toContain("Ada");
    expect(refusal.instead[1]?.label).toMatch(/^Ben, /u);
    expect(refusal).toMatchObject({ canQueue: true, behindConfirmed: true });
  });
  test("of another kind is the server's own sentence", () => {
    const refusal = readRefusal(
      "booking.confirm",
      { code: "forbidden", message: "You may not.", retryable: false },
      names,
    );
    expect(refusal).toMatchObject({ title: "Not confirmed", text: "You may not.", instead: [], canQueue: false });
  });
});

test("the agenda puts what wants an answer first and leaves out what is over", () => {
  const past = booking("past", "a", "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z");
  const asked = booking("asked", "a", "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z");
  const sure = booking("sure", "a", "2026-01-20T00:00:00Z", "2026-01-21T00:00:00Z", { status: "confirmed" });
  const agenda = sortAgenda([past, sure, asked], Date.parse("2026-01-15T00:00:00Z"));
  expect(agenda.toAnswer.map(({ id }) => id)).toEqual(["asked"]);
  expect(agenda.coming.map(({ id }) => id)).toEqual(["sure"]);
});

test("the connection says what it does and what still waits", () => {
  expect(connectionWords("live", 0).label).toBe("Live");
  expect(connectionWords("offline", 2).detail).toContain("2 edits are not yet settled");
  expect(connectionWords("offline", 1).detail).toContain("One edit is");
});

test("an untouched field follows the stored value, a typed one stays", () => {
  const untouched = { base: "a", text: "a", from: "a", since: 3 };
  expect(follow(untouched, "b", 4)).toEqual({ base: "b", text: "b", from: "b", since: 4 });
  expect(follow({ ...untouched, text: "mine" }, "b", 4)).toEqual({ base: "b", text: "mine", from: "a", since: 3 });
});

test("typed text is based on the version it was begun at, and knows what somebody else set since", () => {
  const typed = { base: "a", text: "mine", from: "a", since: 3 };
  expect(setMeanwhile(follow(typed, "a", 4))).toBeNull();
  expect(follow(typed, "a", 4).since).toBe(3);
  expect(setMeanwhile(follow(typed, "theirs", 4))).toBe("theirs");
  const saved = follow(typed, "mine", 4);
  expect(setMeanwhile(saved)).toBeNull();
  expect(saved.since).toBe(4);
});

test("a booking that somebody else ended is told of with their name and its title", () => {
  const event = (type: string, actor: string): LoggedEvent => ({
    seq: 7,
    at: "2026-03-02T00:00:00Z",
    type,
    actor: { kind: "member", id: actor, name: "Mika" },
    entity: { kind: "booking", id: "b1", version: 3 },
    data: { booking: { id: "b1", title: "Shot 12" } },
  });
  expect(endedNotice(event("booking.released", "m2"), "m1")).toEqual({
    title: "Mika released this booking",
    text: "“Shot 12” is off the schedule.",
  });
  expect(endedNotice(event("booking.expired", "system"), "m1")?.title).toBe("This booking expired");
  expect(endedNotice(event("booking.released", "m1"), "m1")).toBeNull();
  expect(endedNotice(event("booking.edited", "m2"), "m1")).toBeNull();
});

test("a refused edit says what somebody else set in the meantime", () => {
  const error: CommandError = {
    code: "stale_version",
    message: "Somebody changed title since version 1; the booking is at version 2 now.",
    retryable: false,
    data: { current: { booking: booking("b1", "a1", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z", { title: "Theirs" }) } },
  };
  const names = { artist: () => "Ada", project: () => undefined, zone: "UTC", locale: "en" };
  const told = readRefusal("booking.edit", error, names, undefined, ["booking_id", "title"]);
  expect(told).toMatchObject({ title: "Not saved", text: "Changed meanwhile to “Theirs”.", meanwhile: true });
});

test("choices are found without accents, those that begin with the text first", () => {
  const options = ["Loewe", "Zoë Lind", "Lind Studio"].map((label) => ({ value: label, label }));
  expect(rankOptions(options, "lind").map(({ label }) => label)).toEqual(["Lind Studio", "Zoë Lind"]);
  expect(rankOptions(options, "zoe")).toHaveLength(1);
});

test("a new project takes a colour nobody has", () => {
  const taken = PROJECT_COLOURS.slice(0, 3).map(({ hex }) => hex.toUpperCase());
  expect(taken.map((hex) => hex.toLowerCase())).not.toContain(freeColour(taken));
});

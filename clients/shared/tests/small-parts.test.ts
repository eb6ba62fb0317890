import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoff } from "../src/backoff.ts";
import { ChangeLists } from "../src/changes.ts";
import { Ghosts, GhostSender } from "../src/ghosts.ts";
import { toInstant, toMs } from "../src/instant.ts";
import { History } from "../src/history.ts";
import { Keeper } from "../src/keeper.ts";
import { applyPresence, PresenceSender } from "../src/presence.ts";
import type { GhostMessage, Person, PresenceUpdate, RemoteGhost } from "../src/protocol.ts";
import { memoryStorage } from "../src/storage.ts";
import { renewIn } from "../src/token.ts";
import { newId } from "../src/uuid.ts";
import { hour } from "./harness/entities.ts";

function drag(bookingId: string, from: number): Extract<GhostMessage, { artist_id: string }> {
  return { booking_id: bookingId, artist_id: "a", start: hour(from), end: hour(from + 1) };
}

function remote(connectionId: string, from: number): RemoteGhost {
  return { connection_id: connectionId, name: "Noor", colour: "#000000", ...drag("b", from) };
}

function person(connectionId: string, fields: Partial<Person> = {}): Person {
  return { connection_id: connectionId, member_id: "m", name: "Noor", colour: "#000000", view: null, selection: [], ...fields };
}

describe("ids", () => {
  it("are UUIDs of version 7 that sort by the moment they were made", () => {
    const ids = [1_700_000_000_000, 1_700_000_000_001, 1_900_000_000_000].map((ms) => newId(ms));
    for (const one of ids) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort()).toEqual(ids);
    expect(Number.parseInt(ids[0]?.replaceAll("-", "").slice(0, 12) ?? "", 16)).toBe(1_700_000_000_000);
  });
});

describe("instants", () => {
  it("are written in whole seconds and read in any zone", () => {
    expect(toInstant(toMs("2026-06-01T09:00:00+02:00"))).toBe("2026-06-01T07:00:00Z");
    expect(toInstant(toMs("2026-06-01T07:00:00.499Z"))).toBe("2026-06-01T07:00:00Z");
    expect(toMs(5)).toBe(5);
  });
});

describe("back-off", () => {
  const pace = { baseMs: 100, mostMs: 1000 };
  it("grows, is spread over the whole pause, and has a bound", () => {
    expect(backoff(pace, 0, 0, () => 1)).toBe(100);
    expect(backoff(pace, 3, 0, () => 0.5)).toBe(400);
    expect(backoff(pace, 40, 0, () => 1)).toBe(1000);
    expect(backoff(pace, 5, 0, () => 0)).toBe(0);
  });
  it("stays short for the first attempts, so that what is back is found within two seconds", () => {
    const patient = { ...pace, soonMs: 300 };
    expect(backoff(patient, 1, 0, () => 1)).toBe(200);
    expect(backoff(patient, 30, 0, () => 1)).toBe(300);
    expect(backoff(patient, 31, 0, () => 1)).toBe(1000);
  });
  it("never comes before the server asked, and spreads out behind it", () => {
    expect(backoff(pace, 0, 4000, () => 0)).toBe(4000);
    expect(backoff(pace, 0, 4000, () => 1)).toBe(6000);
  });
});

describe("the renewal of a token", () => {
  const jwt = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.y`;
  const now = 1_800_000_000_000;
  it("comes at four fifths of what is left", () => {
    expect(renewIn(jwt({ iat: now / 1000, exp: now / 1000 + 900 }), now, 5_000)).toBe(720_000);
    expect(renewIn(jwt({ exp: now / 1000 + 100 }), now, 5_000)).toBe(80_000);
  });
  it("does not come in a rush where this clock is wrong", () => {
    expect(renewIn(jwt({ iat: now / 1000 - 90_000, exp: now / 1000 - 89_100 }), now, 5_000)).toBeGreaterThanOrEqual(240_000);
    expect(renewIn(jwt({ iat: now / 1000 + 90_000, exp: now / 1000 + 90_900 }), now, 5_000)).toBeLessThan(900_000);
  });
  it("is not planned for an opaque token", () => {
    for (const opaque of ["ticket", "a.b.c", `x.${btoa("{}")}.y`, ""]) expect(renewIn(opaque, now, 5_000)).toBeNull();
  });
});

describe("presence", () => {
  it("is replaced whole, or changed by differences", () => {
    const people = applyPresence(new Map(), { full: [person("1"), person("2")] });
    const next = applyPresence(people, {
      diff: { joined: [person("3")], left: ["1"], changed: [person("2", { selection: ["b"] })] },
    });
    expect([...next.keys()]).toEqual(["2", "3"]);
    expect(next.get("2")?.selection).toEqual(["b"]);
    expect(applyPresence(next, { diff: {} })).toBe(next);
    expect([...applyPresence(next, { full: [] })]).toEqual([]);
  });
});

describe("with a clock in hand", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it("ghosts go out at most 20 times a second, the latest place of each booking", () => {
    const sent: GhostMessage[] = [];
    const sender = new GhostSender((message) => sent.push(message));
    for (let frame = 0; frame < 120; frame++) {
      sender.send(drag("b1", frame));
      sender.send(drag("b2", frame));
      vi.advanceTimersByTime(1000 / 60);
    }
    expect(sent.length).toBeGreaterThan(35);
    expect(sent.length).toBeLessThanOrEqual(41);
    vi.advanceTimersByTime(200);
    const last = sent.filter((message) => message.booking_id === "b1").at(-1);
    expect(last).toEqual(drag("b1", 119));
  });

  it("the end of a drag goes out at once, and nothing of the drag after it", () => {
    const sent: GhostMessage[] = [];
    const sender = new GhostSender((message) => sent.push(message));
    sender.send(drag("b1", 1));
    sender.send(drag("b1", 2));
    sender.end("b1");
    vi.advanceTimersByTime(1000);
    expect(sent).toEqual([drag("b1", 1), { booking_id: "b1", end_drag: true }]);
  });

  it("remote ghosts fade after 5 s of silence, and go a second later", () => {
    let told = 0;
    const ghosts = new Ghosts(() => told++, Date.now);
    ghosts.receive([remote("1", 1), remote("2", 1), remote("me", 1)], "me");
    expect([...ghosts.all.keys()]).toEqual(["1/b", "2/b"]);
    vi.advanceTimersByTime(3000);
    ghosts.receive([remote("2", 2)], "me");
    vi.advanceTimersByTime(2100);
    expect([...ghosts.all.values()].map((ghost) => ghost.fading)).toEqual([true, false]);
    vi.advanceTimersByTime(1000);
    expect([...ghosts.all.keys()]).toEqual(["2/b"]);
    vi.advanceTimersByTime(10_000);
    expect(ghosts.all.size).toBe(0);
    expect(told).toBe(6);
  });

  it("remote ghosts end with their drag and with their connection", () => {
    const ghosts = new Ghosts(() => undefined, Date.now);
    ghosts.receive([remote("1", 1), remote("2", 1)], null);
    ghosts.receive([{ connection_id: "1", booking_id: "b", name: "", colour: "", end_drag: true }], null);
    expect([...ghosts.all.keys()]).toEqual(["2/b"]);
    ghosts.drop(new Set(["2"]));
    expect(ghosts.all.size).toBe(0);
  });

  it("one's own presence goes out five times a second at most, the latest, and again on a new connection", () => {
    const sent: PresenceUpdate[] = [];
    let up = false;
    const sender = new PresenceSender((update) => up && sent.push(update) > 0);
    sender.send({ selection: ["a"] });
    expect(sent).toEqual([]);
    up = true;
    sender.repeat();
    sender.send({ view: { start: hour(1) } });
    sender.send({ view: { start: hour(2) } });
    expect(sent).toEqual([{ selection: ["a"] }]);
    vi.advanceTimersByTime(200);
    expect(sent.at(-1)).toEqual({ selection: ["a"], view: { start: hour(2) } });
    sender.stop();
    sender.repeat();
    expect(sent.length).toBe(3);
  });
});

describe("change lists", () => {
  it("keep the last word on each id, by kind", () => {
    const lists = new ChangeLists();
    lists.add([{ kind: "booking", upserted: ["1", "2"], removed: ["3"] }]);
    lists.add([
      { kind: "booking", upserted: ["3"], removed: ["1"] },
      { kind: "artist", upserted: ["9"], removed: [] },
    ]);
    expect(lists.take()).toEqual([
      { kind: "artist", upserted: ["9"], removed: [] },
      { kind: "booking", upserted: ["2", "3"], removed: ["1"] },
    ]);
    expect(lists.take()).toEqual([]);
  });
});

describe("the keeper of pending commands", () => {
  const command = (id: string, order: number) =>
    ({ id, owner: "o", action: { op: "history.undo", args: { command_id: "x" } }, at: hour(0), order, base: { kind: "none" } }) as const;

  it("writes one after the other, however long each takes, and goes on after a fault", async () => {
    const inner = memoryStorage();
    const faults: unknown[] = [];
    const slow = {
      ...inner,
      put: async (one: ReturnType<typeof command>) => {
        await new Promise((resolve) => setTimeout(resolve, one.order === 1 ? 20 : 0));
        if (one.id === "bad") throw new Error("full");
        await inner.put(one);
      },
    };
    const keeper = new Keeper(slow as typeof inner, (fault) => faults.push(fault));
    keeper.put(command("a", 1));
    keeper.put(command("bad", 2));
    keeper.remove("a");
    keeper.put(command("c", 4));
    keeper.put(command("b", 3));
    await keeper.idle();
    expect((await keeper.load()).map((one) => one.id)).toEqual(["b", "c"]);
    expect(faults.length).toBe(1);
  });
});

describe("the steps of an earlier page", () => {
  it("are taken up once, the latest first, and can be done again", () => {
    const history = new History();
    expect(history.adopt([], [])).toBe(false);
    expect(history.adopt(["a", "b"], ["u"])).toBe(true);
    expect([history.takeUndo(), history.takeUndo(), history.takeUndo()]).toEqual(["b", "a", null]);
    expect(history.takeRedo()).toBe("u");
  });

  it("are left alone once this page has taken steps of its own", () => {
    const history = new History();
    history.record("mine", []);
    expect(history.adopt(["a"], [])).toBe(false);
    expect(history.takeUndo()).toBe("mine");
  });
});

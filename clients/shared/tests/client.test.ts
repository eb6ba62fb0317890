import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClient, SignedOut, until, type Client, type ClientOptions, type Me, type PendingStorage } from "../src/index.ts";
import { memoryStorage } from "../src/storage.ts";
import { Authority } from "./harness/authority.ts";
import { booking, hour, id, snapshotState } from "./harness/entities.ts";
import { StudioServer } from "./harness/studio-server.ts";

const MAI: Me = { id: id("member", 1), name: "Mai", role: "studio_manager", artist_id: null };
const NOOR: Me = { ...MAI, id: id("member", 2), name: "Noor" };
const START = snapshotState({ bookings: [1, 2, 3, 4, 5].map((n) => booking(n, n * 4, n * 4 + 3)) });
const ONE = id("booking", 1);
const RANGE = { start: hour(100), end: hour(103) };

const TIMING = {
  reconnect: { baseMs: 5, mostMs: 20 },
  repeat: { baseMs: 2, mostMs: 10 },
  patienceMs: 300,
  gapMs: 10,
  lagMs: 30,
  renewalMs: 20,
};

let authority: Authority;
let server: StudioServer;
const clients: Client[] = [];

beforeEach(async () => {
  authority = new Authority(id("epoch", 1), START);
  server = new StudioServer(authority);
  server.tokens.set("mai", MAI).set("noor", NOOR);
  await server.listen();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.stop();
});

function client(token = "mai", options: Partial<ClientOptions> = {}): Client {
  const made = createClient({ url: server.url, getToken: () => Promise.resolve(token), timing: TIMING, ...options });
  clients.push(made);
  return made;
}

async function live(made: Client): Promise<Client> {
  made.connect();
  await until(made, (state) => state.status === "live");
  return made;
}

function moved(made: Client, start = RANGE.start): Promise<unknown> {
  return until(made, (state) => state.bookings.get(ONE)?.start === start);
}

let fresh = 0;
function elsewhere(start = RANGE.start, number = 1): void {
  const end = hour((Date.parse(start) - Date.parse(hour(0))) / 3_600_000 + 3);
  const args = { booking_id: id("booking", number), start, end };
  server.execute({ id: id("elsewhere", ++fresh), op: "booking.move", args }, NOOR);
}

describe("connecting", () => {
  it("says who one is and shows the whole state", async () => {
    const { state } = await live(client());
    expect(state.me).toEqual(MAI);
    expect(state.tenant?.name).toBe("Demo Studio");
    expect([...state.bookings.keys()].sort()).toEqual((START.bookings ?? []).map((one) => one.id));
    expect(state.artists.size).toBe(3);
    expect(state.seq).toBe(0);
    expect(state.epoch).toBe(authority.epoch);
  });

  it("reads a snapshot page by page, with what happens meanwhile", async () => {
    server.pageSize = 2;
    const made = client();
    const synced: number[] = [];
    made.subscribe(() => synced.push(made.state.bookings.size));
    await live(made);
    expect(server.of("sync")).toEqual([{}, { next: "1" }, { next: "2" }]);
    expect(new Set(synced)).toEqual(new Set([0, 5]));
    elsewhere();
    await moved(made);
  });

  it("waits for a server that is not there yet", async () => {
    server.down = true;
    const made = client();
    made.connect();
    await until(made, (state) => state.status === "offline" && state.retryAt !== null);
    server.down = false;
    await until(made, (state) => state.status === "live");
  });

  it("closes where nobody is signed in, and where the server will not have the token", async () => {
    const nobody = client("", { getToken: () => Promise.reject(new SignedOut("gone")) });
    nobody.connect();
    await until(nobody, (state) => state.status === "closed");
    expect(nobody.state.closing).toEqual({ code: "unauthenticated", reason: "gone" });

    const needs: boolean[] = [];
    const getToken: ClientOptions["getToken"] = ({ refused }) => {
      needs.push(refused);
      return Promise.resolve("stranger");
    };
    const stranger = client("", { getToken });
    stranger.connect();
    await until(stranger, (state) => state.status === "closed");
    expect(stranger.state.closing?.code).toBe("unauthenticated");
    expect(needs).toEqual([false, true, true]);
  });

  it("tries again when the token cannot be had for the moment", async () => {
    let tries = 0;
    const getToken = () => (++tries < 3 ? Promise.reject(new Error("no network")) : Promise.resolve("mai"));
    await live(client("", { getToken }));
    expect(tries).toBe(3);
  });

  it("stays closed once closed", async () => {
    const made = await live(client());
    made.close();
    expect(made.state.status).toBe("closed");
    elsewhere();
    await until(made, (state) => state.status === "closed");
    expect(made.state.bookings.get(ONE)?.start).toBe(hour(4));
    await live(made);
    await moved(made);
  });
});

describe("after a cut", () => {
  it("resumes where it was, reading only what it missed", async () => {
    const made = await live(client());
    elsewhere();
    await moved(made);
    server.cut();
    await until(made, (state) => state.status !== "live");
    elsewhere(hour(110));
    await until(made, (state) => state.status === "live");
    expect(made.state.bookings.get(ONE)?.start).toBe(hour(110));
    expect(server.of("sync").at(-1)).toEqual({ epoch: authority.epoch, since: 1 });
  });

  it("reads on where one answer does not reach the head", async () => {
    const made = await live(client());
    server.cut();
    await until(made, (state) => state.status !== "live");
    server.syncLimit = 2;
    for (let n = 0; n < 5; n++) elsewhere(hour(110 + n));
    await until(made, (state) => state.status === "live");
    expect(made.state.seq).toBe(5);
    expect(made.state.bookings.get(ONE)?.start).toBe(hour(114));
  });

  it("starts anew where history was replaced", async () => {
    const made = await live(client());
    elsewhere();
    await moved(made);
    authority.replaceHistory(id("epoch", 2));
    server.cut();
    await until(made, (state) => state.epoch === id("epoch", 2) && state.status === "live");
    expect(made.state.bookings.get(ONE)?.start).toBe(hour(4));
    expect(made.state.seq).toBe(0);
  });

  it("starts anew where one's role is another", async () => {
    const made = await live(client());
    server.tokens.set("mai", { ...MAI, role: "freelancer", artist_id: id("artist", 1) });
    server.cut();
    await until(made, (state) => state.me?.role === "freelancer" && state.status === "live");
    expect(server.of("sync")).toEqual([{}, {}]);
  });

  it("does not come back before the server wants it", async () => {
    const made = await live(client());
    const asked = Date.now();
    server.closeAll({ code: "restart", reason: "An update.", retry_after_ms: 120 });
    await until(made, (state) => state.status === "offline" && state.retryAt !== null);
    expect(made.state.retryAt ?? 0).toBeGreaterThanOrEqual(asked + 119);
    await until(made, (state) => state.status === "live");
    expect(Date.now() - asked).toBeGreaterThanOrEqual(119);
  });

  it("comes back at once when asked to, instead of resting", async () => {
    const made = await live(client());
    server.closeAll({ code: "restart", reason: "An update.", retry_after_ms: 60_000 });
    await until(made, (state) => state.retryAt !== null);
    await live(made);
  });

  it("asks for a token that is really new where the server closed for the old one", async () => {
    const needs: boolean[] = [];
    const getToken: ClientOptions["getToken"] = ({ refused }) => {
      needs.push(refused);
      return Promise.resolve("mai");
    };
    const made = await live(client("", { getToken }));
    server.closeAll({ code: "unauthenticated", reason: "Expired.", retry_after_ms: 1_000 });
    await until(made, (state) => state.status !== "live");
    await until(made, (state) => state.status === "live");
    expect(needs).toEqual([false, true]);
  });
});

describe("the live stream", () => {
  it("asks for what is missing before an early batch", async () => {
    const made = await live(client());
    server.faults = { ...server.faults, batch: () => "drop" };
    elsewhere(hour(50));
    server.faults = { ...server.faults, batch: () => "none" };
    elsewhere(hour(90), 2);
    await until(made, (state) => state.seq === 2);
    expect(made.state.bookings.get(ONE)?.start).toBe(hour(50));
    expect(server.of("sync").at(-1)).toEqual({ epoch: authority.epoch, since: 0 });
  });

  it("reads the log where the events of an acknowledged command do not come", async () => {
    const made = await live(client());
    server.faults = { ...server.faults, batch: () => "drop" };
    const { settled } = made.propose("booking.move", { booking_id: ONE, ...RANGE });
    expect((await settled).ok).toBe(true);
    await until(made, (state) => state.seq === 1);
  });

  it("hands on what is told besides the schedule, and nothing that is its own", async () => {
    const made = await live(client());
    const heard: unknown[] = [];
    made.subscribeMessages((message) => heard.push(message));
    elsewhere();
    await moved(made);
    server.tell("progress", { id: "job", state: "running" });
    await expect.poll(() => heard).toEqual([{ name: "progress", body: { id: "job", state: "running" } }]);
  });

  it("tells changes by kind and id, and the events themselves", async () => {
    const made = await live(client());
    const changes: unknown[] = [];
    const types: string[] = [];
    made.subscribeChanges((list) => changes.push(list));
    made.subscribeEvents((events) => types.push(...events.map((event) => event.type)));
    elsewhere();
    await moved(made);
    expect(changes).toEqual([{ kind: "booking", upserted: [ONE], removed: [] }]);
    expect(types).toEqual(["booking.changed"]);
  });

  it("hands on what the server says beside the schedule", async () => {
    const made = await live(client());
    const said: unknown[] = [];
    const stop = made.subscribeMessages((message) => said.push(message));
    for (const socket of server.sockets) socket.emit("notice", { id: "one" });
    await expect.poll(() => said, { timeout: 20_000 }).toEqual([{ name: "notice", body: { id: "one" } }]);
    stop();
    for (const socket of server.sockets) socket.emit("notice", { id: "two" });
    elsewhere();
    await moved(made);
    expect(said).toHaveLength(1);
  });

  it("passes over messages it does not understand", async () => {
    const made = await live(client());
    for (const socket of server.sockets) {
      socket.emit("events", { epoch: 1 });
      socket.emit("events", null);
      socket.emit("presence", { full: "everybody" });
      socket.emit("ghosts", [{ booking_id: 1 }]);
      socket.emit("something_new", {});
      socket.emit("closing", "now");
    }
    elsewhere();
    await moved(made);
    expect(made.state.status).toBe("live");
  });
});

describe("a command", () => {
  it("shows at once, is answered, and shows for everyone", async () => {
    const [made, other] = [await live(client()), await live(client("noor"))];
    const { id: commandId, settled } = made.propose("booking.move", { booking_id: ONE, ...RANGE });
    expect(made.state.bookings.get(ONE)?.start).toBe(RANGE.start);
    expect([...made.state.pendingIds]).toEqual([ONE]);
    expect(made.state.pending.map((one) => one.id)).toEqual([commandId]);
    await expect(settled).resolves.toMatchObject({ ok: true, id: commandId, seq: 1 });
    await moved(other);
    await until(made, (state) => state.seq === 1);
    expect(made.state.pending).toEqual([]);
    expect(made.state.pendingIds.size).toBe(0);
    expect(server.of("command")).toMatchObject([{ base_version: 1 }]);
  });

  it("that is refused is taken back, and says why", async () => {
    const made = await live(client());
    const told: string[] = [];
    made.subscribeSettled(({ answer }) => told.push(answer.ok ? "ok" : answer.error.code));
    const { settled } = made.propose("booking.cancel", { booking_id: ONE, reason: "no" });
    expect(await settled).toMatchObject({ ok: false, error: { code: "wrong_state" } });
    expect(made.state.bookings.get(ONE)?.start).toBe(hour(4));
    expect(told).toEqual(["wrong_state"]);
    expect(made.state.canUndo).toBe(false);
  });

  it("whose answer is lost is sent again under the same id, and carried out once", async () => {
    const made = await live(client());
    const faults = ["lose_answer", "cut_after", "cut_before", "busy", "internal"] as const;
    let next = 0;
    server.faults = { ...server.faults, command: () => faults[next++] ?? "none" };
    const { id: commandId, settled } = made.propose("booking.move", { booking_id: ONE, ...RANGE });
    expect(await settled).toMatchObject({ ok: true });
    expect(server.of("command")).toHaveLength(6);
    expect(new Set(server.of("command").map((one) => JSON.stringify(one))).size).toBe(1);
    expect([...authority.executions]).toEqual([[commandId, 1]]);
  });

  it("that only makes the server stumble is given up, and the next one goes through", async () => {
    const made = await live(client());
    const bad = made.propose("booking.move", { booking_id: ONE, ...RANGE });
    server.faults = { ...server.faults, command: () => (server.of("command").length <= 6 ? "internal" : "none") };
    const good = made.propose("booking.edit", { booking_id: id("booking", 2), title: "Next" });
    expect(await bad.settled).toMatchObject({ ok: false, error: { code: "internal" } });
    expect(await good.settled).toMatchObject({ ok: true });
    expect(made.state.bookings.get(ONE)?.start).toBe(hour(4));
  });

  it("goes in order, one at a time, each built on the one before", async () => {
    const made = await live(client());
    const all = [10, 20, 30, 40].map((from) =>
      made.propose("booking.move", { booking_id: ONE, start: hour(100 + from), end: hour(103 + from) }),
    );
    expect(made.state.bookings.get(ONE)?.start).toBe(hour(140));
    const answers = await Promise.all(all.map((one) => one.settled));
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(server.of("command")).toMatchObject([1, 2, 3, 4].map((base_version) => ({ base_version })));
  });

  it("proposed before there was a connection is sent when there is one", async () => {
    const made = client();
    const { settled } = made.propose("booking.move", { booking_id: ONE, ...RANGE });
    made.connect();
    expect((await settled).ok).toBe(true);
  });

  it("can be undone and redone", async () => {
    const made = await live(client());
    await made.propose("booking.move", { booking_id: ONE, ...RANGE }).settled;
    expect(made.state.canUndo).toBe(true);
    const undo = made.undo();
    expect(made.state.bookings.get(ONE)?.start).toBe(hour(4));
    expect(await undo?.settled).toMatchObject({ ok: true });
    const redo = made.redo();
    expect(made.state.bookings.get(ONE)?.start).toBe(RANGE.start);
    expect(await redo?.settled).toMatchObject({ ok: true });
    expect(made.redo()).toBeNull();
  });
});

describe("what was proposed offline", () => {
  async function leaveBehind(storage: PendingStorage): Promise<void> {
    const made = await live(client("mai", { storage }));
    server.goDown();
    await until(made, (state) => state.status !== "live");
    void made.propose("booking.move", { booking_id: ONE, ...RANGE });
    void made.propose("booking.edit", { booking_id: ONE, title: "Later" });
    await made.stored();
    made.close();
    server.down = false;
  }

  it("survives the page, is sent by the next one in order, and is forgotten once answered", async () => {
    const storage = memoryStorage();
    await leaveBehind(storage);
    expect(await storage.load()).toHaveLength(2);
    const next = client("mai", { storage });
    const told: string[] = [];
    next.subscribeSettled(({ action, answer }) => told.push(`${action.op} ${answer.ok}`));
    await live(next);
    await until(next, (state) => state.pending.length === 0 && state.seq === 2);
    expect(told).toEqual(["booking.move true", "booking.edit true"]);
    expect(next.state.bookings.get(ONE)).toMatchObject({ start: RANGE.start, title: "Later", version: 3 });
    await next.stored();
    expect(await storage.load()).toEqual([]);
  });

  it("is never sent by somebody else on the same browser, and waits for its owner", async () => {
    const storage = memoryStorage();
    await leaveBehind(storage);
    const noor = await live(client("noor", { storage }));
    await noor.propose("booking.edit", { booking_id: id("booking", 2), title: "Noor's" }).settled;
    expect(authority.executions.size).toBe(1);
    noor.close();
    const mai = await live(client("mai", { storage }));
    await until(mai, (state) => state.pending.length === 0 && state.seq === 3);
  });
});

describe("a token", () => {
  const jwt = (name: string, seconds: number) => {
    const now = Math.floor(Date.now() / 1000);
    const payload = Buffer.from(JSON.stringify({ sub: name, iat: now, exp: now + seconds })).toString("base64url");
    return `h.${payload}.${name}`;
  };

  it("is renewed on the same connection before it ends", async () => {
    const tokens = [jwt("first", 1), jwt("second", 900)];
    for (const token of tokens) server.tokens.set(token, MAI);
    let given = 0;
    const made = await live(client("", { getToken: () => Promise.resolve(tokens[given++] ?? "") }));
    const { connectionId } = made.state;
    await expect.poll(() => server.of("refresh"), { timeout: 20_000 }).toEqual([{ token: tokens[1] }]);
    expect(made.state.connectionId).toBe(connectionId);
    expect(made.state.status).toBe("live");
  });
});

describe("other people", () => {
  it("are seen with their selections and drags, until they leave", async () => {
    const [made, other] = [await live(client()), await live(client("noor"))];
    other.sendPresence({ selection: [ONE] });
    other.sendGhost({ booking_id: ONE, artist_id: id("artist", 2), ...RANGE });
    await until(made, (state) => state.ghosts.size === 1 && state.presence.size === 1);
    const [ghost] = made.state.ghosts.values();
    expect(ghost).toMatchObject({ booking_id: ONE, artist_id: id("artist", 2), name: "Noor", fading: false });
    expect([...made.state.presence.values()][0]).toMatchObject({ name: "Noor", selection: [ONE] });
    other.endGhost(ONE);
    await until(made, (state) => state.ghosts.size === 0);
    other.sendGhost({ booking_id: ONE, artist_id: id("artist", 2), ...RANGE });
    await until(made, (state) => state.ghosts.size === 1);
    other.close();
    await until(made, (state) => state.ghosts.size === 0 && state.presence.size === 0);
  });

  it("may be more than are shown, while the server does not hear of the others", async () => {
    const made = await live(client());
    expect(made.state.elsewhere).toBe("known");
    for (const socket of server.sockets) socket.emit("presence", { full: [], elsewhere: "unknown" });
    await until(made, (state) => state.elsewhere === "unknown");
    for (const socket of server.sockets) socket.emit("presence", { full: [] });
    await until(made, (state) => state.elsewhere === "known");
  });

  it("are told of one's selection again after a cut", async () => {
    const made = await live(client());
    made.sendPresence({ selection: [ONE] });
    await until(made, (state) => state.presence.size === 1);
    server.cut();
    await until(made, (state) => state.status !== "live");
    expect(made.state.presence.size).toBe(0);
    await until(made, (state) => state.presence.size === 1);
    expect(server.of("presence")).toEqual([{ selection: [ONE] }, { selection: [ONE] }]);
  });
});

describe("a listener", () => {
  it("hears once for many changes of one moment, and reads the same object until the next", async () => {
    const made = await live(client());
    let told = 0;
    const stop = made.subscribe(() => told++);
    const before = made.state;
    expect(made.state).toBe(before);
    made.propose("booking.move", { booking_id: ONE, ...RANGE });
    made.propose("booking.edit", { booking_id: ONE, title: "x" });
    expect(made.state).not.toBe(before);
    expect(made.state.artists).toBe(before.artists);
    expect(made.state.bookings.get(id("booking", 2))).toBe(before.bookings.get(id("booking", 2)));
    await Promise.resolve();
    expect(told).toBe(1);
    stop();
    made.propose("booking.edit", { booking_id: ONE, title: "y" });
    await Promise.resolve();
    expect(told).toBe(1);
  });
});

import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createClient, indexedDbStateStorage, memoryStateStorage, memoryStorage, until } from "../src/index.ts";
import type { Client, ClientOptions, Me } from "../src/index.ts";
import { Authority } from "./harness/authority.ts";
import { booking, hour, id, snapshotState } from "./harness/entities.ts";
import { StudioServer } from "./harness/studio-server.ts";

const MAI: Me = { id: id("member", 1), name: "Mai", role: "studio_manager", artist_id: null };
const NOOR: Me = { ...MAI, id: id("member", 2), name: "Noor" };
const START = snapshotState({ bookings: [1, 2].map((n) => booking(n, n * 4, n * 4 + 3)) });
const ONE = id("booking", 1);
const MOVED = { start: hour(100), end: hour(103) };
const TIMING = { reconnect: { baseMs: 5, mostMs: 20 }, patienceMs: 300, saveMs: 5 };
const nowhere = () => Promise.reject(new Error("no network"));

let server: StudioServer;
const clients: Client[] = [];

beforeEach(async () => {
  server = new StudioServer(new Authority(id("epoch", 1), START));
  server.tokens.set("mai", MAI).set("noor", NOOR);
  await server.listen();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.stop();
});

function client(options: Partial<ClientOptions>): Client {
  const made = createClient({ url: server.url, getToken: () => Promise.resolve("mai"), timing: TIMING, ...options });
  clients.push(made);
  made.connect();
  return made;
}

async function seenOnce(options: Partial<ClientOptions>): Promise<void> {
  const first = client(options);
  await until(first, (state) => state.status === "live");
  await first.stored();
  first.close();
}

it("shows without a network what was last confirmed", async () => {
  const states = memoryStateStorage();
  await seenOnce({ states });
  const offline = client({ states, getToken: nowhere });
  const state = await until(offline, ({ seq, bookings }) => seq === 0 && bookings.size > 0);
  expect(state.me).toEqual(MAI);
  expect([...state.bookings.keys()].sort()).toEqual((START.bookings ?? []).map((one) => one.id));
});

it("asks only for what happened since", async () => {
  const states = memoryStateStorage();
  await seenOnce({ states });
  server.execute({ id: id("elsewhere", 1), op: "booking.move", args: { booking_id: ONE, ...MOVED } }, NOOR);
  const again = client({ states });
  await until(again, (state) => state.bookings.get(ONE)?.start === MOVED.start);
  expect(server.of("sync").at(-1)).toEqual({ epoch: id("epoch", 1), since: 0 });
});

it("settles what was proposed over it while there was no network", async () => {
  const states = memoryStateStorage();
  const storage = memoryStorage();
  await seenOnce({ states, storage });
  const offline = client({ states, storage, getToken: nowhere });
  await until(offline, (state) => state.bookings.size > 0);
  offline.propose("booking.move", { booking_id: ONE, ...MOVED });
  expect(offline.state.bookings.get(ONE)?.start).toBe(MOVED.start);
  await offline.stored();
  offline.close();
  const later = client({ states, storage, getToken: nowhere });
  await until(later, (state) => state.bookings.get(ONE)?.start === MOVED.start);
  expect([...later.state.pendingIds]).toEqual([ONE]);
  later.close();
  const back = client({ states, storage });
  await until(back, (state) => state.seq === 1 && state.pending.length === 0);
  expect(back.state.bookings.get(ONE)?.start).toBe(MOVED.start);
});

it("is forgotten, not shown on, when somebody else is signed in", async () => {
  const states = memoryStateStorage();
  await seenOnce({ states });
  const other = client({ states, getToken: () => Promise.resolve("noor") });
  const state = await until(other, ({ status }) => status === "closed");
  expect(state.closing?.code).toBe("replaced");
  await other.stored();
  expect(await states.load()).toBeNull();
});

it("is kept in the browser's database for the build that wrote it", async () => {
  const states = indexedDbStateStorage("one");
  await seenOnce({ states });
  expect((await indexedDbStateStorage("one").load())?.me).toEqual(MAI);
  expect(await indexedDbStateStorage("two").load()).toBeNull();
  await states.clear();
  expect(await states.load()).toBeNull();
});

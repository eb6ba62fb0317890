import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClient, isFull, newId, until, type Answer, type Client, type FullBooking } from "../../src/index.ts";
import { Proxy } from "../harness/proxy.ts";

const SERVER = process.env["SERVER_URL"] ?? "";
const PASSWORD = process.env["SERVER_PASSWORD"] ?? "";

const tokens = new Map<string, string>();
let proxy: Proxy;
let url: string;
let clients: Client[];
let year = 2030;

/** Eight working hours of a day in March, in a year that no other test uses. */
function day(number: number): { start: string; end: string } {
  const date = `${year}-03-${String(number).padStart(2, "0")}`;
  return { start: `${date}T08:00:00Z`, end: `${date}T16:00:00Z` };
}

async function signIn(email: string): Promise<string> {
  const response = await fetch(`${SERVER}/api/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`${email} could not sign in: ${await response.text()}`);
  return ((await response.json()) as { data: { access_token: string } }).data.access_token;
}

beforeAll(async () => {
  for (const name of ["owner", "manager", "artist"]) tokens.set(name, await signIn(`${name}@demo.studio`));
  proxy = new Proxy(SERVER);
  url = await proxy.listen();
});

afterAll(() => proxy.close());

beforeEach(() => {
  clients = [];
  year += 1;
});

afterEach(() => {
  proxy.down = false;
  for (const client of clients) client.close();
});

async function open(name: string): Promise<Client> {
  const client = createClient({ url, getToken: () => Promise.resolve(tokens.get(name) ?? "") });
  clients.push(client);
  client.connect();
  await until(client, (state) => state.status === "live");
  return client;
}

async function place(client: Client, number: number, status: "hold" | "confirmed" = "hold"): Promise<string> {
  const id = newId();
  const [artist] = [...client.state.artists.values()].filter((one) => one.active);
  const { settled } = client.propose("booking.place", { id, artist_id: artist?.id ?? "", title: "Ours", status, ...day(number) });
  expect(await settled).toMatchObject({ ok: true });
  await until(client, (state) => state.bookings.has(id) && state.pending.length === 0);
  return id;
}

function full(client: Client, id: string): FullBooking {
  const booking = client.state.bookings.get(id);
  if (!booking || !isFull(booking)) throw new Error(`booking ${id} is not to be seen in full`);
  return booking;
}

/** Everybody at the same number of the log. */
async function level(...all: Client[]): Promise<void> {
  const head = Math.max(...all.map((client) => client.state.seq));
  await Promise.all(all.map((client) => until(client, (state) => state.status === "live" && state.seq >= head)));
}

function everything(client: Client): unknown {
  const { tenant, members, artists, projects, phases, dependencies, milestones, bookings } = client.state;
  const lists = [members, artists, projects, phases, dependencies, milestones, bookings].map((map) =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return { tenant, lists };
}

describe("against the server itself", () => {
  it("what one proposes the other sees, and a fresh client sees the same", async () => {
    const [manager, owner] = [await open("manager"), await open("owner")];
    const id = await place(manager, 1);
    manager.propose("booking.edit", { booking_id: id, title: "Renamed" });
    await until(owner, (state) => state.bookings.get(id)?.version === 2);
    await level(manager, owner);
    expect(everything(owner)).toEqual(everything(manager));
    expect(everything(await open("owner"))).toEqual(everything(manager));
  });

  it("what was foreseen is what was decided, but for what only the server can give", async () => {
    const manager = await open("manager");
    const id = newId();
    const [artist] = manager.state.artists.values();
    const { settled } = manager.propose("booking.place", { id, artist_id: artist?.id ?? "", title: "Foreseen", ...day(2) });
    const { claims, created_at: _c, updated_at: _u, ...foreseen } = full(manager, id);
    await settled;
    await until(manager, (state) => state.pending.length === 0 && !state.pendingIds.has(id) && full(manager, id).claims[0]?.number !== claims[0]?.number);
    const { claims: _claims, created_at: _c2, updated_at: _u2, ...decided } = full(manager, id);
    const deadlines = { response_deadline: expect.any(String) as string, expires_at: expect.any(String) as string };
    expect(decided).toEqual({ ...foreseen, ...deadlines });
  });

  it("a freelancer sees that time is taken, and nothing more", async () => {
    const [manager, artist] = [await open("manager"), await open("artist")];
    const own = artist.state.me?.artist_id;
    const other = [...manager.state.artists.values()].find((one) => one.active && one.id !== own);
    const id = newId();
    await manager.propose("booking.place", { id, artist_id: other?.id ?? "", title: "Secret", ...day(3) }).settled;
    await until(artist, (state) => state.bookings.has(id));
    expect(Object.keys(artist.state.bookings.get(id) ?? {}).sort()).toEqual(
      ["artist_id", "end", "id", "start", "status", "version"],
    );
    expect(await artist.propose("booking.release", { booking_id: id }).settled).toMatchObject({ ok: false });
    await manager.propose("booking.release", { booking_id: id }).settled;
    await until(artist, (state) => !state.bookings.has(id));
  });

  it("two who want the same slot at the same instant: one gets it, the other hears why and what is free", async () => {
    const [manager, owner] = [await open("manager"), await open("owner")];
    const [artist] = manager.state.artists.values();
    const both = [manager, owner].map((client) => {
      const args = { id: newId(), artist_id: artist?.id ?? "", title: "Mine", status: "confirmed" as const, ...day(4) };
      return { client, id: args.id, proposal: client.propose("booking.place", args) };
    });
    const answers = await Promise.all(both.map(({ proposal }) => proposal.settled));
    expect(answers.map((answer) => answer.ok).sort()).toEqual([false, true]);
    const refused = answers.find((answer) => !answer.ok);
    expect(refused).toMatchObject({ error: { code: "conflict" } });
    if (refused && !refused.ok) expect(refused.error.data?.alternatives?.length).toBeGreaterThan(0);
    const won = both[answers.findIndex((answer) => answer.ok)]?.id ?? "";
    const lost = both[answers.findIndex((answer) => !answer.ok)]?.id ?? "";
    for (const { client } of both) {
      await until(client, (state) => state.bookings.has(won));
      expect(client.state.bookings.has(lost)).toBe(false);
    }
  });

  it("a hundred and twenty own steps are taken back and done again", async () => {
    const manager = await open("manager");
    const id = await place(manager, 1);
    for (let n = 0; n < 120; n++) manager.propose("booking.move", { booking_id: id, ...day(2 + (n % 20)) });
    await until(manager, (state) => state.pending.length === 0);
    const last = day(2 + (119 % 20)).start;
    expect(full(manager, id).start).toBe(last);
    const undone: Promise<Answer>[] = [];
    for (let n = 0; n < 120; n++) undone.push(manager.undo()?.settled ?? Promise.reject(new Error("nothing to undo")));
    expect(full(manager, id).start).toBe(day(1).start);
    expect((await Promise.all(undone)).filter((answer) => !answer.ok)).toEqual([]);
    const redone: Promise<Answer>[] = [];
    for (let n = 0; n < 120; n++) redone.push(manager.redo()?.settled ?? Promise.reject(new Error("nothing to redo")));
    expect((await Promise.all(redone)).filter((answer) => !answer.ok)).toEqual([]);
    await until(manager, (state) => state.pending.length === 0);
    expect(full(manager, id).start).toBe(last);
  });

  it("edits made without a network are settled when it is back, none lost, none doubled", async () => {
    const [manager, owner] = [await open("manager"), await open("owner")];
    const id = await place(manager, 1);
    await level(manager, owner);
    const before = owner.state.seq;
    proxy.down = true;
    proxy.cut();
    await until(manager, (state) => state.status !== "live");
    const placed = [5, 6, 7].map((number) => {
      const artist_id = full(manager, id).artist_id;
      const made = newId();
      return { made, settled: manager.propose("booking.place", { id: made, artist_id, title: "Offline", ...day(number) }).settled };
    });
    const moved = manager.propose("booking.move", { booking_id: id, ...day(9) }).settled;
    expect(full(manager, id).start).toBe(day(9).start);
    proxy.down = false;
    const answers = await Promise.all([...placed.map((one) => one.settled), moved]);
    expect(answers.every((answer) => answer.ok)).toBe(true);
    await until(owner, (state) => state.seq === before + 4);
    for (const { made } of placed) expect(owner.state.bookings.has(made)).toBe(true);
    await until(manager, (state) => state.seq === before + 4 && state.pending.length === 0);
    expect(everything(manager)).toEqual(everything(owner));
  });

  it("whatever is cut whenever: every command is settled once, and all end equal", async () => {
    const all = [await open("manager"), await open("owner"), await open("manager")];
    const ids = [await place(all[0] as Client, 1), await place(all[1] as Client, 2)];
    const settled = new Map<string, number>();
    for (const client of all) client.subscribeSettled(({ id }) => settled.set(id, (settled.get(id) ?? 0) + 1));
    const answers: Promise<Answer>[] = [];
    for (let n = 0; n < 60; n++) {
      const client = all[n % all.length] as Client;
      const args = { booking_id: ids[n % 2] ?? "", ...day(1 + ((n * 7) % 25)) };
      answers.push(client.propose("booking.move", args).settled);
      if (n % 9 === 4) proxy.cut();
      if (n % 5 === 0) await answers[n - 3];
    }
    await Promise.all(answers);
    expect(settled.size).toBe(60);
    expect([...settled.values()].every((count) => count === 1)).toBe(true);
    await Promise.all(all.map((client) => until(client, (state) => state.status === "live" && state.pending.length === 0)));
    await level(...all);
    const fresh = await open("owner");
    await level(fresh, ...all);
    for (const client of all) expect(everything(client)).toEqual(everything(fresh));
  });
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { createClient, until, type Action, type Client, type CommandArgs, type Me, type Op } from "../src/index.ts";
import { Authority } from "./harness/authority.ts";
import { booking, id, snapshotState } from "./harness/entities.ts";
import { NO_FAULTS, StudioServer, type Faults } from "./harness/studio-server.ts";
import { actionOf, wish, type Wish } from "./harness/wishes.ts";

const PEOPLE: Me[] = [1, 2].map((n) => ({ id: id("member", n), name: `P${n}`, role: "studio_manager", artist_id: null }));
const START = snapshotState({ bookings: [1, 2, 3, 4, 5].map((n) => booking(n, n * 4, n * 4 + 3)) });
const TIMING = {
  reconnect: { baseMs: 2, mostMs: 10 },
  repeat: { baseMs: 1, mostMs: 5 },
  patienceMs: 60,
  gapMs: 5,
  lagMs: 20,
  renewalMs: 1_000,
};

const commandFault = fc.constantFrom(
  ...(["none", "none", "none", "busy", "internal", "lose_answer", "cut_before", "cut_after"] as const),
);
const batchFault = fc.constantFrom(...(["none", "none", "late", "double", "drop"] as const));
const move = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("propose" as const), who: fc.nat(1), wish }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("undo" as const), who: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.constant({ kind: "cut" as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("breathe" as const), ms: fc.integer({ min: 0, max: 15 }) }) },
);

type Move = typeof move extends fc.Arbitrary<infer M> ? M : never;

/** Two people at one studio, each with every settlement they heard of. */
class Studio {
  readonly authority = new Authority(id("epoch", 1), START);
  readonly server = new StudioServer(this.authority);
  readonly clients: Client[] = [];
  readonly settled = new Map<string, number>();
  readonly promised = new Map<string, boolean>();
  private made = 0;

  async open(): Promise<void> {
    await this.server.listen();
    for (const me of PEOPLE) {
      this.server.tokens.set(me.name, me);
      const client = createClient({ url: this.server.url, getToken: () => Promise.resolve(me.name), timing: TIMING });
      client.subscribeSettled((one) => this.settled.set(one.id, (this.settled.get(one.id) ?? 0) + 1));
      client.connect();
      this.clients.push(client);
    }
    await this.all((client) => until(client, (state) => state.status === "live"));
  }

  all(each: (client: Client) => Promise<unknown>): Promise<unknown[]> {
    return Promise.all(this.clients.map(each));
  }

  async take(one: Move): Promise<void> {
    switch (one.kind) {
      case "propose":
        return this.propose(one.who, one.wish);
      case "undo":
        return this.watch(this.clients[one.who]?.undo() ?? null);
      case "cut":
        return this.server.cut();
      case "breathe":
        return new Promise((resolve) => setTimeout(resolve, one.ms));
    }
  }

  private propose(who: number, wanted: Wish): void {
    const action = actionOf(wanted, () => id("new", ++this.made));
    this.watch(this.clients[who]?.propose(action.op as Op, action.args as CommandArgs[Action["op"]]) ?? null);
  }

  private watch(proposal: { readonly id: string; readonly settled: Promise<{ readonly ok: boolean }> } | null): void {
    if (proposal) void proposal.settled.then(({ ok }) => this.promised.set(proposal.id, ok));
  }

  /** Let everything be answered and delivered; one more event shows whether any was dropped before it. */
  async heal(): Promise<void> {
    this.server.faults = NO_FAULTS;
    await this.all((client) => until(client, (state) => state.status === "live" && state.pending.length === 0));
    const last: Wish = { kind: "pencil", booking: 1, artist: 3, from: 10_000, length: 1 };
    const me = PEOPLE[0];
    if (me) this.server.execute({ id: id("last", 1), ...actionOf(last, () => id("new", 0)) }, me);
    await this.all((client) => until(client, (state) => state.status === "live" && state.seq === this.authority.seq));
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.server.stop();
  }
}

it("settles every command exactly once and ends equal everywhere, under cuts, lost and doubled messages", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(move, { minLength: 5, maxLength: 30, size: "max" }),
      fc.infiniteStream(commandFault),
      fc.infiniteStream(batchFault),
      async (moves, commandFaults, batchFaults) => {
        const studio = new Studio();
        await studio.open();
        const faults: Faults = {
          command: () => commandFaults.next().value,
          batch: () => batchFaults.next().value,
        };
        studio.server.faults = faults;
        for (const one of moves) await studio.take(one);
        await studio.heal();

        const { authority } = studio;
        const sent = studio.server.of("command").map((body) => (body as { readonly id: string }).id);
        for (const commandId of new Set(sent)) {
          expect(studio.settled.get(commandId), "told once").toBe(1);
          expect(authority.executions.get(commandId) ?? 0, "carried out at most once").toBeLessThanOrEqual(1);
        }
        // Only a command that was given up after faults alone may have an answer and no execution.
        const executed = [...authority.executions.keys()].filter((key) => key !== id("last", 1));
        expect(executed.every((key) => studio.promised.has(key))).toBe(true);
        expect(studio.promised.size).toBe(studio.settled.size);
        for (const client of studio.clients) {
          const shown = [...client.state.bookings.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
          expect(shown).toEqual(authority.state.bookings);
          expect(client.state.pendingIds.size).toBe(0);
        }
        await studio.close();
      },
    ),
    { numRuns: 12, endOnFailure: true },
  );
}, 120_000);


import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ledger } from "../src/ledger.ts";
import { toRequest } from "../src/pending.ts";
import { Draft, readTables } from "../src/predict/draft.ts";
import { predict } from "../src/predict/predict.ts";
import type { Action, Booking, LoggedEvent, Me } from "../src/protocol.ts";
import { edit, toSnapshot, type Changes, type Tables } from "../src/tables.ts";
import { Authority } from "./harness/authority.ts";
import { batch, booking, hour, id, MONDAY, snapshotState } from "./harness/entities.ts";
import { actionOf, wish, type Wish } from "./harness/wishes.ts";

const EPOCH = id("epoch", 1);
const ME: Me = { id: id("member", 1), name: "Mai", role: "studio_manager", artist_id: null };
const OTHER: Me = { ...ME, id: id("member", 2), name: "Noor" };
const START = snapshotState({ bookings: [1, 2, 3, 4, 5].map((n) => booking(n, n * 4, n * 4 + 3)) });

/** A client's ledger and the server's say, with everything between them in the test's hands. */
class Desk {
  readonly authority = new Authority(EPOCH, START);
  readonly changes: Changes[] = [];
  readonly settled: string[] = [];
  readonly ledger = new Ledger(() => MONDAY, (changes) => this.changes.push(...changes));
  private made = 0;

  constructor() {
    this.ledger.me = ME;
    this.ledger.owner = "t/m";
    this.ledger.replica.reset({ epoch: EPOCH, seq: 0, state: START });
    this.ledger.applied("all");
    this.changes.length = 0;
  }

  readonly fresh = () => id("new", ++this.made);

  propose(one: Wish) {
    return this.ledger.propose(actionOf(one, this.fresh));
  }

  /** Let the server answer the command whose turn it is; its events are left to `deliver`. */
  answer(): LoggedEvent[] {
    const head = this.ledger.pending.head;
    if (!head) return [];
    const { answer, events } = this.authority.execute(toRequest(head), ME);
    if (this.ledger.answered(head.id, answer)) this.settled.push(head.id);
    expect(this.ledger.answered(head.id, answer)).toBe(false);
    return [...events];
  }

  /** The server carries the command out, but its answer is lost on the way. */
  loseAnswer(): void {
    const head = this.ledger.pending.head;
    if (head) this.authority.execute(toRequest(head), ME);
  }

  somebodyElse(one: Wish): void {
    this.authority.execute({ id: id("other", ++this.made), ...actionOf(one, this.fresh) }, OTHER);
  }

  /** Hand over the log up to the head, in one batch or as a snapshot. */
  deliver(how: "events" | "snapshot"): void {
    const { seq } = this.ledger.replica.confirmed;
    if (how === "snapshot") {
      this.ledger.replica.reset({ epoch: EPOCH, seq: this.authority.seq, state: this.authority.state });
      this.ledger.applied("all");
      return;
    }
    const events = this.authority.log.slice(seq);
    const received = this.ledger.replica.receive(batch(EPOCH, seq + 1, this.authority.seq, events));
    if (received.kind === "applied") this.ledger.applied(received.events);
  }
}

/** What the screen should show, worked out from nothing: confirmed, then each pending command in order. */
function fromScratch(ledger: Ledger): Tables {
  const { tables } = ledger.replica.confirmed;
  const draft = new Draft(readTables(tables));
  for (const { command, progress } of ledger.pending.all) {
    if (progress.kind === "committed") continue;
    predict(draft, command.action, {
      commandId: command.id,
      at: command.at,
      order: command.order,
      me: ME,
      touchedBy: (commandId) => ledger.history.touchedBy(commandId),
    });
  }
  return edit(tables, draft.edits);
}

const step = fc.oneof(
  { weight: 4, arbitrary: wish.map((one) => ({ kind: "propose" as const, wish: one })) },
  { weight: 3, arbitrary: wish.map((one) => ({ kind: "other" as const, wish: one })) },
  { weight: 4, arbitrary: fc.constant({ kind: "answer" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "lose" as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: "deliver" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "snapshot" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "undo" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "redo" as const }) },
);

function take(desk: Desk, one: typeof step extends fc.Arbitrary<infer S> ? S : never): void {
  switch (one.kind) {
    case "propose":
      return void desk.propose(one.wish);
    case "other":
      return desk.somebodyElse(one.wish);
    case "answer":
      return void desk.answer();
    case "lose":
      return desk.loseAnswer();
    case "deliver":
      return desk.deliver("events");
    case "snapshot":
      return desk.deliver("snapshot");
    case "undo":
      return void desk.ledger.undo();
    case "redo":
      return void desk.ledger.redo();
  }
}

describe("the ledger, whatever comes in whatever order", () => {
  const steps = fc.array(step, { minLength: 10, maxLength: 40, size: "max" });

  it("shows confirmed plus pending, patched as if worked out from nothing", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const desk = new Desk();
        for (const one of sequence) {
          take(desk, one);
          const expected = fromScratch(desk.ledger);
          expect(toSnapshot(desk.ledger.tables)).toEqual(toSnapshot(expected));
          expect(new Map(desk.ledger.tables.lines)).toEqual(new Map(expected.lines));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("tells exactly what changed, and keeps the identity of all else", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const desk = new Desk();
        for (const one of sequence) {
          const before = new Map(desk.ledger.tables.booking);
          const marked = desk.ledger.pendingIds;
          desk.changes.length = 0;
          take(desk, one);
          const after = desk.ledger.tables.booking;
          const told = desk.changes.filter((list) => list.kind === "booking");
          const upserted = new Set(told.flatMap((list) => list.upserted));
          const removed = new Set(told.flatMap((list) => list.removed));
          for (const [key, entity] of before) {
            if (!after.has(key)) expect(removed).toContain(key);
            else if (after.get(key) !== entity) {
              expect(after.get(key)).not.toEqual(entity);
              expect(upserted).toContain(key);
            }
          }
          for (const key of after.keys()) if (!before.has(key)) expect(upserted).toContain(key);
          const turned = [...after.keys()].filter((key) => marked.has(key) !== desk.ledger.pendingIds.has(key));
          for (const key of turned) expect(upserted).toContain(key);
          for (const key of upserted) expect(before.get(key) !== after.get(key) || turned.includes(key)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("settles each command exactly once, and then shows what is confirmed and nothing else", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const desk = new Desk();
        const proposed: string[] = [];
        for (const one of sequence) {
          const known = new Set(desk.ledger.pending.all.map((entry) => entry.command.id));
          take(desk, one);
          for (const { command } of desk.ledger.pending.all) if (!known.has(command.id)) proposed.push(command.id);
        }
        while (desk.ledger.pending.head) desk.answer();
        desk.deliver("events");
        expect(desk.settled).toEqual(proposed);
        expect([...desk.authority.executions.values()].every((count) => count === 1)).toBe(true);
        expect(desk.ledger.pending.all).toEqual([]);
        expect(desk.ledger.pendingIds.size).toBe(0);
        expect(toSnapshot(desk.ledger.tables)).toEqual(desk.authority.state);
      }),
      { numRuns: 100 },
    );
  });
});

function shown(desk: Desk, number: number): Booking | undefined {
  return desk.ledger.tables.booking.get(id("booking", number));
}

const move = (number: number, from: number): Wish => ({ kind: "move", booking: number, artist: 1, from, length: 3 });

describe("a pending command", () => {
  it("shows at once, is marked, and stays shown between its answer and its event", () => {
    const desk = new Desk();
    desk.propose(move(1, 100));
    expect(shown(desk, 1)?.start).toBe(hour(100));
    expect([...desk.ledger.pendingIds]).toEqual([id("booking", 1)]);
    desk.answer();
    expect(shown(desk, 1)?.start).toBe(hour(100));
    expect(desk.ledger.pendingIds.size).toBe(0);
    desk.deliver("events");
    expect(shown(desk, 1)?.start).toBe(hour(100));
    expect(desk.ledger.pending.all).toEqual([]);
  });

  it("is rolled back when it is refused", () => {
    const desk = new Desk();
    desk.propose(move(1, 100));
    const refusal = { code: "forbidden", message: "No.", retryable: false } as const;
    desk.ledger.answered(desk.ledger.pending.head?.id ?? "", { ok: false, id: null, error: refusal });
    expect(shown(desk, 1)).toEqual(START.bookings?.[0]);
    expect(desk.ledger.history.canUndo).toBe(false);
  });

  it("whose event came before its answer is not applied twice, and still wants its answer", () => {
    const desk = new Desk();
    const { id: commandId } = desk.propose({ kind: "place", booking: 1, artist: 2, from: 1, length: 2 });
    const head = desk.ledger.pending.head;
    if (head) desk.authority.execute(toRequest(head), ME);
    desk.deliver("events");
    expect(toSnapshot(desk.ledger.tables)).toEqual(desk.authority.state);
    expect(desk.ledger.pendingIds.size).toBe(0);
    expect(desk.ledger.pending.head?.id).toBe(commandId);
    desk.answer();
    expect(desk.ledger.pending.all).toEqual([]);
  });

  it("builds on an earlier one by the version the server gave that, never by a guessed one", () => {
    const desk = new Desk();
    desk.propose(move(1, 100));
    const second = desk.propose(move(1, 110));
    expect(second.base).toEqual({ kind: "after", commandId: desk.ledger.pending.head?.id });
    // Meanwhile somebody else changed it, so the version is not the one that was foreseen.
    desk.somebodyElse({ kind: "edit", booking: 1, artist: 1, from: 7, length: 1 });
    desk.ledger.answered(desk.ledger.pending.head?.id ?? "", {
      ok: true,
      id: "",
      seq: 2,
      result: { booking: { id: id("booking", 1), version: 3 } },
    });
    expect(desk.ledger.pending.head?.base).toEqual({ kind: "version", version: 3 });
  });

  it("builds on what its predecessor built on, where that was refused", () => {
    const desk = new Desk();
    desk.propose(move(1, 100));
    desk.propose(move(1, 110));
    const refusal = { code: "conflict", message: "No.", retryable: false } as const;
    desk.ledger.answered(desk.ledger.pending.head?.id ?? "", { ok: false, id: null, error: refusal });
    expect(desk.ledger.pending.head?.base).toEqual({ kind: "version", version: 1 });
    expect(shown(desk, 1)?.start).toBe(hour(110));
  });

  it("is based on what its author saw, where that is said", () => {
    const desk = new Desk();
    desk.somebodyElse({ kind: "edit", booking: 1, artist: 1, from: 7, length: 1 });
    desk.deliver("events");
    const action = actionOf(move(1, 100), desk.fresh);
    expect(desk.ledger.propose(action, { baseVersion: 1 }).base).toEqual({ kind: "version", version: 1 });
    expect(desk.ledger.propose(action, { baseVersion: null }).base).toEqual({ kind: "none" });
  });

  it("that makes no sense here is sent all the same, and holds nothing up", () => {
    const desk = new Desk();
    desk.ledger.propose({ op: "booking.move", args: { booking_id: id("booking", 1), start: "soon", end: "later" } });
    desk.ledger.restore([
      {
        id: id("stored", 1),
        owner: "t/m",
        action: JSON.parse('{"op": "phase.delegate", "args": {"items": 1}}') as Action,
        at: hour(0),
        order: 1,
        base: { kind: "none" },
      },
    ]);
    expect(toSnapshot(desk.ledger.tables)).toEqual(desk.authority.state);
    desk.propose(move(2, 100));
    expect(shown(desk, 2)?.start).toBe(hour(100));
    expect(desk.ledger.pending.all).toHaveLength(3);
  });

  it("of a history that was replaced is sent again, and what was accepted there is not awaited", () => {
    const desk = new Desk();
    desk.propose(move(1, 100));
    desk.propose(move(2, 200));
    desk.answer();
    desk.authority.replaceHistory(id("epoch", 2));
    desk.ledger.replica.reset({ epoch: id("epoch", 2), seq: 0, state: START });
    desk.ledger.applied("all");
    expect(shown(desk, 1)?.start).toBe(hour(4));
    expect(shown(desk, 2)?.start).toBe(hour(200));
    desk.answer();
    expect(desk.authority.executions.size).toBe(1);
  });
});

describe("one's own undo", () => {
  it("goes back more than a hundred steps, and forward again, each shown at once", () => {
    const desk = new Desk();
    const starts = [shown(desk, 1)?.start];
    for (let n = 0; n < 150; n++) {
      desk.propose(move(1, 100 + n));
      desk.answer();
      desk.deliver("events");
      starts.push(shown(desk, 1)?.start);
    }
    for (let n = 149; n >= 0; n--) {
      desk.ledger.undo();
      expect(shown(desk, 1)?.start).toBe(starts[n]);
      desk.answer();
      desk.deliver("events");
      expect(shown(desk, 1)?.start).toBe(starts[n]);
    }
    expect(desk.ledger.undo()).toBeNull();
    for (let n = 1; n <= 150; n++) {
      desk.ledger.redo();
      expect(shown(desk, 1)?.start).toBe(starts[n]);
      desk.answer();
      desk.deliver("events");
    }
    expect(desk.ledger.history.canRedo).toBe(false);
    expect(shown(desk, 1)?.start).toBe(starts[150]);
  });

  it("takes back what was placed, and brings back what was released", () => {
    const desk = new Desk();
    desk.propose({ kind: "release", booking: 1, artist: 1, from: 0, length: 1 });
    expect(shown(desk, 1)).toBeUndefined();
    desk.ledger.undo();
    expect(shown(desk, 1)?.start).toBe(hour(4));
    desk.ledger.redo();
    expect(shown(desk, 1)).toBeUndefined();
  });

  it("leaves somebody else's later word alone", () => {
    const desk = new Desk();
    desk.propose(move(1, 100));
    desk.answer();
    desk.deliver("events");
    desk.somebodyElse(move(1, 200));
    desk.deliver("events");
    desk.ledger.undo();
    expect(shown(desk, 1)?.start).toBe(hour(200));
  });

  it("forgets what could be redone when something new is done, and steps that were refused", () => {
    const desk = new Desk();
    desk.propose(move(1, 100));
    desk.ledger.undo();
    expect(desk.ledger.history.canRedo).toBe(true);
    desk.propose(move(2, 100));
    expect(desk.ledger.history.canRedo).toBe(false);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Batch, FullBooking, LoggedEvent } from "../src/protocol.ts";
import { applyBatch, fromSnapshot, Replica } from "../src/replica.ts";
import { isLive, toSnapshot } from "../src/tables.ts";
import { artist, batch, booking, bookingEvent, id, snapshotState } from "./harness/entities.ts";

const EPOCH = id("epoch", 1);
const START = { epoch: EPOCH, seq: 0, state: snapshotState({ bookings: [booking(1, 0, 1), booking(2, 2, 3)] }) };

const status = fc.constantFrom<FullBooking["status"]>("hold", "pencil", "confirmed", "released", "bumped");
const change = fc.record({ number: fc.integer({ min: 1, max: 6 }), artist: fc.integer({ min: 1, max: 3 }), from: fc.nat(200), status });

/** A log of booking events, some numbers of which are not for this reader. */
const log = fc.array(fc.option(change, { nil: null, freq: 6 }), { minLength: 1, maxLength: 60, size: "max" }).map((changes) =>
  changes.map((made, index): LoggedEvent | null =>
    made &&
    bookingEvent(
      index + 1,
      "booking.moved",
      booking(made.number, made.from, made.from + 8, {
        artist_id: id("artist", made.artist),
        status: made.status,
        version: index + 2,
      }),
    ),
  ),
);

/** Cuts a log into batches that cover it without gaps. */
function cut(events: readonly (LoggedEvent | null)[], sizes: readonly number[]): Batch[] {
  const batches: Batch[] = [];
  for (let at = 0, i = 0; at < events.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    const part = events.slice(at, at + size);
    batches.push(batch(EPOCH, at + 1, at + part.length, part.filter((event) => event !== null)));
    at += size;
  }
  return batches;
}

function linesAgree(replica: Replica): void {
  const { tables } = replica.confirmed;
  const expected = new Map<string, string[]>();
  for (const one of toSnapshot(tables).bookings ?? []) {
    expected.set(one.artist_id, [...(expected.get(one.artist_id) ?? []), one.id]);
  }
  for (const [artistId, line] of tables.lines) {
    expect(line.map((one) => one.id).sort()).toEqual(expected.get(artistId)?.sort());
    expect([...line].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))).toEqual(line);
    for (const one of line) expect(tables.booking.get(one.id)).toBe(one);
  }
  expect(tables.lines.size).toBe(expected.size);
}

describe("the replica", () => {
  it("ends equal when fed the same events late, doubled, overlapping or out of order", () => {
    fc.assert(
      fc.property(
        log,
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        (events, sizes, otherSizes, order) => {
          const inOrder = new Replica();
          inOrder.reset(START);
          for (const one of cut(events, sizes)) expect(inOrder.receive(one).kind).toBe("applied");

          const disordered = new Replica();
          disordered.reset(START);
          const twice = [...cut(events, sizes), ...cut(events, otherSizes)].map((one) => ({ one, at: order.next().value }));
          const applied: number[] = [];
          for (const { one } of twice.sort((a, b) => a.at - b.at)) {
            const received = disordered.receive(one);
            if (received.kind === "applied") applied.push(...received.events.map((event) => event.seq));
          }

          expect(disordered.hasGap).toBe(false);
          expect(disordered.confirmed.seq).toBe(events.length);
          expect(toSnapshot(disordered.confirmed.tables)).toEqual(toSnapshot(inOrder.confirmed.tables));
          expect(applied).toEqual(events.filter((event) => event !== null).map((event) => event.seq));
          linesAgree(disordered);
        },
      ),
    );
  });

  it("ends as the plain fold of the log does: the last word on each entity, ended ones gone", () => {
    fc.assert(
      fc.property(log, (events) => {
        const replica = new Replica();
        replica.reset(START);
        for (const one of cut(events, [3])) replica.receive(one);
        const last = new Map((START.state.bookings ?? []).map((one) => [one.id, one]));
        for (const event of events) if (event) last.set(event.entity.id, event.data["booking"] as FullBooking);
        const expected = [...last.values()].filter(isLive).sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(toSnapshot(replica.confirmed.tables).bookings).toEqual(expected);
      }),
    );
  });

  it("holds what comes before the snapshot, and applies of it what follows the snapshot", () => {
    const replica = new Replica();
    const events = [1, 2, 3, 4].map((seq) => bookingEvent(seq, "booking.placed", booking(10 + seq, seq, seq + 1)));
    expect(replica.receive(batch(EPOCH, 3, 4, events.slice(2))).kind).toBe("held");
    expect(replica.receive(batch(EPOCH, 1, 1, events.slice(0, 1))).kind).toBe("held");
    const applied = replica.reset({ ...START, seq: 2 });
    expect(applied.map((event) => event.seq)).toEqual([3, 4]);
    expect(replica.confirmed.seq).toBe(4);
    expect(replica.hasGap).toBe(false);
  });

  it("drops what it has", () => {
    const replica = new Replica();
    replica.reset({ ...START, seq: 5 });
    const before = replica.confirmed;
    expect(replica.receive(batch(EPOCH, 2, 5, [])).kind).toBe("dropped");
    expect(replica.confirmed).toBe(before);
  });

  it("tells a gap, and closes it with a batch that overlaps on both sides", () => {
    const replica = new Replica();
    replica.reset(START);
    const events = [1, 2, 3, 4, 5].map((seq) => bookingEvent(seq, "booking.placed", booking(10 + seq, seq, seq + 1)));
    replica.receive(batch(EPOCH, 1, 1, events.slice(0, 1)));
    expect(replica.receive(batch(EPOCH, 4, 5, events.slice(3)))).toEqual({ kind: "held" });
    expect(replica.hasGap).toBe(true);
    const received = replica.receive(batch(EPOCH, 1, 4, events.slice(0, 4)));
    expect(received.kind === "applied" && received.events.map((event) => event.seq)).toEqual([2, 3, 4, 5]);
    expect(replica.hasGap).toBe(false);
  });

  it("does not apply a batch of another history", () => {
    const replica = new Replica();
    replica.reset(START);
    const foreign = batch(id("epoch", 2), 1, 1, [bookingEvent(1, "booking.placed", booking(9, 0, 1))]);
    expect(replica.receive(foreign).kind).toBe("other_epoch");
    expect(replica.confirmed.seq).toBe(0);
    expect(toSnapshot(replica.confirmed.tables)).toEqual(START.state);
  });

  it("drops the early batches beyond its bound instead of growing, and catches up from the log", () => {
    const replica = new Replica();
    replica.reset(START);
    for (let seq = 1000; seq >= 2; seq--) replica.receive(batch(EPOCH, seq, seq, []));
    replica.receive(batch(EPOCH, 1, 1, []));
    expect(replica.confirmed.seq).toBeGreaterThan(200);
    expect(replica.confirmed.seq).toBeLessThan(1000);
    expect(replica.receive(batch(EPOCH, replica.confirmed.seq + 1, 1000, [])).kind).toBe("applied");
    expect(replica.confirmed.seq).toBe(1000);
  });

  it("passes over kinds of entities it does not know", () => {
    const event: LoggedEvent = { ...bookingEvent(1, "invoice.sent", booking(9, 0, 1)), entity: { kind: "invoice", id: "x", version: 1 } };
    const confirmed = applyBatch(fromSnapshot(START), batch(EPOCH, 1, 1, [event]));
    expect(confirmed.seq).toBe(1);
    expect(toSnapshot(confirmed.tables)).toEqual(START.state);
  });

  it("shares everything an event did not touch", () => {
    const before = fromSnapshot(START);
    const after = applyBatch(before, batch(EPOCH, 1, 1, [bookingEvent(1, "booking.moved", booking(1, 5, 6))]));
    expect(after.tables.artist).toBe(before.tables.artist);
    expect(after.tables.booking).not.toBe(before.tables.booking);
    expect(after.tables.booking.get(id("booking", 2))).toBe(before.tables.booking.get(id("booking", 2)));
    expect(after.tables.artist.get(artist(1).id)).toEqual(artist(1));
  });
});

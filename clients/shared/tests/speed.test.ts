import { describe, expect, it } from "vitest";
import { wouldConflict } from "../src/conflict.ts";
import { Ledger } from "../src/ledger.ts";
import type { FullBooking } from "../src/protocol.ts";
import { artist, batch, booking, bookingEvent, hour, id, MONDAY, snapshotState } from "./harness/entities.ts";

const EPOCH = id("epoch", 1);
const ARTISTS = 500;
const BOOKINGS = 10_000;

function big(): { ledger: Ledger; bookings: FullBooking[]; loadMs: number } {
  const bookings = Array.from({ length: BOOKINGS }, (_, n) =>
    booking(n, Math.floor(n / ARTISTS) * 12, Math.floor(n / ARTISTS) * 12 + 10, { artist_id: id("artist", n % ARTISTS) }),
  );
  const artists = Array.from({ length: ARTISTS }, (_, n) => artist(n));
  const ledger = new Ledger(() => MONDAY, () => undefined);
  const from = performance.now();
  ledger.replica.reset({ epoch: EPOCH, seq: 0, state: snapshotState({ artists, bookings }) });
  ledger.applied("all");
  return { ledger, bookings, loadMs: performance.now() - from };
}

/** Milliseconds each of `count` runs took, in order of size. */
function timed(count: number, run: (n: number) => void): { median: number; p99: number } {
  const times = Array.from({ length: count }, (_, n) => {
    const from = performance.now();
    run(n);
    return performance.now() - from;
  }).sort((a, b) => a - b);
  return { median: times[count >> 1] ?? 0, p99: times[Math.floor(count * 0.99)] ?? 0 };
}

function follow(ledger: Ledger, bookings: readonly FullBooking[]): { median: number; p99: number } {
  return timed(300, (n) => {
    const seq = ledger.replica.confirmed.seq + 1;
    const before = bookings[(n * 37) % BOOKINGS];
    if (!before) return;
    const event = bookingEvent(seq, "booking.edited", { ...before, title: `Now ${n}`, version: n + 2 });
    const received = ledger.replica.receive(batch(EPOCH, seq, seq, [event]));
    if (received.kind === "applied") ledger.applied(received.events);
  });
}

// The bounds are wide, for a busy machine; the figures are printed.
describe(`with ${BOOKINGS} bookings of ${ARTISTS} artists`, () => {
  it("an event is applied and shown in well under a millisecond", () => {
    const { ledger, bookings, loadMs } = big();
    const alone = follow(ledger, bookings);
    for (let n = 0; n < 20; n++) {
      ledger.propose({ op: "booking.move", args: { booking_id: id("booking", n), start: hour(1000), end: hour(1010) } });
    }
    const behind = follow(ledger, bookings);
    console.info(
      `snapshot ${loadMs.toFixed(0)} ms; event: median ${alone.median.toFixed(3)} ms, p99 ${alone.p99.toFixed(3)} ms;`,
      `with 20 commands pending: median ${behind.median.toFixed(3)} ms, p99 ${behind.p99.toFixed(3)} ms`,
    );
    expect(alone.median).toBeLessThan(0.5);
    expect(behind.median).toBeLessThan(1);
  });

  it("a drag learns within its frame whether a drop would clash", () => {
    const { tables } = big().ledger;
    const state = { bookings: tables.booking, lines: tables.lines };
    const one = timed(500, (n) => {
      wouldConflict(state, {
        artist_id: id("artist", n % ARTISTS),
        start: MONDAY + n * 3_600_000,
        end: MONDAY + (n + 30) * 3_600_000,
        status: "pencil",
        exceptId: id("booking", n % BOOKINGS),
      });
    });
    console.info(`clash: median ${one.median.toFixed(4)} ms, p99 ${one.p99.toFixed(4)} ms`);
    expect(one.median).toBeLessThan(0.2);
  });
});

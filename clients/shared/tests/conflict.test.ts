import { describe, expect, it } from "vitest";
import { provisionalRank, wouldConflict, type Wish } from "../src/conflict.ts";
import type { Booking } from "../src/protocol.ts";
import { fromSnapshot } from "../src/replica.ts";
import { booking, hour, id, MONDAY, snapshotState } from "./harness/entities.ts";

function state(...bookings: Booking[]) {
  const { tables } = fromSnapshot({ epoch: "", seq: 0, state: snapshotState({ bookings }) });
  return { bookings: tables.booking, lines: tables.lines };
}

function wish(from: number, to: number, fields: Partial<Wish> = {}): Wish {
  return { artist_id: id("artist", 1), start: hour(from), end: hour(to), status: "hold", ...fields };
}

const hold = booking(1, 10, 20);
const pencil = booking(2, 30, 40, { status: "pencil" });
const confirmed = booking(3, 50, 60, { status: "confirmed" });

describe("a drop that is thought of", () => {
  it("may touch its neighbours: ranges are half-open", () => {
    expect(wouldConflict(state(confirmed), wish(60, 70, { status: "confirmed" }))).toBeNull();
    expect(wouldConflict(state(confirmed), wish(40, 50, { status: "confirmed" }))).toBeNull();
    expect(wouldConflict(state(confirmed), wish(59, 70, { status: "confirmed" }))).not.toBeNull();
  });

  it("gets in line as a hold, behind holds and pencils", () => {
    expect(wouldConflict(state(hold, pencil), wish(15, 35))).toBeNull();
    expect(provisionalRank(state(hold, pencil), wish(15, 35))).toBe(2);
    expect(provisionalRank(state(hold, booking(4, 12, 18)), wish(15, 17))).toBe(3);
    expect(provisionalRank(state(hold), wish(20, 25))).toBe(1);
  });

  it("is refused as a hold over confirmed work, unless on standby", () => {
    expect(wouldConflict(state(confirmed), wish(55, 65))).toEqual({ code: "conflict", blocking: [confirmed] });
    expect(wouldConflict(state(confirmed), wish(55, 65, { standby: true }))).toBeNull();
  });

  it("is refused as a pencil over pencils, and behind holds", () => {
    expect(wouldConflict(state(pencil), wish(35, 45, { status: "pencil" }))?.code).toBe("conflict");
    expect(wouldConflict(state(hold), wish(15, 25, { status: "pencil" }))).toEqual({ code: "not_first", blocking: [hold] });
  });

  it("is not in its own way, and keeps its place on the time it keeps", () => {
    const later = booking(5, 18, 30);
    const moved = { ...pencil, ...booking(1, 10, 20), status: "pencil" as const };
    expect(wouldConflict(state(moved, later), wish(12, 18, { status: "pencil", exceptId: moved.id }))).toBeNull();
    expect(wouldConflict(state(moved, later), wish(12, 22, { status: "pencil", exceptId: moved.id }))?.code).toBe("not_first");
  });

  it("leaves out those that move along", () => {
    const ignore = new Set([confirmed.id]);
    expect(wouldConflict(state(confirmed), wish(50, 60, { status: "confirmed", ignore }))).toBeNull();
  });

  it("takes milliseconds as well as instants", () => {
    const at = (hours: number) => MONDAY + hours * 3_600_000;
    expect(wouldConflict(state(confirmed), { ...wish(0, 0), start: at(55), end: at(65) })?.code).toBe("conflict");
  });

  it("counts what is masked as taken", () => {
    const busy: Booking = { id: "x", artist_id: id("artist", 1), start: hour(10), end: hour(20), status: "busy", version: 1 };
    expect(wouldConflict(state(busy), wish(15, 25))?.blocking).toEqual([busy]);
  });
});

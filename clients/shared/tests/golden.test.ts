import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Batch, Snapshot, SnapshotState } from "../src/protocol.ts";
import { Replica } from "../src/replica.ts";
import { toSnapshot } from "../src/tables.ts";

interface Trace {
  readonly name: string;
  readonly audience: string;
  readonly snapshot: Snapshot;
  readonly deliveries: readonly Batch[];
  readonly final: { readonly seq: number; readonly state: SnapshotState };
}

const folder = new URL("../../../tests/golden/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

describe("golden traces, which the Python replica replays too", () => {
  it("are there, from Python and by hand", () => {
    expect(names.length).toBeGreaterThan(1);
    expect(names).toContain("handmade-basic.json");
  });

  it.each(names)("%s ends where it says, however badly it was delivered", (name) => {
    const trace = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Trace;
    const replica = new Replica();
    replica.reset(trace.snapshot);
    for (const batch of trace.deliveries) replica.receive(batch);
    expect(replica.hasGap).toBe(false);
    expect(replica.confirmed.seq).toBe(trace.final.seq);
    expect(toSnapshot(replica.confirmed.tables)).toEqual(trace.final.state);
  });
});

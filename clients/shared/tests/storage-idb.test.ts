import "fake-indexeddb/auto";
import { expect, it } from "vitest";
import type { StoredCommand } from "../src/pending.ts";
import { indexedDbStorage } from "../src/storage-idb.ts";
import { hour } from "./harness/entities.ts";

const command: StoredCommand = {
  id: "c1",
  owner: "tenant/member",
  action: { op: "booking.resize", args: { booking_id: "b", start: hour(1), end: hour(2) } },
  at: hour(0),
  order: 1,
  base: { kind: "after", commandId: "c0" },
};

it("IndexedDB gives back after a reload what was put before, replaced and removed by id", async () => {
  const before = indexedDbStorage("test-pending");
  expect(await before.load()).toEqual([]);
  await before.put(command);
  await before.put({ ...command, id: "c2", order: 2 });
  await before.put({ ...command, base: { kind: "version", version: 3 } });
  await before.remove("c2");
  await before.remove("never there");

  const after = indexedDbStorage("test-pending");
  expect(await after.load()).toEqual([{ ...command, base: { kind: "version", version: 3 } }]);
});

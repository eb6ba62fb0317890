import { afterEach, beforeEach, expect, it } from "vitest";
import { follow } from "../examples/follow-schedule.ts";
import { createClient, until, type Me } from "../src/index.ts";
import { Authority } from "./harness/authority.ts";
import { booking, hour, id, snapshotState } from "./harness/entities.ts";
import { StudioServer } from "./harness/studio-server.ts";

const MAI: Me = { id: id("member", 1), name: "Mai", role: "studio_manager", artist_id: null };
const authority = new Authority(id("epoch", 1), snapshotState({ bookings: [booking(1, 9, 18)] }));
const server = new StudioServer(authority);

beforeEach(async () => {
  server.tokens.set("mai", MAI);
  await server.listen();
});
afterEach(() => server.stop());

it("the example of the README prints what changes, and ends when it is closed", async () => {
  const lines: string[] = [];
  const client = createClient({ url: server.url, getToken: () => Promise.resolve("mai") });
  const ended = follow(client, (line) => lines.push(line));
  await until(client, (state) => state.status === "live");
  const ref = { booking_id: id("booking", 1) };
  await client.propose("booking.move", { ...ref, start: hour(33), end: hour(42) }).settled;
  await client.propose("booking.release", ref).settled;
  client.close();
  expect(await ended).toBe("closed");
  expect(lines[0]).toBe("1 bookings of 3 artists, at 0 of the log");
  expect(lines).toContain("Artist 1: Booking 1, hold (rank 1), 2026-06-02T09:00:00Z – 2026-06-02T18:00:00Z");
  expect(lines.at(-1)).toBe(`${id("booking", 1)}: ended`);
});

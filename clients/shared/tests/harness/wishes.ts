/** Owns random wishes of a person at the schedule, resolved against what there is, so that they shrink. */

import fc from "fast-check";
import type { Action } from "../../src/protocol.ts";
import { hour, id } from "./entities.ts";

export interface Wish {
  readonly kind: "place" | "pencil" | "move" | "resize" | "edit" | "accept" | "release" | "shrink" | "bulk";
  readonly booking: number;
  readonly artist: number;
  readonly from: number;
  readonly length: number;
}

export const wish: fc.Arbitrary<Wish> = fc.record({
  kind: fc.constantFrom<Wish["kind"]>("place", "pencil", "move", "move", "resize", "edit", "accept", "release", "shrink", "bulk"),
  booking: fc.integer({ min: 1, max: 5 }),
  artist: fc.integer({ min: 1, max: 3 }),
  from: fc.nat(20),
  length: fc.integer({ min: 1, max: 8 }),
});

/** The command a wish means; what is placed gets the next of `fresh` ids. */
export function actionOf({ kind, booking, artist, from, length }: Wish, fresh: () => string): Action {
  const dates = { start: hour(from), end: hour(from + length) };
  const ref = { booking_id: id("booking", booking) };
  const artist_id = id("artist", artist);
  switch (kind) {
    case "place":
      return { op: "booking.place", args: { id: fresh(), artist_id, ...dates, title: "New" } };
    case "pencil":
      return { op: "booking.place", args: { id: fresh(), artist_id, ...dates, title: "New", status: "pencil" } };
    case "move":
      return { op: "booking.move", args: { ...ref, ...dates, artist_id } };
    case "resize":
      return { op: "booking.resize", args: { ...ref, ...dates } };
    case "edit":
      return { op: "booking.edit", args: { ...ref, title: `Title ${from}` } };
    case "accept":
      return { op: "booking.accept", args: ref };
    case "release":
      return { op: "booking.release", args: ref };
    case "shrink":
      return { op: "booking.release", args: { ...ref, ...dates } };
    case "bulk":
      return {
        op: "bulk.apply",
        args: {
          on_refusal: "skip",
          items: [
            { op: "booking.edit", args: { ...ref, title: `Bulk ${from}` } },
            { op: "booking.move", args: { booking_id: id("booking", (booking % 5) + 1), ...dates } },
          ],
        },
      };
  }
}

import { describe, expect, it } from "vitest";

import { bytesOf, labelOf, textOf } from "../src/push/keys.ts";
import { addressOf } from "../src/screens/portfolio-address.ts";
import { hoursOnDay } from "../src/time/ranges.ts";
import { piecesOf } from "../src/ui/pieces.ts";
import { stepsBetween, within } from "../src/ui/range-gesture.ts";

describe("small parts", () => {
  it("finds addresses in directions, without the full stop behind them", () => {
    expect(piecesOf("Gate B, https://maps.example/4?x=1. Ring twice (https://a.example/b).")).toEqual([
      "Gate B, ",
      "https://maps.example/4?x=1",
      ". Ring twice (",
      "https://a.example/b",
      ").",
    ]);
    expect(piecesOf("No address")).toEqual(["No address"]);
  });

  it("takes a bare address as https and nothing else for one", () => {
    expect(addressOf(" vimeo.com/1 ")).toBe("https://vimeo.com/1");
    expect(addressOf("http://reel.example")).toBe("http://reel.example");
    for (const bad of ["", "a reel", "javascript:alert(1)", "https://me@reel.example", "ftp://reel.example"]) {
      expect(addressOf(bad)).toBeNull();
    }
  });

  it("says the hours a booking takes of a day", () => {
    const range = { start: "2027-03-04T08:00:00Z", end: "2027-03-05T17:00:00Z" };
    expect(hoursOnDay(range, "2027-03-04", "Europe/Berlin")).toBe("from 09:00");
    expect(hoursOnDay(range, "2027-03-05", "Europe/Berlin")).toBe("until 18:00");
    expect(hoursOnDay({ ...range, end: "2027-03-04T17:00:00Z" }, "2027-03-04", "Europe/Berlin")).toBe("09:00 – 18:00");
    expect(hoursOnDay({ start: "2027-03-03T23:00:00Z", end: "2027-03-04T23:00:00Z" }, "2027-03-04", "Europe/Berlin")).toBeNull();
  });

  it("orders the two ends of a choice", () => {
    expect(stepsBetween("13", "10")).toEqual({ first: "10", last: "13" });
    expect(within("11", { first: "10", last: "13" })).toBe(true);
    expect(within("14", { first: "10", last: "13" })).toBe(false);
  });

  it("writes keys as push services do, and reads them", () => {
    const bytes = Uint8Array.from({ length: 65 }, (_, index) => (index * 37) % 256);
    expect(textOf(bytes.buffer)).toMatch(/^[\w-]{87}$/u);
    expect(bytesOf(textOf(bytes.buffer))).toEqual(bytes);
  });

  it("names a device no finer than its owner needs", () => {
    expect(labelOf("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36")).toBe("Chrome on Android");
    expect(labelOf("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1")).toBe("Safari on iOS");
    expect(labelOf("curl")).toBe("A browser on a device");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChunkedMap } from "../src/chunked-map.ts";

const key = fc.integer({ min: 0, max: 300 }).map((n) => `key-${n}`);
const patch = fc.array(fc.tuple(key, fc.option(fc.integer(), { nil: undefined })), { maxLength: 80 });

describe("ChunkedMap", () => {
  it("holds what a Map holds after any patches, and leaves the older maps as they were", () => {
    fc.assert(
      fc.property(fc.array(patch, { maxLength: 12, size: "max" }), (patches) => {
        let map = ChunkedMap.empty<number>();
        const model = new Map<string, number>();
        const older: [ChunkedMap<number>, [string, number][]][] = [];
        for (const changes of patches) {
          older.push([map, [...model].sort()]);
          map = map.patch(changes);
          for (const [name, value] of changes) {
            if (value === undefined) model.delete(name);
            else model.set(name, value);
          }
          expect([...map].sort()).toEqual([...model].sort());
          expect(map.size).toBe(model.size);
          for (const [name, value] of model) expect(map.get(name)).toBe(value);
        }
        for (const [past, entries] of older) expect([...past].sort()).toEqual(entries);
      }),
    );
  });

  it("is itself after a patch that changes nothing", () => {
    const map = ChunkedMap.from([["a", 1]]);
    expect(map.patch([["a", 1], ["b", undefined]])).toBe(map);
  });

  it("reads like a Map", () => {
    const map: ReadonlyMap<string, number> = ChunkedMap.from([["a", 1], ["b", 2]]);
    const seen: [string, number][] = [];
    map.forEach((value, name) => seen.push([name, value]));
    expect(seen.sort()).toEqual([["a", 1], ["b", 2]]);
    expect([...map.keys()].sort()).toEqual(["a", "b"]);
    expect([...map.values()].sort()).toEqual([1, 2]);
    expect(map.has("a")).toBe(true);
    expect(map.has("c")).toBe(false);
  });
});

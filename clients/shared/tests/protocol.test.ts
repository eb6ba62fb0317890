import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { current } from "../scripts/protocol-types.mjs";

it("the generated wire types are those of the schema in the checkout (else: npm run protocol)", async () => {
  const committed = await readFile(new URL("../src/protocol.gen.ts", import.meta.url), "utf8");
  expect(committed).toBe(await current());
});

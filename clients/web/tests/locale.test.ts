import { expect, test } from "vitest";

import { localeOf } from "../src/lib/locale.ts";

test("a language is taken as it is, and what is none becomes English", () => {
  expect(localeOf("de-AT")).toBe("de-AT");
  expect(localeOf("en-US@posix")).toBe("en");
  expect(localeOf("")).toBe("en");
});

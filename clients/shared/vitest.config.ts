import { defineConfig } from "vitest/config";

// The machine may be busy with other tests: a time limit is for what hangs, not for what is slow.
export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/server/**"],
    environment: "node",
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});

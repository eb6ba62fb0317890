import { defineConfig } from "vitest/config";

/** Tests against a running server: `SERVER_URL` and `SERVER_PASSWORD` name a demo studio to work in. */
export default defineConfig({
  test: { include: ["tests/server/**/*.test.ts"], environment: "node", testTimeout: 120_000, hookTimeout: 60_000 },
});

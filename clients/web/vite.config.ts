// Builds the studio app and the API reference page; in development it proxies the server's own paths.
import { fileURLToPath } from "node:url";

import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const page = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = process.env["SERVER_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    target: "es2023",
    // Fonts and icons stay files: `data:` would have to be allowed in the content policy for nothing.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1800,
    rolldownOptions: { input: { app: page("index.html"), docs: page("docs/index.html") } },
  },
  server: {
    proxy: {
      "/api": server,
      "/socket.io": { target: server, ws: true },
    },
  },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx", "tests/**/*.test.ts"], environment: "node" },
});

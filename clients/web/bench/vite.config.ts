// Builds the lab page by itself: what the benchmark measures is minified like the product.
import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  build: { target: "es2023", emptyOutDir: true },
});

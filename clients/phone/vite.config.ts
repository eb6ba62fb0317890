// Builds the artists' app under /phone/ and, from its files, the service worker that keeps it offline.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { build, type Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = process.env["SERVER_URL"] ?? "http://127.0.0.1:8000";
const digest = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

/** What a page kept of the state is only read by pages that know the same shapes. */
const shapes = digest(readFileSync(here("../shared/src/protocol.gen.ts")));

/** Hands the list of the shell's files to the service worker; fonts and maps are no part of it. */
function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    async writeBundle({ dir }, bundle) {
      const shell = Object.values(bundle)
        .filter(({ fileName }) => !/\.(?:map|woff2?)$/u.test(fileName))
        .map((file) => ({
          url: `/phone/${file.fileName}`,
          revision: digest(file.type === "chunk" ? file.code : file.source),
        }));
      for (const name of ["icons/mark.svg"]) {
        shell.push({ url: `/phone/${name}`, revision: digest(readFileSync(here(`public/${name}`))) });
      }
      await build({
        configFile: false,
        publicDir: false,
        logLevel: "warn",
        define: { "self.__SHELL": JSON.stringify(shell), "process.env.NODE_ENV": '"production"' },
        build: {
          outDir: dir ?? here("dist"),
          emptyOutDir: false,
          target: "es2023",
          rolldownOptions: { input: here("src/worker/sw.ts"), output: { entryFileNames: "sw.js", format: "iife" } },
        },
      });
    },
  };
}

/** The part behind the sign-in is fetched beside the first one, and gives way to it. */
function fetchBeside(): Plugin {
  return {
    name: "fetch-beside",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((file) => file.type === "chunk");
        const inside = chunks.find(({ name }) => name === "inside");
        const first = chunks.find(({ isEntry }) => isEntry);
        if (inside === undefined) throw new Error("the part behind the sign-in is not one of its own");
        const names = [inside.fileName, ...inside.imports].filter((name) => name !== first?.fileName && !first?.imports.includes(name));
        return names.map((name) => {
          // Not `modulepreload`: that compiles them at once, on the thread that draws the form.
          const attrs = { rel: "preload", as: "script", href: `/phone/${name}`, fetchpriority: "low", crossorigin: true };
          return { tag: "link", attrs, injectTo: "head" as const };
        });
      },
    },
  };
}

export default defineConfig({
  base: "/phone/",
  plugins: [fetchBeside(), serviceWorker()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  define: { __SHAPES__: JSON.stringify(shapes) },
  build: { target: "es2023", assetsInlineLimit: 0 },
  server: { proxy: { "/api": server, "/socket.io": { target: server, ws: true } } },
  test: { include: ["src/**/*.test.ts", "tests/**/*.test.ts"], environment: "node" },
});

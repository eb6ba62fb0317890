import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Locked {
  readonly version?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8")) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const packages = Object.entries(lock.packages);
const names = new Set(packages.map(([path]) => path.split("node_modules/").at(-1)));

describe("the lock file", () => {
  it("names every optional package of every platform", () => {
    const missing = packages.flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {})
        .filter((name) => !names.has(name))
        .map((name) => `${path} wants ${name}`),
    );
    expect(missing).toEqual([]);
  });

  // A lock made where one platform's binaries were unpublished would install everywhere but there.
  it.each([
    ["rolldown", "@rolldown/binding-"],
    ["tailwind's scanner", "@tailwindcss/oxide-"],
    ["lightningcss", "lightningcss-"],
    ["the TypeScript compiler", "@typescript/typescript-"],
  ])("has %s for Linux, macOS and Windows", (_what, prefix) => {
    const natives = [...names].filter((name) => name?.startsWith(prefix));
    for (const platform of ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64"]) {
      expect(natives.some((name) => name?.startsWith(`${prefix}${platform}`)), `${prefix}${platform}`).toBe(true);
    }
  });

  it("records no registry addresses", () => {
    const addresses = packages.filter(([, { resolved, link }]) => resolved !== undefined && link !== true);
    expect(addresses).toEqual([]);
  });
});

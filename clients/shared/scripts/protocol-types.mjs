// @ts-check
/** Owns the way from the exported JSON Schema to `src/protocol.gen.ts`. */

import { readFile, writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

/** @typedef {{ [name: string]: unknown, properties?: Record<string, unknown>, required?: string[] }} Definition */
/** @typedef {{ $defs: Record<string, Definition>, "x-operations": Record<string, string>, "x-events": Record<string, string> }} Schema */

const SCHEMA = new URL("../schema/protocol.schema.json", import.meta.url);
const TYPES = new URL("../src/protocol.gen.ts", import.meta.url);

const BANNER = `/**
 * Owns the wire types as the server declares them. Generated from schema/protocol.schema.json by
 * \`npm run protocol\`; do not edit.
 */`;

/** Records the server always writes out whole, so that a default does not make a field optional. */
const WHOLE = new Set([
  ...["Tenant", "Member", "Artist", "Project", "Phase", "Dependency", "Booking", "Challenge", "ChallengeTarget", "TimeOff"],
  ...["Scenario", "ScenarioChange"],
  ...["Claim", "Counter", "Rate", "Segment", "Skill", "SkillNeed", "WorkingHours", "PortfolioLink", "Closure"],
  ...["LoggedEvent", "EventActor", "EntityRef", "OkAnswer", "ErrorAnswer", "Person", "Blocking", "Slot"],
  ...["Welcome", "WelcomeMember", "Limits", "Closing", "EventsBatch", "SyncEvents"],
]);

/**
 * @param {string} name
 * @param {Definition} definition
 * @param {Set<string>} commands
 * @returns {Definition}
 */
function asWritten(name, definition, commands) {
  if (commands.has(name)) {
    // The operation stands in the envelope, beside the arguments.
    const { op: _op, ...properties } = definition.properties ?? {};
    return { ...definition, properties, required: (definition.required ?? []).filter((field) => field !== "op") };
  }
  return WHOLE.has(name) ? { ...definition, required: Object.keys(definition.properties ?? {}) } : definition;
}

/**
 * A default beside a reference makes the compiler name the type a second time; types have none anyway.
 * @param {unknown} value
 * @returns {unknown}
 */
function withoutDefaults(value) {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "default");
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutDefaults(inner)]));
}

/**
 * @param {string} title
 * @param {Record<string, string>} names
 */
function lookup(title, names) {
  const lines = Object.entries(names).map(([tag, name]) => `  "${tag}": ${name};`);
  return `export interface ${title} {\n${lines.join("\n")}\n}\n`;
}

/**
 * The text of `protocol.gen.ts` for a schema.
 * @param {Schema} schema
 */
export async function generate(schema) {
  const commands = new Set(Object.values(schema["x-operations"]));
  const names = Object.keys(schema.$defs);
  const definitions = Object.fromEntries(
    names.map((name) => [name, withoutDefaults(asWritten(name, schema.$defs[name] ?? {}, commands))]),
  );
  /** @type {import("json-schema-to-typescript").JSONSchema} */
  const root = { title: "Wire", type: "object", additionalProperties: false, properties: refs(names) };
  const text = await compile({ ...root, $defs: definitions }, "Wire", {
    additionalProperties: false,
    bannerComment: BANNER,
    ignoreMinAndMaxItems: true,
    unknownAny: true,
    style: { printWidth: 110 },
  });
  const maps = [lookup("CommandArgs", schema["x-operations"]), lookup("EventData", schema["x-events"])];
  const unneeded = /export interface Wire \{[^}]*\}\n/;
  return `${text.replace(unneeded, "")}\n${maps.join("\n")}`;
}

/** @param {string[]} names */
function refs(names) {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/$defs/${name}` }]));
}

/** The types for the schema in this checkout. */
export async function current() {
  return generate(JSON.parse(await readFile(SCHEMA, "utf8")));
}

if (argv[1] === fileURLToPath(import.meta.url)) await writeFile(TYPES, await current());

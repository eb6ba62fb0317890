// Colours of projects and of people: fixed sets that hold their own on light and dark ground.
import { cssOf, inkOn, parseColour } from "../gantt/view/colour.ts";

/** What a new project may be painted in, as names a person can pick by. */
export const PROJECT_COLOURS: readonly { name: string; hex: string }[] = [
  { name: "Cobalt", hex: "#3f6ad8" },
  { name: "Teal", hex: "#1f8a8c" },
  { name: "Fern", hex: "#3d8b4f" },
  { name: "Moss", hex: "#7a8a2b" },
  { name: "Ochre", hex: "#c08a1e" },
  { name: "Rust", hex: "#c4602d" },
  { name: "Brick", hex: "#b8433f" },
  { name: "Rose", hex: "#c2527f" },
  { name: "Plum", hex: "#8d4fa3" },
  { name: "Iris", hex: "#6a5acd" },
  { name: "Slate", hex: "#5c6f82" },
  { name: "Clay", hex: "#8a6a52" },
];

/** Bars without a project. */
export const NO_PROJECT_COLOUR = "#7c7f87";

const PEOPLE_COLOURS = [
  "#c2410c",
  "#0e7490",
  "#7e22ce",
  "#b91c5c",
  "#4d7c0f",
  "#1d4ed8",
  "#a16207",
  "#0f766e",
] as const;

/** Light or dark letters, whichever read on a ground of this colour. */
export function inkFor(ground: string): string {
  return cssOf(inkOn(parseColour(ground), parseColour("#000000")));
}

/** A stable number of a text, for picking from a set. */
export function hash(text: string): number {
  let sum = 2166136261;
  for (let index = 0; index < text.length; index += 1) sum = Math.imul(sum ^ text.charCodeAt(index), 16777619);
  return sum >>> 0;
}

/** A person's colour where the server has not said it, as it does of everybody who is here. */
export function personColour(memberId: string): string {
  return PEOPLE_COLOURS[hash(memberId) % PEOPLE_COLOURS.length] ?? PEOPLE_COLOURS[0];
}

/** The first project colour that none of the others has, or else a fair pick. */
export function freeColour(taken: Iterable<string>): string {
  const used = new Set([...taken].map((hex) => hex.toLowerCase()));
  const free = PROJECT_COLOURS.find(({ hex }) => !used.has(hex));
  return (free ?? PROJECT_COLOURS[used.size % PROJECT_COLOURS.length])?.hex ?? NO_PROJECT_COLOUR;
}

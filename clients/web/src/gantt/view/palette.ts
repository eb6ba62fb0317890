/**
 * Owns the surface's colours: defaults per theme, overridable by CSS custom properties
 * (`--gantt-surface` and so on) on the host, and the derived colours of bars.
 */
import type { BarStatus, ThemeName } from "../types.ts";
import { contrast, cssOf, inkOn, luminance, mix, parseColour, type Rgb, standOut, withAlpha } from "./colour.ts";

export interface Palette {
  readonly theme: ThemeName;
  /** Free, working time. */
  readonly surface: string;
  /** Time outside working hours, weekends. */
  readonly off: string;
  readonly header: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly ink: string;
  readonly inkSoft: string;
  readonly accent: string;
  readonly accentInk: string;
  readonly now: string;
  readonly danger: string;
  readonly dangerInk: string;
  readonly busy: string;
  readonly shadow: string;
}

type Token = Exclude<keyof Palette, "theme">;

const LIGHT: Palette = {
  theme: "light",
  surface: "#ffffff",
  off: "#f4f5f7",
  header: "#fbfbfc",
  line: "#e9ebef",
  lineStrong: "#d3d7de",
  ink: "#171a21",
  inkSoft: "#596070",
  accent: "#3654d9",
  accentInk: "#ffffff",
  now: "#d6333a",
  danger: "#c4232b",
  dangerInk: "#ffffff",
  busy: "#8b929f",
  shadow: "rgba(18, 22, 33, 0.16)",
};

const DARK: Palette = {
  theme: "dark",
  surface: "#191b20",
  off: "#121418",
  header: "#15171b",
  line: "#282b32",
  lineStrong: "#3a3f49",
  ink: "#eef0f4",
  inkSoft: "#a3abba",
  accent: "#8ea2ff",
  accentInk: "#11131a",
  now: "#ff6b6f",
  danger: "#ff7d80",
  dangerInk: "#1b0708",
  busy: "#767e8c",
  shadow: "rgba(0, 0, 0, 0.5)",
};

const PROPERTY: Record<Token, string> = {
  surface: "--gantt-surface",
  off: "--gantt-off",
  header: "--gantt-header",
  line: "--gantt-line",
  lineStrong: "--gantt-line-strong",
  ink: "--gantt-ink",
  inkSoft: "--gantt-ink-soft",
  accent: "--gantt-accent",
  accentInk: "--gantt-accent-ink",
  now: "--gantt-now",
  danger: "--gantt-danger",
  dangerInk: "--gantt-danger-ink",
  busy: "--gantt-busy",
  shadow: "--gantt-shadow",
};

export function defaultPalette(theme: ThemeName): Palette {
  return theme === "dark" ? DARK : LIGHT;
}

/** Any CSS colour (oklch, color-mix …) as the one notation we calculate with: what a pixel of it is. */
function opaque(css: string): string {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const ctx = canvas.getContext("2d", { willReadFrequently: true });
  if (!ctx || !CSS.supports("color", css)) return css;
  ctx.fillStyle = css;
  ctx.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0] = ctx.getImageData(0, 0, 1, 1).data;
  return cssOf({ r, g, b });
}

/** The theme's defaults with whatever custom properties the host's styles set. */
export function readPalette(host: HTMLElement, theme: ThemeName): Palette {
  const styles = getComputedStyle(host);
  const found: Partial<Record<Token, string>> = {};
  for (const token of Object.keys(PROPERTY) as Token[]) {
    const value = styles.getPropertyValue(PROPERTY[token]).trim();
    if (value !== "") found[token] = token === "shadow" ? value : opaque(value);
  }
  return { ...defaultPalette(theme), ...found };
}

/** How bars of one colour and status are painted. */
export interface BarPaint {
  readonly fill: string;
  readonly edge: string;
  readonly ink: string;
  readonly inkSoft: string;
  /** The colour of the hatch's strokes; empty where the status is not hatched. */
  readonly hatch: string;
  /** A solid strip at the leading edge; empty where there is none. */
  readonly strip: string;
}

const WHITE = parseColour("#ffffff");
const TEXT = 4.5;
const GRAPHIC = 3;

/** Saturated mid-tones carry white text, as eyes expect: they are deepened until it passes. */
const DEEPEN_FROM = 2.7;

function deepened(colour: Rgb): Rgb {
  const onWhite = contrast(colour, WHITE);
  return onWhite >= DEEPEN_FROM && onWhite < TEXT ? standOut(colour, WHITE, TEXT) : colour;
}

/** Bars lie on free and on off time: what stands out from the nearer one stands out from both. */
function ground({ surface, off, theme }: Palette): Rgb {
  const [a, b] = [parseColour(surface), parseColour(off)];
  return luminance(a) > luminance(b) === (theme === "dark") ? a : b;
}

function solid(colour: Rgb, palette: Palette): BarPaint {
  const fill = standOut(deepened(colour), ground(palette), palette.theme === "dark" ? GRAPHIC : 1.6);
  const edge = standOut(fill, ground(palette), GRAPHIC);
  const ink = inkOn(fill, parseColour("#11131a"));
  return { fill: cssOf(fill), edge: cssOf(edge), ink: cssOf(ink), inkSoft: withAlpha(ink, 0.86), hatch: "", strip: "" };
}

/** A tint of `colour` on which the theme's ink still reads. */
function tint(colour: Rgb, palette: Palette, share: number): Rgb {
  const ink = parseColour(palette.inkSoft);
  for (let rest = share; rest > 0.02; rest -= 0.02) {
    const mixed = mix(parseColour(palette.surface), colour, rest);
    if (contrast(mixed, ink) >= TEXT) return mixed;
  }
  return parseColour(palette.surface);
}

function outlined(colour: Rgb, palette: Palette): BarPaint {
  const edge = standOut(colour, ground(palette), GRAPHIC);
  const fill = tint(colour, palette, palette.theme === "dark" ? 0.24 : 0.16);
  return { fill: cssOf(fill), edge: cssOf(edge), ink: palette.ink, inkSoft: palette.inkSoft, hatch: "", strip: cssOf(edge) };
}

function hatched(colour: Rgb, palette: Palette): BarPaint {
  const edge = standOut(colour, ground(palette), GRAPHIC);
  const fill = tint(colour, palette, 0.05);
  // Strokes count as the text's ground where they cross it, so they obey the same floor.
  const hatch = tint(colour, palette, palette.theme === "dark" ? 0.3 : 0.22);
  return { fill: cssOf(fill), edge: cssOf(edge), ink: palette.ink, inkSoft: palette.inkSoft, hatch: cssOf(hatch), strip: "" };
}

function busy(palette: Palette): BarPaint {
  const grey = parseColour(palette.busy);
  const edge = standOut(grey, ground(palette), GRAPHIC);
  const fill = tint(grey, palette, palette.theme === "dark" ? 0.3 : 0.2);
  return { fill: cssOf(fill), edge: cssOf(edge), ink: palette.inkSoft, inkSoft: palette.inkSoft, hatch: "", strip: "" };
}

/** Time off: grey, with room for words; a plan's bars follow the statuses they look like. */
function away(palette: Palette): BarPaint {
  const plain = busy(palette);
  const hatch = tint(parseColour(palette.busy), palette, palette.theme === "dark" ? 0.34 : 0.38);
  const fill = tint(parseColour(palette.busy), palette, palette.theme === "dark" ? 0.16 : 0.1);
  return { ...plain, fill: cssOf(fill), hatch: cssOf(hatch) };
}

function paintFor(colour: string, status: BarStatus, palette: Palette): BarPaint {
  switch (status) {
    case "confirmed":
      return solid(parseColour(colour), palette);
    case "pencil":
      return outlined(parseColour(colour), palette);
    case "hold":
      return hatched(parseColour(colour), palette);
    case "busy":
      return busy(palette);
    case "off":
      return away(palette);
    case "phase":
      return { ...outlined(parseColour(colour), palette), strip: "" };
    case "summary":
    case "milestone":
      return solid(parseColour(colour), palette);
  }
}

/** Remembers paints; one shop per palette. */
export class PaintShop {
  readonly palette: Palette;
  readonly #paints: Record<BarStatus, Map<string, BarPaint>> = {
    hold: new Map(),
    pencil: new Map(),
    confirmed: new Map(),
    busy: new Map(),
    off: new Map(),
    phase: new Map(),
    summary: new Map(),
    milestone: new Map(),
  };
  readonly #readable = new Map<string, string>();

  constructor(palette: Palette) {
    this.palette = palette;
  }

  paint(colour: string, status: BarStatus): BarPaint {
    const shelf = this.#paints[status];
    let paint = shelf.get(colour);
    if (!paint) {
      paint = paintFor(colour, status, this.palette);
      shelf.set(colour, paint);
    }
    return paint;
  }

  /** A person's colour, moved until white-on-it or lines of it can be read here. */
  readable(colour: string): string {
    let made = this.#readable.get(colour);
    if (made === undefined) {
      made = cssOf(standOut(parseColour(colour), ground(this.palette), TEXT));
      this.#readable.set(colour, made);
    }
    return made;
  }

  /** Ink that reads on `fill`. */
  inkOn(fill: string): string {
    return cssOf(inkOn(parseColour(fill), parseColour("#11131a")));
  }
}

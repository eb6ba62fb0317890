/** Owns colour arithmetic: WCAG contrast, mixing, and moving a colour until it can be told apart. */

export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

const FALLBACK: Rgb = { r: 107, g: 114, b: 128 };

/** Reads `#rgb`, `#rrggbb` and `rgb(r g b)`; anything else is a neutral grey, never an exception. */
export function parseColour(text: string): Rgb {
  const hex = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1];
  if (hex) {
    const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
    const value = Number.parseInt(full, 16);
    return { r: value >> 16, g: (value >> 8) & 255, b: value & 255 };
  }
  const parts = /^rgba?\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)/i.exec(text.trim());
  return parts ? { r: Number(parts[1]), g: Number(parts[2]), b: Number(parts[3]) } : FALLBACK;
}

export function cssOf({ r, g, b }: Rgb): string {
  const pair = (value: number): string => Math.round(value).toString(16).padStart(2, "0");
  return `#${pair(r)}${pair(g)}${pair(b)}`;
}

export function withAlpha({ r, g, b }: Rgb, alpha: number): string {
  return `rgba(${String(Math.round(r))}, ${String(Math.round(g))}, ${String(Math.round(b))}, ${String(alpha)})`;
}

function linear(channel: number): number {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Relative luminance, WCAG 2.2. */
export function luminance({ r, g, b }: Rgb): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Contrast ratio from 1 to 21, WCAG 2.2. */
export function contrast(a: Rgb, b: Rgb): number {
  const [la, lb] = [luminance(a), luminance(b)];
  return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
}

/** `share` 0 gives `a`, 1 gives `b`. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return {
    r: a.r + (b.r - a.r) * share,
    g: a.g + (b.g - a.g) * share,
    b: a.b + (b.b - a.b) * share,
  };
}

const WHITE: Rgb = { r: 255, g: 255, b: 255 };
const BLACK: Rgb = { r: 0, g: 0, b: 0 };

/** `colour` moved towards black or white, as little as needed, until it stands out from `against`. */
export function standOut(colour: Rgb, against: Rgb, ratio: number): Rgb {
  const pole = luminance(against) > 0.18 ? BLACK : WHITE;
  for (let share = 0; share < 1; share += 0.04) {
    const moved = mix(colour, pole, share);
    if (contrast(moved, against) >= ratio) return moved;
  }
  return pole;
}

/** Light or dark ink, whichever reads better on `fill`; one of the two always reaches 4.5. */
export function inkOn(fill: Rgb, dark: Rgb, light: Rgb = WHITE): Rgb {
  const [onDark, onLight] = [contrast(fill, dark), contrast(fill, light)];
  // White on saturated mid-tones reads better than its ratio says: prefer it where it passes.
  if (onLight >= 4.5) return light;
  return onDark >= onLight ? dark : light;
}

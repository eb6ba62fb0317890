/** Owns the small shapes that everything is drawn of: crisp lines, rounded boxes, pills, icons. */

export type Context = CanvasRenderingContext2D;

/** Rounds to whole device pixels, so that edges stay crisp on every screen. */
export function crisp(value: number, dpr: number): number {
  return Math.round(value * dpr) / dpr;
}

export function roundedPath(ctx: Context, x: number, y: number, width: number, height: number, radius: number): void {
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, Math.max(0, Math.min(radius, width / 2, height / 2)));
}

export function strokeBox(
  ctx: Context,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
  inset: number,
): void {
  roundedPath(ctx, x + inset, y + inset, Math.max(0.5, width - 2 * inset), Math.max(0.5, height - 2 * inset), radius - inset);
  ctx.stroke();
}

/** A filled label; gives its width. The font must be set; `width` is the text's. */
export function pill(
  ctx: Context,
  text: string,
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
  ink: string,
): void {
  roundedPath(ctx, x, y, width, height, height / 2);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.fillStyle = ink;
  ctx.textAlign = "center";
  ctx.fillText(text, x + width / 2, y + height / 2 + 0.5);
  ctx.textAlign = "left";
}

/** A triangle with an exclamation mark: a clash, told without colour. */
export function warningIcon(ctx: Context, x: number, y: number, size: number, fill: string, ink: string): void {
  const half = size / 2;
  ctx.beginPath();
  ctx.moveTo(x + half, y);
  ctx.lineTo(x + size, y + size * 0.92);
  ctx.lineTo(x, y + size * 0.92);
  ctx.closePath();
  ctx.lineJoin = "round";
  ctx.lineWidth = size * 0.16;
  ctx.strokeStyle = fill;
  ctx.stroke();
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.fillStyle = ink;
  ctx.fillRect(x + half - size * 0.06, y + size * 0.28, size * 0.12, size * 0.34);
  ctx.fillRect(x + half - size * 0.06, y + size * 0.7, size * 0.12, size * 0.12);
}

/** Three dots: on its way to the server. */
export function pendingDots(ctx: Context, x: number, y: number, colour: string): void {
  ctx.fillStyle = colour;
  for (let dot = 0; dot < 3; dot += 1) {
    ctx.beginPath();
    ctx.arc(x + dot * 5, y, 1.5, 0, Math.PI * 2);
    ctx.fill();
  }
}

const TILE = 8;

/** Diagonal hatches, one tile per colour and screen density; rising, or falling with a `slant` of -1. */
export class Hatches {
  readonly #tiles = new Map<string, CanvasPattern | null>();
  readonly #slant: 1 | -1;
  #dpr = 0;

  constructor(slant: 1 | -1 = 1) {
    this.#slant = slant;
  }

  pattern(ctx: Context, colour: string, dpr: number): CanvasPattern | null {
    if (dpr !== this.#dpr) {
      this.#tiles.clear();
      this.#dpr = dpr;
    }
    let pattern = this.#tiles.get(colour);
    if (pattern === undefined) {
      pattern = makeHatch(ctx, colour, dpr, this.#slant);
      this.#tiles.set(colour, pattern);
    }
    return pattern;
  }
}

function makeHatch(ctx: Context, colour: string, dpr: number, slant: 1 | -1): CanvasPattern | null {
  const size = Math.max(TILE, Math.round(TILE * dpr));
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const pen = tile.getContext("2d");
  if (!pen) return null;
  pen.strokeStyle = colour;
  pen.lineWidth = size * (slant === 1 ? 0.34 : 0.16);
  if (slant === -1) pen.setTransform(-1, 0, 0, 1, size, 0);
  pen.beginPath();
  for (let shift = -1; shift <= 1; shift += 1) {
    pen.moveTo(shift * size - size * 0.25, size * 1.25);
    pen.lineTo(shift * size + size * 1.25, -size * 0.25);
  }
  pen.stroke();
  const pattern = ctx.createPattern(tile, "repeat");
  pattern?.setTransform(new DOMMatrix().scale(TILE / size));
  return pattern;
}

/** How far a hatch must be shifted so that it moves along with what it fills. */
export function hatchPhase(x: number): number {
  return ((x % TILE) + TILE) % TILE;
}

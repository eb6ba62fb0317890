/** Owns the small signs on bars, each a shape of its own, so that none is told by colour alone. */
import type { Context } from "./shapes.ts";

export type Glyph = "clock" | "swords" | "shield" | "proposal";

/** Draws a sign into a square of `size` whose top left corner is given. */
export function glyph(ctx: Context, which: Glyph, x: number, y: number, size: number, colour: string): void {
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(size / 12, size / 12);
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = 1.4;
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  ctx.beginPath();
  PATHS[which](ctx);
  ctx.stroke();
  ctx.restore();
}

const PATHS: Record<Glyph, (ctx: Context) => void> = {
  clock: (ctx) => {
    ctx.arc(6, 6, 4.6, 0, Math.PI * 2);
    ctx.moveTo(6, 3.4);
    ctx.lineTo(6, 6);
    ctx.lineTo(7.9, 7.2);
  },
  swords: (ctx) => {
    ctx.moveTo(1.6, 1.6);
    ctx.lineTo(8.6, 8.6);
    ctx.moveTo(10.4, 1.6);
    ctx.lineTo(3.4, 8.6);
    ctx.moveTo(1.8, 7.4);
    ctx.lineTo(4.6, 10.2);
    ctx.moveTo(10.2, 7.4);
    ctx.lineTo(7.4, 10.2);
  },
  shield: (ctx) => {
    ctx.moveTo(6, 1.2);
    ctx.lineTo(10.2, 2.6);
    ctx.lineTo(10.2, 6);
    ctx.quadraticCurveTo(10.2, 9.2, 6, 11);
    ctx.quadraticCurveTo(1.8, 9.2, 1.8, 6);
    ctx.lineTo(1.8, 2.6);
    ctx.closePath();
    ctx.moveTo(6, 3.8);
    ctx.lineTo(6, 6.2);
    ctx.moveTo(6, 8.2);
    ctx.lineTo(6, 8.3);
  },
  proposal: (ctx) => {
    ctx.moveTo(1.5, 4);
    ctx.lineTo(10, 4);
    ctx.moveTo(7.6, 1.8);
    ctx.lineTo(10, 4);
    ctx.lineTo(7.6, 6.2);
    ctx.moveTo(10.5, 8.6);
    ctx.lineTo(2, 8.6);
    ctx.moveTo(4.4, 6.6);
    ctx.lineTo(2, 8.6);
    ctx.lineTo(4.4, 10.6);
  },
};

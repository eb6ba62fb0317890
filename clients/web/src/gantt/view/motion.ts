/**
 * Owns movement over time: the glide after a flick, eased wheel steps, and travel to a view.
 * Pure: a frame asks where things are at an instant.
 */

/** Time constant of a flick's slowing, as phones have it. */
const FRICTION = 325;
/** A wheel notch arrives within a few frames, as browsers scroll. */
const WHEEL = 42;

export function easeOut(share: number): number {
  const rest = 1 - Math.min(1, Math.max(0, share));
  return 1 - rest * rest * rest;
}

export interface Step {
  dx: number;
  dy: number;
}

/** Panning that outlives the hand: both kinds decay exponentially. */
export class Momentum {
  #vx = 0;
  #vy = 0;
  #restX = 0;
  #restY = 0;

  /** Velocities in pixels per millisecond. */
  fling(vx: number, vy: number): void {
    this.#vx = vx;
    this.#vy = vy;
  }

  /** Adds distance that is travelled over the next few frames. */
  push(dx: number, dy: number): void {
    this.#restX += dx;
    this.#restY += dy;
  }

  stop(): void {
    this.#vx = this.#vy = this.#restX = this.#restY = 0;
  }

  get moving(): boolean {
    return this.#vx !== 0 || this.#vy !== 0 || this.#restX !== 0 || this.#restY !== 0;
  }

  /** How far to pan in a frame of `ms`. */
  step(ms: number, out: Step): Step {
    const decay = Math.exp(-ms / FRICTION);
    const share = 1 - Math.exp(-ms / WHEEL);
    out.dx = this.#vx * FRICTION * (1 - decay) + this.#restX * share;
    out.dy = this.#vy * FRICTION * (1 - decay) + this.#restY * share;
    this.#vx = settle(this.#vx * decay, 0.02);
    this.#vy = settle(this.#vy * decay, 0.02);
    [this.#restX, out.dx] = arrive(this.#restX, share, out.dx);
    [this.#restY, out.dy] = arrive(this.#restY, share, out.dy);
    return out;
  }
}

function settle(value: number, floor: number): number {
  return Math.abs(value) < floor ? 0 : value;
}

/** The last half pixel is taken at once, so that motion ends. */
function arrive(rest: number, share: number, moved: number): [number, number] {
  const left = rest * (1 - share);
  return Math.abs(left) < 0.5 ? [0, moved + left] : [left, moved];
}

/** Speed of a hand over its last moments. */
export class Velocity {
  #samples: { t: number; x: number; y: number }[] = [];

  add(t: number, x: number, y: number): void {
    this.#samples.push({ t, x, y });
    if (this.#samples.length > 6) this.#samples.shift();
  }

  clear(): void {
    this.#samples = [];
  }

  /** Pixels per millisecond over the last 80 ms; nothing where the hand rested before lifting. */
  at(now: number): { vx: number; vy: number } {
    const recent = this.#samples.filter((sample) => now - sample.t <= 80);
    const [first, last] = [recent[0], recent.at(-1)];
    if (!first || !last || last.t - first.t < 8) return { vx: 0, vy: 0 };
    const ms = last.t - first.t;
    return { vx: (last.x - first.x) / ms, vy: (last.y - first.y) / ms };
  }
}

export interface ViewTarget {
  left: number;
  pxPerDay: number;
  scrollY: number;
  rowScale: number;
}

/** A flight from one view to another. Scales travel by ratio, so that zooming looks even. */
export class Travel {
  readonly #from: ViewTarget;
  readonly #to: ViewTarget;
  readonly #begun: number;
  readonly #ms: number;
  /** Where in the body the zoom is anchored: the point that both views share. */
  readonly #pivot: number;

  constructor(from: ViewTarget, to: ViewTarget, begun: number, ms: number) {
    this.#from = from;
    this.#to = to;
    this.#begun = begun;
    this.#ms = ms;
    const [a, b] = [1 / from.pxPerDay, 1 / to.pxPerDay];
    this.#pivot = a === b ? Number.NaN : (to.left - from.left) / (a - b);
  }

  get target(): ViewTarget {
    return this.#to;
  }

  done(now: number): boolean {
    return now - this.#begun >= this.#ms;
  }

  at(now: number, out: ViewTarget): ViewTarget {
    const share = easeOut((now - this.#begun) / this.#ms);
    const between = (a: number, b: number): number => a + (b - a) * share;
    const { pxPerDay: a } = this.#from;
    const { pxPerDay: b } = this.#to;
    out.pxPerDay = a * (b / a) ** share;
    out.left = Number.isNaN(this.#pivot)
      ? between(this.#from.left, this.#to.left)
      : this.#from.left + this.#pivot * (1 / a - 1 / out.pxPerDay);
    out.rowScale = this.#from.rowScale * (this.#to.rowScale / this.#from.rowScale) ** share;
    out.scrollY = between(this.#from.scrollY, this.#to.scrollY);
    if (share >= 1) Object.assign(out, this.#to);
    return out;
  }
}

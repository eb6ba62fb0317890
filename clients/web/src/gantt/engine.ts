/**
 * Owns the frame: one `requestAnimationFrame` at most is pending, an idle surface draws nothing,
 * and everything that moves by itself is advanced here and only here.
 */
import type { SharpCanvas } from "./dom/canvas.ts";
import type { A11yGrid } from "./dom/grid.ts";
import type { Scrollbars } from "./dom/scrollbars.ts";
import { drawAxis } from "./draw/axis.ts";
import { drawBackground, drawNowHint, drawNowLine } from "./draw/background.ts";
import { drawBars } from "./draw/bars.ts";
import { nextTick } from "./draw/due.ts";
import { drawCorner, drawHeaders } from "./draw/headers.ts";
import { drawOff } from "./draw/off.ts";
import { drawOverlay, GLIDE_MS, overlayBusy } from "./draw/overlay.ts";
import { drawProposals } from "./draw/proposals.ts";
import type { Layer } from "./draw/parts.ts";
import type { Hand } from "./hand.ts";
import type { Damage, Stage } from "./stage.ts";
import type { Tips } from "./tips.ts";
import { READABLE } from "./view/viewport.ts";
import type { Step, ViewTarget } from "./view/motion.ts";

/** From the ground up; the axis and the headers lie over what scrolls beneath them. */
const LAYERS: readonly Layer[] = [
  drawBackground,
  drawOff,
  drawNowLine,
  drawProposals,
  (ctx, stage, dpr) => stage.options.plan?.under(ctx, stage, dpr),
  drawBars,
  (ctx, stage, dpr) => stage.heat?.draw(ctx, stage, dpr),
  drawNowHint,
  drawHeaders,
  drawAxis,
  drawCorner,
];

/** While the view is in motion the treegrid's rows and cells follow at this pace. */
const GRID_PACE = 90;
/** A frame after a pause must not make anything leap. */
const LONGEST_FRAME = 50;
/** The view rests: rows may shrink. */
const REST_MS = 220;
const MINUTE = 60_000;

export interface EngineParts {
  readonly stage: Stage;
  readonly base: SharpCanvas;
  readonly overlay: SharpCanvas;
  readonly grid: A11yGrid;
  readonly scrollbars: Scrollbars;
  readonly hand: Hand;
  readonly tips: Tips;
  /** The view may have changed. */
  viewed(): void;
}

export class Engine {
  readonly #parts: EngineParts;
  readonly #step: Step = { dx: 0, dy: 0 };
  readonly #target: ViewTarget = { left: 0, pxPerDay: 1, scrollY: 0, rowScale: 1 };
  #pending = 0;
  #timer: number | undefined;
  #damage: Damage | null = null;
  #last = 0;
  #overlayDrawn = false;
  #gridAt = 0;
  #gridStale = true;
  #moving = false;
  /** The view that rows were last given lanes for, and when it will have rested. */
  #fitted = { left: 0, pxPerDay: 0 };
  #restAt = Number.POSITIVE_INFINITY;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  request(damage: Damage): void {
    if (this.#damage !== "all") this.#damage = damage;
    if (this.#pending === 0) this.#pending = requestAnimationFrame(this.#frame);
  }

  /** Brings the layout up to date with the data now, for callers who need places before the next frame. */
  arrange(): void {
    const { layout, viewport, schedule } = this.#parts.stage;
    // Under a hand that holds something rows keep their height, whatever others do meanwhile.
    if (this.#held && !layout.isForeignTo(schedule)) return;
    this.#anchored(() => {
      layout.update(schedule, viewport.lookout);
    });
  }

  get #held(): boolean {
    return this.#parts.hand.holds || this.#parts.stage.session !== null;
  }

  /** What is being looked at stays where it is when rows above it change their height. */
  #anchored(change: () => void): void {
    const { layout, viewport } = this.#parts.stage;
    const row = viewport.firstRow;
    const into = viewport.scrollY / viewport.rowScale - layout.top(row);
    change();
    if (row > 0) viewport.scrollY = (layout.top(row) + into) * viewport.rowScale;
    viewport.settle();
  }

  /** Gives rows the lanes that the view needs, while no hand holds anything; says whether they move. */
  #fitRows(now: number, ms: number): boolean {
    const { stage, hand } = this.#parts;
    const { layout, viewport, schedule } = stage;
    if (this.#held) return false;
    if (viewport.left !== this.#fitted.left || viewport.pxPerDay !== this.#fitted.pxPerDay) {
      this.#fitted = { left: viewport.left, pxPerDay: viewport.pxPerDay };
      this.#restAt = now + REST_MS;
      layout.aim(schedule, { from: viewport.left, until: viewport.right }, false);
    }
    if (now >= this.#restAt && !this.#moving && !hand.busy) {
      this.#restAt = Number.POSITIVE_INFINITY;
      layout.aim(schedule, viewport.lookout, true);
    }
    if (!layout.changing) return false;
    this.#anchored(() => {
      layout.step(ms, stage.reducedMotion);
    });
    return true;
  }

  destroy(): void {
    cancelAnimationFrame(this.#pending);
    clearTimeout(this.#timer);
    this.#pending = -1;
  }

  readonly #frame = (now: number): void => {
    this.#pending = 0;
    const ms = Math.min(LONGEST_FRAME, Math.max(1, now - this.#last));
    this.#last = now;
    const { stage, hand, tips } = this.#parts;
    if (stage.viewport.width === 0) return;
    const damage = this.#damage;
    this.#damage = null;
    this.arrange();
    this.#moving = this.#travel(now) || this.#coast(ms);
    const dragging = hand.frame(ms);
    const refitting = this.#fitRows(now, ms);
    const drifting = stage.ghosts.size > 0 && stage.ghosts.step(ms, Date.now(), stage.reducedMotion);
    const settling = this.#expire(performance.now());
    const all = damage === "all" || this.#damage === "all" || this.#moving || settling || refitting;
    this.#damage = null;
    this.#paint(all, now);
    const tipAt = tips.frame(performance.now());
    this.#arrangeDom(all, now);
    this.#parts.viewed();
    if (all && !this.#moving) hand.rehover();
    const again = this.#moving || dragging || drifting || refitting || stage.glides.size > 0;
    if (again) this.request(this.#moving || refitting ? "all" : "overlay");
    else this.#sleep(tipAt);
  };

  /** Says whether a flight goes on. */
  #travel(now: number): boolean {
    const { stage } = this.#parts;
    const { travel, viewport } = stage;
    if (!travel) return false;
    const target = travel.at(performance.now(), this.#target);
    Object.assign(viewport, target);
    viewport.settle();
    if (travel.done(performance.now())) stage.travel = null;
    this.#last = now;
    return true;
  }

  #coast(ms: number): boolean {
    const { stage } = this.#parts;
    if (!stage.momentum.moving) return false;
    const { left, scrollY } = stage.viewport;
    stage.momentum.step(ms, this.#step);
    stage.viewport.panBy(this.#step.dx, this.#step.dy);
    const moved = stage.viewport.left !== left || stage.viewport.scrollY !== scrollY;
    if (!moved) stage.momentum.stop();
    return true;
  }

  /** Ends what has had its time; says whether bars come back into view by it. */
  #expire(now: number): boolean {
    const { stage } = this.#parts;
    const before = stage.settling.size + stage.glides.size;
    for (const [id, settling] of stage.settling) if (now >= settling.until) stage.settling.delete(id);
    for (const [id, glide] of stage.glides) if (now - glide.begun >= GLIDE_MS) stage.glides.delete(id);
    return stage.settling.size + stage.glides.size < before;
  }

  #paint(all: boolean, now: number): void {
    const { stage, base, overlay } = this.#parts;
    if (all) for (const draw of LAYERS) draw(base.context, stage, base.dpr);
    const busy = overlayBusy(stage);
    if (busy || this.#overlayDrawn) drawOverlay(overlay.context, stage, now, overlay.dpr);
    this.#overlayDrawn = busy;
  }

  #arrangeDom(all: boolean, now: number): void {
    const { grid, scrollbars } = this.#parts;
    grid.showFocus(this.#parts.stage.focusShown);
    if (!all && !this.#gridStale) return;
    if (all) scrollbars.follow();
    const { layout, viewport } = this.#parts.stage;
    const readable = viewport.rowScale >= READABLE;
    const due = !(this.#moving || layout.changing) || (readable && now - this.#gridAt >= GRID_PACE);
    this.#gridStale = !due;
    if (due) {
      this.#gridAt = now;
      grid.refresh();
    } else grid.follow();
  }

  /** Nothing moves: wake up for whatever comes next by the clock. */
  #sleep(tipAt: number | null): void {
    const { stage } = this.#parts;
    clearTimeout(this.#timer);
    const wall = Date.now();
    let wait = MINUTE - (stage.options.now() % MINUTE);
    const fade = stage.ghosts.nextFade();
    if (fade !== null) wait = Math.min(wait, fade - wall);
    if (tipAt !== null) wait = Math.min(wait, tipAt - performance.now());
    for (const settling of stage.settling.values()) wait = Math.min(wait, settling.until - performance.now());
    if (this.#gridStale) wait = 0;
    wait = Math.min(wait, this.#restAt - performance.now());
    const tick = nextTick(stage);
    const damage = tick !== null && tick < wait ? "overlay" : "all";
    this.#timer = window.setTimeout(
      () => {
        this.request(damage);
      },
      Math.max(16, Math.min(wait, tick ?? wait)),
    );
  }
}

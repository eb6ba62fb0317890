/** Owns the two slim scrollbars: where the view is within the data, and dragging it along. */
import type { Stage } from "../stage.ts";
import { WEEK } from "../time/zone.ts";
import { AXIS_HEIGHT } from "../view/viewport.ts";

const SHORTEST = 36;
const INSET = 3;

interface Bar {
  readonly track: HTMLElement;
  readonly thumb: HTMLElement;
}

function makeBar(name: string): Bar {
  const track = document.createElement("div");
  track.className = `gantt-scroll gantt-scroll-${name}`;
  track.setAttribute("aria-hidden", "true");
  const thumb = document.createElement("div");
  thumb.className = "gantt-thumb";
  track.append(thumb);
  return { track, thumb };
}

export class Scrollbars {
  readonly elements: readonly HTMLElement[];
  readonly #stage: Stage;
  readonly #down = makeBar("y");
  readonly #across = makeBar("x");
  #extent = { start: 0, end: 0 };
  #extentOf = -1;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.elements = [this.#down.track, this.#across.track];
    this.#draggable(this.#down, (pixels) => {
      const { viewport } = stage;
      const room = this.#room(viewport.bodyHeight);
      viewport.moveTo(viewport.left, viewport.scrollY + (pixels / room) * viewport.contentHeight);
    });
    this.#draggable(this.#across, (pixels) => {
      const { viewport } = stage;
      const { start, end } = this.#span();
      viewport.moveTo(viewport.left + (pixels / this.#room(viewport.bodyWidth)) * (end - start), viewport.scrollY);
    });
  }

  #room(length: number): number {
    return Math.max(1, length - 2 * INSET);
  }

  /** The span that the horizontal bar stands for: the data with a margin, and always the view. */
  #span(): { start: number; end: number } {
    const { schedule, viewport, options } = this.#stage;
    if (this.#extentOf !== schedule.revision) {
      this.#extentOf = schedule.revision;
      const now = options.now();
      const extent = schedule.extent() ?? { start: now, end: now };
      this.#extent = { start: Math.min(extent.start, now) - 2 * WEEK, end: Math.max(extent.end, now) + 6 * WEEK };
    }
    return {
      start: Math.min(this.#extent.start, viewport.left),
      end: Math.max(this.#extent.end, viewport.right),
    };
  }

  follow(): void {
    const { viewport } = this.#stage;
    const { start, end } = this.#span();
    this.#down.track.hidden = viewport.maxScrollY <= 0;
    this.#down.track.style.top = `${String(AXIS_HEIGHT)}px`;
    this.#across.track.style.left = `${String(viewport.headerWidth)}px`;
    const tall = this.#room(viewport.bodyHeight);
    const wide = this.#room(viewport.bodyWidth);
    const down = thumb(viewport.scrollY / viewport.contentHeight, viewport.bodyHeight / viewport.contentHeight, tall);
    this.#down.thumb.style.transform = `translateY(${down.at.toFixed(1)}px)`;
    this.#down.thumb.style.height = `${down.length.toFixed(1)}px`;
    const span = end - start;
    const across = thumb((viewport.left - start) / span, (viewport.right - viewport.left) / span, wide);
    this.#across.thumb.style.transform = `translateX(${across.at.toFixed(1)}px)`;
    this.#across.thumb.style.width = `${across.length.toFixed(1)}px`;
  }

  #draggable(bar: Bar, move: (pixels: number) => void): void {
    let last: number | null = null;
    const along = (event: PointerEvent): number => (bar === this.#down ? event.clientY : event.clientX);
    bar.track.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      event.preventDefault();
      bar.track.setPointerCapture(event.pointerId);
      const box = bar.thumb.getBoundingClientRect();
      const [low, high] = bar === this.#down ? [box.top, box.bottom] : [box.left, box.right];
      const at = along(event);
      // A press beside the thumb brings the thumb's middle there.
      if (at < low || at > high) this.#apply(move, at - (low + high) / 2);
      last = at;
      bar.track.classList.add("gantt-scrolling");
    });
    bar.track.addEventListener("pointermove", (event) => {
      if (last === null) return;
      event.stopPropagation();
      this.#apply(move, along(event) - last);
      last = along(event);
    });
    const end = (event: PointerEvent): void => {
      if (last !== null) event.stopPropagation();
      last = null;
      bar.track.classList.remove("gantt-scrolling");
    };
    bar.track.addEventListener("pointerup", end);
    bar.track.addEventListener("pointercancel", end);
  }

  #apply(move: (pixels: number) => void, pixels: number): void {
    this.#stage.momentum.stop();
    this.#stage.travel = null;
    this.#stage.viewSource = "user";
    move(pixels);
    this.#stage.request("all");
  }
}

function thumb(from: number, share: number, room: number): { at: number; length: number } {
  const length = Math.min(room, Math.max(SHORTEST, share * room));
  const at = INSET + Math.min(room - length, Math.max(0, from * room));
  return { at, length };
}

/** Owns the surface as a whole: builds it into a host, wires its parts, and is what a shell holds. */
import "./gantt.css";

import { aim, clearSlots, chooseSlot, Drops, fit, focusBar, goTo, revealPlace, travelTo, zoomTo } from "./actions.ts";
import { Controls } from "./controls.ts";
import { SharpCanvas } from "./dom/canvas.ts";
import { watchDensity } from "./dom/density.ts";
import { listen } from "./dom/events.ts";
import { A11yGrid } from "./dom/grid.ts";
import { Scrollbars } from "./dom/scrollbars.ts";
import { scrollAtEdges } from "./drag/driver.ts";
import { Engine } from "./engine.ts";
import { Hand } from "./hand.ts";
import type { Point } from "./input/gesture.ts";
import { Keys } from "./keys.ts";
import { differences } from "./model/diff.ts";
import { replaceRows } from "./rows.ts";
import { fontsOf, Stage } from "./stage.ts";
import { nearestZoom, scaleOf } from "./time/scale.ts";
import { clockFor, DAY } from "./time/zone.ts";
import { Tips } from "./tips.ts";
import type {
  GanttBar,
  GanttCallbacks,
  GanttCollaborator,
  GanttGhost,
  GanttLink,
  GanttOptions,
  GanttPlace,
  GanttPreview,
  GanttRow,
  GanttSlot,
  GanttSurface,
  GanttView,
  HeatParts,
  ThemeName,
  Zoom,
} from "./types.ts";
import { PaintShop, readPalette } from "./view/palette.ts";
import { TextRuler } from "./view/text.ts";

const MOST_SLOTS = 5;

export class Gantt implements GanttSurface {
  readonly #root = document.createElement("div");
  readonly #stage: Stage;
  readonly #engine: Engine;
  readonly #grid: A11yGrid;
  readonly #hand: Hand;
  readonly #keys: Keys;
  readonly #tips: Tips;
  readonly #drops = new Drops();
  readonly #base = new SharpCanvas("gantt-base", true);
  readonly #overlay = new SharpCanvas("gantt-overlay", false);
  readonly #closing: (() => void)[] = [];
  #emitted: GanttView | null = null;
  #begun = false;

  constructor(host: HTMLElement, callbacks: GanttCallbacks, options: GanttOptions) {
    const ruler = new TextRuler(new SharpCanvas("", true).context);
    this.#stage = new Stage(callbacks, options, ruler, (damage) => {
      this.#engine.request(damage);
    });
    this.#grid = new A11yGrid(this.#stage, options.label ?? "Schedule");
    this.#tips = new Tips(this.#stage);
    const focusCell = (): void => {
      this.#engine.arrange();
      this.#grid.refresh();
      this.#grid.focusCell();
    };
    this.#hand = new Hand(this.#stage, {
      root: this.#root,
      drops: this.#drops,
      focusCell,
      hovered: (hit, at) => {
        this.#tips.hovered(hit, at);
      },
    });
    this.#keys = new Keys(this.#stage, this.#drops, focusCell);
    const scrollbars = new Scrollbars(this.#stage);
    this.#engine = new Engine({
      stage: this.#stage,
      base: this.#base,
      overlay: this.#overlay,
      grid: this.#grid,
      scrollbars,
      hand: this.#hand,
      tips: this.#tips,
      viewed: () => {
        this.#tellView();
      },
    });
    this.#build(host, scrollbars);
    this.setTheme(options.theme);
    this.#watch(host);
  }

  #build(host: HTMLElement, scrollbars: Scrollbars): void {
    const [stage, grid, hand, keys, tips] = [this.#stage, this.#grid, this.#hand, this.#keys, this.#tips];
    const controls = new Controls({ root: this.#root, stage, grid, hand, keys, tips });
    this.#root.className = "gantt";
    this.#root.append(this.#base.element, this.#overlay.element, this.#grid.element, ...scrollbars.elements, this.#tips.tip.element);
    host.append(this.#root);
    this.#closing.push(listen(this.#root, controls));
  }

  /** Follows size, pixel density, the wish for less motion, and fonts that arrive late. */
  #watch(host: HTMLElement): void {
    const observer = new ResizeObserver(() => {
      this.#resize(host);
    });
    observer.observe(host);
    const motion = matchMedia("(prefers-reduced-motion: reduce)");
    const applyMotion = (): void => {
      this.#stage.reducedMotion = motion.matches;
    };
    motion.addEventListener("change", applyMotion);
    applyMotion();
    const fonts = (): void => {
      this.#stage.ruler.forget();
      this.#stage.request("all");
    };
    document.fonts.addEventListener("loadingdone", fonts);
    const unwatch = watchDensity(() => {
      this.#resize(host);
    });
    this.#closing.push(() => {
      unwatch();
      observer.disconnect();
      motion.removeEventListener("change", applyMotion);
      document.fonts.removeEventListener("loadingdone", fonts);
    });
    this.#resize(host);
  }

  #resize(host: HTMLElement): void {
    const { clientWidth: width, clientHeight: height } = host;
    if (width === 0 || height === 0) return;
    const dpr = Math.min(3, window.devicePixelRatio || 1);
    this.#base.resize(width, height, dpr);
    this.#overlay.resize(width, height, dpr);
    this.#stage.viewport.resize(width, height);
    if (!this.#begun) this.#begin();
    this.#stage.request("all");
  }

  /** The first view: today at a third of the width. */
  #begin(): void {
    this.#begun = true;
    const { viewport, options, focus } = this.#stage;
    viewport.pxPerDay = scaleOf(options.zoom ?? "week", viewport.bodyWidth);
    viewport.left = this.#stage.shown.startOfDay(options.now()) - viewport.bodyWidth / 4 / viewport.scale;
    viewport.settle();
    focus.time = options.now();
  }

  #tellView(): void {
    const view = this.view();
    const last = this.#emitted;
    const same =
      last?.start === view.start &&
      last.end === view.end &&
      last.pxPerDay === view.pxPerDay &&
      last.firstRow === view.firstRow &&
      last.lastRow === view.lastRow;
    if (same) return;
    this.#emitted = view;
    this.#stage.callbacks.onViewChange(view);
  }

  /** Everything that must follow when the data has changed. */
  #dataChanged(): void {
    const stage = this.#stage;
    for (const id of stage.selection) {
      if (!stage.schedule.bar(id)) {
        stage.selection = new Set([...stage.selection].filter((one) => stage.schedule.bar(one)));
        break;
      }
    }
    this.#followFocus();
    this.#hand.dataChanged();
    stage.request("all");
  }

  /** The focus stays with its bar where it moved, and on its row where it is gone. */
  #followFocus(): void {
    const { focus, schedule } = this.#stage;
    if (focus.barId !== null) {
      const bar = schedule.bar(focus.barId);
      const row = bar ? schedule.rowIndex(bar.rowId) : -1;
      if (row >= 0) focus.row = row;
      else focus.barId = null;
    }
    focus.row = Math.max(0, Math.min(focus.row, schedule.rows.length - 1));
  }

  setRows(rows: readonly GanttRow[]): void {
    if (!replaceRows(this.#stage, rows)) this.#hand.abort();
    this.#grid.reword();
    this.#dataChanged();
    if (this.#grid.focused) this.#keys.place.retell();
  }

  setBars(bars: readonly GanttBar[]): void {
    const { schedule } = this.#stage;
    if (schedule.barCount === 0) {
      schedule.setBars(bars);
      this.#dataChanged();
      return;
    }
    const { changed, removed } = differences(schedule, bars);
    if (changed.length + removed.length > 0) this.patchBars(changed, removed);
  }

  patchBars(changed: readonly GanttBar[], removedIds: readonly string[]): void {
    const stage = this.#stage;
    for (const bar of changed) stage.settling.delete(bar.id);
    for (const id of removedIds) {
      stage.settling.delete(id);
      stage.glides.delete(id);
    }
    stage.schedule.patch(changed, removedIds);
    this.#dataChanged();
  }

  setGhosts(ghosts: readonly GanttGhost[]): void {
    this.#stage.ghosts.set(ghosts, Date.now());
    this.#stage.request("all");
  }

  setCollaborators(people: readonly GanttCollaborator[]): void {
    this.#stage.people = people;
    this.#stage.request("overlay");
  }

  setSelection(ids: readonly string[]): void {
    this.#stage.selection = new Set(ids);
    this.#stage.request("all");
  }

  setReadOnly(on: boolean): void {
    this.#stage.readOnly = on;
    this.#root.dataset["readOnly"] = String(on);
    this.#stage.request("all");
  }

  setZoom(zoom: Zoom): void {
    zoomTo(this.#stage, zoom, "program");
  }

  setZone(zone: string): void {
    this.#stage.shown = clockFor(zone);
    this.#grid.reword();
    this.#stage.request("all");
  }

  setTheme(theme: ThemeName): void {
    this.#root.dataset["theme"] = theme;
    this.#stage.shop = new PaintShop(readPalette(this.#root, theme));
    this.#stage.fonts = fontsOf(getComputedStyle(this.#root).fontFamily || "sans-serif");
    this.#stage.request("all");
  }

  setSuggestions(slots: readonly GanttSlot[]): void {
    const stage = this.#stage;
    if (slots.length === 0) {
      clearSlots(stage);
      return;
    }
    stage.slots = slots.slice(0, MOST_SLOTS);
    const active = document.activeElement;
    if (active === document.body || this.#root.contains(active)) this.focus();
    this.#engine.arrange();
    chooseSlot(stage, 0);
  }

  placeAt(clientX: number, clientY: number): { rowId: string; time: number; slot: number } | null {
    const { viewport, slots } = this.#stage;
    const at = this.#within(clientX, clientY);
    const hit = this.#hand.hitAt(at, "mouse");
    const time = viewport.timeAt(at.x);
    const slot = hit.kind === "slot" ? hit.index : -1;
    const rowId = slots[slot]?.rowId ?? ("row" in hit ? this.#stage.rowId(hit.row) : "");
    return rowId === "" || hit.kind === "header" ? null : { rowId, time, slot };
  }

  pushAt(clientX: number, clientY: number, ms: number): boolean | null {
    return scrollAtEdges(this.#stage, this.#within(clientX, clientY), ms);
  }

  #within(clientX: number, clientY: number): Point {
    const { left, top } = this.#root.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  setIncoming(place: GanttPlace | null): void {
    const stage = this.#stage;
    const row = place === null ? -1 : stage.schedule.rowIndex(place.rowId);
    stage.incoming = null;
    if (place !== null && row >= 0) {
      const { start, end } = place;
      const conflict = stage.conflictAt(row, start, end, [], "hold");
      const origin = { originRow: row, originStart: start, originEnd: end };
      stage.incoming = { bar: null, status: "hold", ...origin, row, start, end, conflict };
    }
    stage.request("overlay");
  }

  setLinks(links: readonly GanttLink[]): void {
    this.#stage.links = links;
    this.#stage.request("all");
  }

  setHeat(heat: HeatParts): void {
    this.#stage.heat = heat;
    this.#stage.request("all");
  }

  setPreviews(previews: readonly GanttPreview[]): void {
    this.#stage.previews = previews;
    this.#stage.request("overlay");
  }

  goTo(ms: number): void {
    goTo(this.#stage, ms, "program");
  }

  setView(start: number, end: number, topRowId?: string): void {
    const stage = this.#stage;
    this.#engine.arrange();
    const target = aim(stage);
    target.left = start;
    target.pxPerDay = (stage.viewport.bodyWidth * DAY) / Math.max(60_000, end - start);
    const row = topRowId === undefined ? -1 : stage.schedule.rowIndex(topRowId);
    if (row >= 0) target.scrollY = Math.min(stage.viewport.maxScrollY, stage.layout.top(row) * target.rowScale);
    travelTo(stage, target, "program");
  }

  fit(): void {
    this.#engine.arrange();
    fit(this.#stage, "program");
  }

  reveal(id: string, focus = false): void {
    const stage = this.#stage;
    const bar = stage.schedule.bar(id);
    const row = bar ? stage.schedule.rowIndex(bar.rowId) : -1;
    if (!bar || row < 0) return;
    this.#engine.arrange();
    revealPlace(stage, { row, start: bar.start, end: bar.end }, stage.schedule.laneOf(bar), "program");
    if (!focus) return;
    focusBar(stage, bar);
    this.focus();
  }

  snapBack(id: string, reason: string): void {
    const stage = this.#stage;
    const from = stage.settling.get(id) ?? this.#drops.recall(id);
    const title = stage.schedule.bar(id)?.title ?? "The booking";
    stage.settling.delete(id);
    if (from && !stage.reducedMotion) {
      const { row, start, end } = from;
      stage.glides.set(id, { id, row, start, end, begun: performance.now() });
    }
    this.#tips.refuse(id, title, reason);
    stage.callbacks.announce(`${title} went back. ${reason}`);
    stage.request("all");
  }

  view(): GanttView {
    const { viewport, viewSource } = this.#stage;
    return {
      start: Math.round(viewport.left),
      end: Math.round(viewport.right),
      zoom: nearestZoom(viewport.pxPerDay),
      pxPerDay: viewport.pxPerDay,
      firstRow: viewport.firstRow,
      lastRow: viewport.lastRow,
      source: viewSource,
    };
  }

  focus(): void {
    this.#engine.arrange();
    this.#grid.refresh();
    this.#grid.focusCell();
  }

  destroy(): void {
    for (const close of this.#closing) close();
    this.#engine.destroy();
    this.#keys.destroy();
    this.#hand.destroy();
    this.#tips.destroy();
    this.#root.remove();
  }
}

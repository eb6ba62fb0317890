/** Owns what the tip says: hovered bars, drags in flight, and the reason of a refusal. */
import { Tip, type TipContent } from "./dom/tip.ts";
import type { Carried } from "./drag/session.ts";
import type { Hit } from "./input/hit.ts";
import type { Point } from "./input/gesture.ts";
import type { Box, Stage } from "./stage.ts";
import { workingMs } from "./time/working.ts";
import type { GanttBar } from "./types.ts";
import { tipLines } from "./words.ts";

const HOVER_MS = 380;
const REASON_MS = 5000;

export class Tips {
  readonly tip = new Tip();
  readonly #stage: Stage;
  readonly #box: Box = { x: 0, y: 0, width: 0, height: 0 };
  #timer: number | undefined;
  #hovered = "";
  /** The bar whose tip is shown, as it was then. */
  #told: { readonly bar: GanttBar; readonly x: number } | null = null;
  #reason: { readonly id: string; readonly content: TipContent; readonly until: number } | null = null;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  hovered(hit: Hit, at: Point): void {
    const id = hit.kind === "bar" && hit.bar.silent !== true ? hit.bar.id : "";
    if (id === this.#hovered) return;
    this.#hovered = id;
    clearTimeout(this.#timer);
    this.#told = null;
    if (this.#reason === null) this.tip.hide();
    if (id === "") return;
    this.#timer = window.setTimeout(() => {
      this.#showBar(id, at.x);
    }, HOVER_MS);
  }

  /** Anything that moves the ground away under a hover tip. */
  dismiss(): void {
    clearTimeout(this.#timer);
    this.#hovered = "";
    this.#told = null;
    this.#reason = null;
    this.tip.hide();
  }

  refuse(id: string, title: string, reason: string): void {
    clearTimeout(this.#timer);
    const content: TipContent = { title: reason, lines: [`${title} went back.`], tone: "danger" };
    this.#reason = { id, content, until: performance.now() + REASON_MS };
  }

  /** Once a frame; gives when it wants the next one at the latest, or null. */
  frame(now: number): number | null {
    const item = this.#stage.session?.items[0];
    if (item) {
      this.#reason = null;
      this.#showDrag(item);
      return null;
    }
    if (this.#reason && now >= this.#reason.until) this.#reason = null;
    if (this.#reason) {
      const { id, content, until } = this.#reason;
      this.#showReason(id, content);
      return until;
    }
    if (this.#hovered === "") this.tip.hide();
    else if (this.#told && this.#stage.schedule.bar(this.#hovered) !== this.#told.bar) this.#showBar(this.#hovered, this.#told.x);
    return null;
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #showBar(id: string, x: number): void {
    const stage = this.#stage;
    const bar = stage.schedule.bar(id);
    const row = bar ? stage.schedule.rowIndex(bar.rowId) : -1;
    if (stage.session || this.#reason) return;
    if (!bar || row < 0) {
      this.dismiss();
      return;
    }
    this.#told = { bar, x };
    stage.boxOf({ row, start: bar.start, end: bar.end }, stage.schedule.laneOf(bar), this.#box);
    this.#at({ title: bar.title, lines: tipLines(stage, bar), tone: "plain" }, x);
  }

  #showDrag(item: Carried): void {
    const stage = this.#stage;
    stage.boxOf(item, stage.schedule.landingLane(item.row, item.start, item.end, item.bar?.id ?? ""), this.#box);
    const { x, width } = this.#box;
    const from = Math.max(x, stage.viewport.headerWidth);
    const until = Math.min(x + width, stage.viewport.width);
    this.#at(this.#dragWords(item), (from + until) / 2);
  }

  #dragWords(item: Carried): TipContent {
    const stage = this.#stage;
    const info = stage.schedule.rows[item.row];
    const { labels } = stage;
    const range = stage.rangeWords(item.start, item.end).replace(" to ", " – ");
    const lines = [range];
    const worked = info ? workingMs(info.week, info.clock, item.start, item.end) : 0;
    const hours = worked > 0 ? ` · ${labels.hours(worked)} of work` : "";
    const duration = `${labels.extent(info?.clock ?? stage.shown, item.start, item.end)}${hours}`;
    const local = info && info.clock.offsetAt(item.start) !== stage.shown.offsetAt(item.start);
    if (local) {
      const theirs = labels.range(info.clock, item.start, item.end, stage.options.now(), " – ");
      lines.push(`${theirs} for ${info.row.name}`);
    }
    const count = stage.session?.items.length ?? 1;
    if (count > 1) lines.push(`and ${String(count - 1)} more`);
    if (item.conflict) return { title: item.conflict.words, lines, tone: "danger" };
    const clashing = stage.session?.items.filter((one) => one.conflict !== null).length ?? 0;
    if (clashing > 0) return { title: `${String(clashing)} of ${String(count)} clash`, lines, tone: "danger" };
    const who = stage.session?.kind === "move" ? `${stage.rowName(item.row)} · ` : "";
    return { title: `${who}${duration}`, lines, tone: "plain" };
  }

  #showReason(id: string, content: TipContent): void {
    const stage = this.#stage;
    const bar = stage.schedule.bar(id);
    const row = bar ? stage.schedule.rowIndex(bar.rowId) : -1;
    if (!bar || row < 0) {
      this.#reason = null;
      return;
    }
    stage.boxOf({ row, start: bar.start, end: bar.end }, stage.schedule.laneOf(bar), this.#box);
    const from = Math.max(this.#box.x, stage.viewport.headerWidth);
    const until = Math.min(this.#box.x + this.#box.width, stage.viewport.width);
    // Where the view has gone on to what is free instead, nothing is pointed at.
    if (from < until) this.#at(content, (from + until) / 2);
    else this.tip.hide();
  }

  #at(content: TipContent, x: number): void {
    const { y, height } = this.#box;
    this.tip.show(content, x, y - 4, y + height + 4, this.#stage.viewport);
  }
}

/** Owns what keys do: going between bars, moving and resizing them in steps, booking at the cursor. */
import {
  abandon,
  chooseSlot,
  clearSlots,
  drop,
  type Drops,
  fit,
  focusBar,
  goTo,
  revealFocus,
  revealPlace,
  select,
  selectedBars,
  takeSlot,
  toggle,
  zoomBy,
} from "./actions.ts";
import { beginMove, beginResize, type Carried, placeEdge, placeGroup } from "./drag/session.ts";
import { actionFor, type Direction, type KeyAction, type KeyStroke } from "./input/keyboard.ts";
import { barsBetween, nearestInRow } from "./input/selection.ts";
import { createPlace, type Place } from "./place.ts";
import type { Stage } from "./stage.ts";
import { roundTo, snapEdge, stepFor } from "./time/snap.ts";
import { intervalsOf } from "./time/working.ts";
import { DAY, HOUR } from "./time/zone.ts";
import type { GanttBar } from "./types.ts";

/** A keyboard move that rests this long is meant. */
const COMMIT_MS = 1600;
/** How far ahead N looks for free working time. */
const SEARCH_DAYS = 90;

export class Keys {
  readonly place: Place;
  readonly #stage: Stage;
  readonly #drops: Drops;
  readonly #focusCell: () => void;
  #timer: number | undefined;

  constructor(stage: Stage, drops: Drops, focusCell: () => void) {
    this.#stage = stage;
    this.#drops = drops;
    this.#focusCell = focusCell;
    this.place = createPlace(stage);
  }

  /** Says whether the key was used; the browser must not use it as well then. */
  press(stroke: KeyStroke): boolean {
    const stage = this.#stage;
    const action = actionFor(stroke, {
      dragging: stage.session !== null || stage.lasso !== null,
      suggesting: stage.slots.length > 0,
      onBar: this.#bar() !== undefined,
      hasSelection: stage.selection.size > 0,
    });
    if (!action) return false;
    if (stage.sessionVia === "pointer" && stage.session) return false;
    if (action.kind !== "move" && action.kind !== "resize" && action.kind !== "abandon") this.commit();
    stage.focusShown = true;
    this.place.forget();
    this.#perform(action);
    return true;
  }

  /** The modifier was let go, the focus left, or the hand took over: what was moved is meant. */
  commit(): void {
    clearTimeout(this.#timer);
    if (this.#stage.session && this.#stage.sessionVia === "keyboard") drop(this.#stage, this.#drops);
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #bar(): GanttBar | undefined {
    const { barId } = this.#stage.focus;
    return barId === null ? undefined : this.#stage.schedule.bar(barId);
  }

  #perform(action: KeyAction): void {
    const stage = this.#stage;
    switch (action.kind) {
      case "go":
        this.#go(action.to);
        return;
      case "extend":
        this.#extend(action.to);
        return;
      case "step":
        this.#step(action.to === "left" ? -1 : 1);
        return;
      case "jump":
        this.#jump(action.to);
        return;
      case "move":
        this.#move(action.to);
        return;
      case "resize":
        this.#resize(action.edge, action.by);
        return;
      case "open":
        if (stage.focus.barId !== null) stage.callbacks.onOpen(stage.focus.barId);
        return;
      case "create":
        this.#create();
        return;
      case "delete":
        this.#delete();
        return;
      case "toggle":
        if (stage.focus.barId !== null) toggle(stage, stage.focus.barId);
        return;
      case "select-all":
        this.#selectAll();
        return;
      case "clear":
        select(stage, [], null);
        return;
      case "abandon":
        clearTimeout(this.#timer);
        abandon(stage);
        stage.callbacks.announce("Back where it was.");
        return;
      case "commit":
        return;
      case "help":
        stage.callbacks.onHelp?.();
        return;
      case "menu":
        this.#menu();
        return;
      case "zoom":
        zoomBy(stage, action.by > 0 ? 1.5 : 1 / 1.5);
        return;
      case "today":
        goTo(stage, stage.options.now(), "user");
        return;
      case "fit":
        fit(stage, "user");
        return;
      case "next-suggestion":
        chooseSlot(stage, (stage.activeSlot + action.by + stage.slots.length) % stage.slots.length);
        return;
      case "take-suggestion":
        takeSlot(stage, Math.max(0, stage.activeSlot));
        return;
      case "dismiss-suggestions":
        clearSlots(stage);
        stage.callbacks.onDismissSuggestions?.();
    }
  }

  #land(): void {
    revealFocus(this.#stage);
    this.#stage.request("all");
    this.#focusCell();
  }

  #focusRow(row: number, time: number): void {
    this.#stage.focus = { row, barId: null, time };
    this.#land();
  }

  #focusOn(bar: GanttBar): void {
    focusBar(this.#stage, bar);
    this.#land();
  }

  #go(to: Direction): void {
    if (to === "up" || to === "down") this.#goRow(this.#stage.focus.row + (to === "up" ? -1 : 1));
    else this.#goAlong(to);
  }

  #goAlong(to: "left" | "right"): void {
    const { schedule, focus } = this.#stage;
    const bar = this.#bar();
    const { bars } = schedule.line(focus.row);
    let next: GanttBar | undefined;
    if (bar) next = bars[bars.indexOf(bar) + (to === "left" ? -1 : 1)];
    else if (to === "right") next = bars.find((candidate) => candidate.end > focus.time);
    else next = bars.findLast((candidate) => candidate.start < focus.time);
    if (next) this.#focusOn(next);
    else this.#focusRow(focus.row, bar ? (to === "left" ? bar.start - HOUR : bar.end) : focus.time);
  }

  /** To the nearest bar in sight, else to the row itself: the view never leaps through time. */
  #goRow(wanted: number): void {
    const stage = this.#stage;
    const row = Math.min(stage.schedule.rows.length - 1, Math.max(0, wanted));
    if (row < 0 || row === stage.focus.row) return;
    const { time } = stage.focus;
    const bar = nearestInRow(stage.schedule, row, time);
    const inSight = bar && bar.end > stage.viewport.left && bar.start < stage.viewport.right;
    if (!inSight) {
      this.#focusRow(row, time);
      return;
    }
    focusBar(stage, bar);
    // The column of travel is kept, so that going down and up again comes back.
    stage.focus.time = Math.min(Math.max(time, bar.start), bar.end);
    this.#land();
  }

  #extend(to: Direction): void {
    const stage = this.#stage;
    const from = stage.anchorId ?? stage.focus.barId;
    this.#go(to);
    const [anchor, bar] = [from === null ? undefined : stage.schedule.bar(from), this.#bar()];
    if (!bar) return;
    const bars = anchor ? barsBetween(stage.schedule, anchor, bar) : [bar];
    select(stage, bars.map((one) => one.id), anchor?.id ?? bar.id);
  }

  /** Moves the cursor by a step of the grid, at least an hour. */
  #step(by: 1 | -1): void {
    const stage = this.#stage;
    const step = Math.max(HOUR, stepFor(stage.pxPerDay));
    const time = roundTo(stage.shown, stage.shown.shift(stage.focus.time, by * step), step > DAY ? DAY : step);
    this.#focusRow(stage.focus.row, time);
    this.place.tell();
  }

  #jump(to: Extract<KeyAction, { kind: "jump" }>["to"]): void {
    const { schedule, focus, viewport } = this.#stage;
    const page = Math.max(1, viewport.lastRow - viewport.firstRow - 1);
    switch (to) {
      case "first-row":
        this.#goRow(0);
        return;
      case "last-row":
        this.#goRow(schedule.rows.length - 1);
        return;
      case "page-up":
        this.#goRow(focus.row - page);
        return;
      case "page-down":
        this.#goRow(focus.row + page);
        return;
      case "row-start":
      case "row-end": {
        const bar = schedule.line(focus.row).bars.at(to === "row-start" ? 0 : -1);
        if (bar) this.#focusOn(bar);
      }
    }
  }

  /** What Alt and an arrow carry: the selection if the focus is in it, else the focused bar. */
  #carried(): GanttBar[] {
    const stage = this.#stage;
    const bar = this.#bar();
    const alone = bar && (stage.options.plan !== undefined || !stage.selection.has(bar.id));
    const bars = alone ? [bar] : selectedBars(stage);
    const ordered = bar ? [bar, ...bars.filter((one) => one.id !== bar.id)] : bars;
    return ordered.filter((one) => one.editable);
  }

  #move(to: Direction): void {
    const stage = this.#stage;
    if (stage.session?.kind !== "move") {
      this.commit();
      const bars = this.#carried();
      const [primary] = bars;
      if (!primary) {
        stage.callbacks.announce("This booking cannot be moved by you.");
        return;
      }
      stage.session = beginMove(stage.schedule, primary, bars, primary.start);
      stage.sessionVia = "keyboard";
    }
    const { session } = stage;
    const primary = session.items[0] as Carried;
    const down = stage.options.plan ? 0 : to === "down" ? 1 : to === "up" ? -1 : 0;
    const along = to === "right" ? 1 : to === "left" ? -1 : 0;
    const start = along === 0 ? primary.start : this.#stepped(primary.start, along);
    placeGroup(session, start, primary.row + down, stage);
    this.#report(primary, down === 0 ? "" : `${stage.rowName(primary.row)}, `);
  }

  #resize(edge: "start" | "end", by: 1 | -1): void {
    const stage = this.#stage;
    if (stage.options.plan) {
      stage.callbacks.announce("How long a phase takes is set in its details.");
      return;
    }
    if (stage.session?.kind !== "resize" || stage.session.edge !== edge) {
      this.commit();
      const bar = this.#bar();
      if (!bar?.editable) {
        stage.callbacks.announce("This booking cannot be resized by you.");
        return;
      }
      stage.session = beginResize(stage.schedule, bar, edge, bar[edge]);
      stage.sessionVia = "keyboard";
    }
    const { session } = stage;
    const item = session.items[0] as Carried;
    placeEdge(session, this.#stepped(item[edge], by), stage);
    const clock = stage.schedule.rows[item.row]?.clock ?? stage.shown;
    this.#report(item, `${stage.labels.extent(clock, item.start, item.end)}, `);
  }

  #stepped(time: number, by: 1 | -1): number {
    const { shown, pxPerDay } = this.#stage;
    const step = stepFor(pxPerDay);
    const shifted = shown.shift(time, by * step);
    return step <= HOUR ? snapEdge(shown, time, shifted, step) : shifted;
  }

  #report(item: Carried, lead: string): void {
    const stage = this.#stage;
    const clash = item.conflict ? `. ${item.conflict.words}` : "";
    stage.callbacks.announce(`${lead}${stage.rangeWords(item.start, item.end)}${clash}`);
    if (item.bar) {
      stage.callbacks.onDrag({ id: item.bar.id, rowId: stage.rowId(item.row), start: item.start, end: item.end });
    }
    revealPlace(stage, item, 0, "user");
    stage.request("all");
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.commit();
    }, COMMIT_MS);
  }

  #create(): void {
    const stage = this.#stage;
    const { focus, schedule, callbacks } = stage;
    const info = schedule.rows[focus.row];
    const opens = info?.row.expanded === undefined ? callbacks.onOpenRow : callbacks.onToggleRow;
    if (info && opens) {
      opens(info.row.id);
      return;
    }
    if (!info || info.row.bookable === false || !stage.creatable) {
      callbacks.announce("Nothing can be booked here by you.");
      return;
    }
    const place = freeWorkingDay(stage, focus.row, this.#bar()?.end ?? focus.time);
    if (!place) {
      stage.callbacks.announce(`${info.row.name} has no free working day in the next ${String(SEARCH_DAYS)} days.`);
      return;
    }
    stage.callbacks.onCreate({ rowId: info.row.id, ...place, conflict: null, via: "keyboard" });
  }

  #delete(): void {
    const stage = this.#stage;
    const ids = this.#carried().map((bar) => bar.id);
    if (ids.length === 0) stage.callbacks.announce("This booking cannot be released by you.");
    else stage.callbacks.onDelete(ids);
  }

  /** Everything in sight: selecting what one cannot see helps nobody. */
  #selectAll(): void {
    const { schedule, viewport } = this.#stage;
    const ids: string[] = [];
    for (let row = Math.max(0, viewport.firstRow); row <= viewport.lastRow; row += 1) {
      for (const bar of schedule.line(row).bars) {
        if (bar.end > viewport.left && bar.start < viewport.right && bar.status !== "off") ids.push(bar.id);
      }
    }
    select(this.#stage, ids, ids[0] ?? null);
    this.#stage.callbacks.announce(`${String(ids.length)} bookings selected`);
  }

  #menu(): void {
    const stage = this.#stage;
    const { focus, viewport, callbacks } = stage;
    const time = this.#bar()?.start ?? focus.time;
    const x = Math.min(viewport.width - 20, Math.max(viewport.headerWidth, viewport.xOf(time)));
    const y = viewport.topOf(focus.row) + viewport.heightOf(focus.row);
    const origin = document.activeElement?.closest(".gantt")?.getBoundingClientRect();
    callbacks.onContext?.({
      id: focus.barId,
      rowId: stage.rowId(focus.row) || null,
      time,
      clientX: x + (origin?.left ?? 0),
      clientY: y + (origin?.top ?? 0),
    });
  }
}

/** The first stretch of a working day from `from` on that is free up to its close. */
export function freeWorkingDay(stage: Stage, row: number, from: number): { start: number; end: number } | null {
  const info = stage.schedule.rows[row];
  if (!info) return null;
  const first = Math.floor(info.clock.toLocal(from) / DAY) * DAY;
  const status = stage.options.createStatus ?? "hold";
  for (let day = 0; day < SEARCH_DAYS; day += 1) {
    const midnight = first + day * DAY;
    const spans = intervalsOf(info.week, midnight);
    if (spans.length === 0) continue;
    const opens = info.clock.fromLocal(midnight + (spans[0] as number));
    const end = info.clock.fromLocal(midnight + (spans.at(-1) as number));
    const start = Math.max(opens, Math.ceil(from / 900_000) * 900_000);
    if (end - start < HOUR) continue;
    if (!stage.conflictAt(row, start, end, [], status)) return { start, end };
  }
  return null;
}

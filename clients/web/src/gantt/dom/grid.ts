/**
 * Owns the treegrid that stands invisibly over the canvas: it carries keyboard focus, is what
 * screen readers read, and gives tests something to hold. Only what is on screen is in it, plus
 * whatever has the focus.
 */
import { firstReaching } from "../model/schedule.ts";
import type { Stage } from "../stage.ts";
import type { GanttBar } from "../types.ts";
import { laneTop } from "../view/layout.ts";
import { AXIS_HEIGHT, READABLE } from "../view/viewport.ts";

/** Beyond these an assistive list is no use to anybody; the rest is reached by going there. */
const MAX_ROWS = 80;
const MAX_CELLS = 700;
const MAX_CELLS_OVERVIEW = 250;
/** Cells are never narrower than a target must be (WCAG 2.5.8). */
const MIN_CELL = 24;

interface CellView {
  readonly element: HTMLElement;
  bar: GanttBar;
  words: string;
  geometry: string;
  selected: boolean;
  row: number;
  /** The edition of rows and zone that the words were made for. */
  wording: number;
}

interface RowView {
  readonly element: HTMLElement;
  readonly header: HTMLElement;
  readonly track: HTMLElement;
  readonly cells: Map<string, CellView>;
  index: number;
  words: string;
  geometry: string;
}

function part(role: string, name: string): HTMLElement {
  const element = document.createElement("div");
  element.setAttribute("role", role);
  element.className = name;
  return element;
}

function columnHeads(titles: readonly string[]): HTMLElement {
  const row = part("row", "gantt-heads");
  row.setAttribute("aria-rowindex", "1");
  for (const title of titles) {
    const head = part("columnheader", "gantt-head");
    head.textContent = title;
    row.append(head);
  }
  return row;
}

export class A11yGrid {
  readonly element: HTMLElement;
  readonly #stage: Stage;
  readonly #body: HTMLElement;
  readonly #rows = new Map<string, RowView>();
  readonly #spare: HTMLElement[] = [];
  #origin = 0;
  #originScale = 0;
  #tabStop: HTMLElement | null = null;
  #focusShown = false;
  #wording = 0;

  constructor(stage: Stage, label: string) {
    this.#stage = stage;
    this.element = part("treegrid", "gantt-grid");
    this.element.setAttribute("aria-label", label);
    this.element.setAttribute("aria-multiselectable", "true");
    this.#body = part("rowgroup", "gantt-rows");
    this.element.append(columnHeads(stage.options.plan ? ["Work", "Plan"] : ["Artist", "Bookings"]), this.#body);
  }

  get focused(): boolean {
    return this.element.contains(document.activeElement);
  }

  /** What a focused or pressed element stands for. */
  static targetOf(element: Element | null): { rowId: string; barId: string | null } | null {
    const row = element?.closest<HTMLElement>("[data-row-id]");
    if (!row?.dataset["rowId"]) return null;
    const cell = element?.closest<HTMLElement>("[data-booking-id]");
    return { rowId: row.dataset["rowId"], barId: cell?.dataset["bookingId"] ?? null };
  }

  /** Keeps the elements over what the canvas shows; cheap enough for every frame. */
  follow(): void {
    const { viewport } = this.#stage;
    const y = AXIS_HEIGHT - viewport.scrollY;
    this.#body.style.transform = `translateY(${y.toFixed(2)}px)`;
    const x = ((this.#origin - viewport.left) * this.#originScale).toFixed(2);
    for (const row of this.#rows.values()) row.track.style.transform = `translateX(${x}px)`;
  }

  /** Rows or the zone have changed: every name is made anew. */
  reword(): void {
    this.#wording += 1;
  }

  /** Rings are for people at the keyboard. */
  showFocus(shown: boolean): void {
    if (shown === this.#focusShown) return;
    this.#focusShown = shown;
    this.element.dataset["focus"] = shown ? "shown" : "hidden";
  }

  /** Brings rows and cells up to date with the data and the view. */
  refresh(): void {
    const { viewport, schedule } = this.#stage;
    const hadFocus = this.focused;
    if (viewport.scale !== this.#originScale || Math.abs(this.#origin - viewport.left) * viewport.scale > 200_000) {
      this.#origin = viewport.left;
      this.#originScale = viewport.scale;
    }
    this.element.setAttribute("aria-rowcount", String(schedule.rows.length + 1));
    const wanted = this.#wantedRows();
    for (const [id, row] of this.#rows) {
      if (wanted.get(id) === undefined) {
        row.element.remove();
        this.#rows.delete(id);
      }
    }
    let room = viewport.rowScale < READABLE ? MAX_CELLS_OVERVIEW : MAX_CELLS;
    let previous: Element | null = null;
    for (const [id, index] of wanted) {
      const row = this.#rows.get(id) ?? this.#makeRow(id);
      this.#updateRow(row, index);
      room -= this.#updateCells(row, index, room);
      const after: Element | null = previous === null ? this.#body.firstElementChild : previous.nextElementSibling;
      if (after !== row.element) this.#body.insertBefore(row.element, after);
      previous = row.element;
    }
    this.follow();
    this.#setTabStop();
    if (hadFocus && !this.focused) this.focusCell();
  }

  /** Gives the element of `stage.focus` the keyboard focus. */
  focusCell(): void {
    this.#focusElement()?.focus({ preventScroll: true });
  }

  destroy(): void {
    this.element.remove();
  }

  #wantedRows(): Map<string, number> {
    const { viewport, schedule, focus } = this.#stage;
    const wanted = new Map<string, number>();
    const first = Math.max(0, viewport.firstRow);
    const last = Math.min(viewport.lastRow, first + MAX_ROWS - 1);
    const add = (index: number): void => {
      const info = schedule.rows[index];
      if (info) wanted.set(info.row.id, index);
    };
    if (focus.row < first) add(focus.row);
    for (let index = first; index <= last; index += 1) add(index);
    if (focus.row > last) add(focus.row);
    return wanted;
  }

  #makeRow(id: string): RowView {
    const element = part("row", "gantt-row");
    element.setAttribute("aria-level", "1");
    element.dataset["rowId"] = id;
    const header = part("rowheader", "gantt-rowheader");
    header.tabIndex = -1;
    const lane = part("none", "gantt-lane");
    const track = part("none", "gantt-track");
    lane.append(track);
    element.append(header, lane);
    const row: RowView = { element, header, track, cells: new Map(), index: -1, words: "", geometry: "" };
    this.#rows.set(id, row);
    return row;
  }

  #updateRow(row: RowView, index: number): void {
    const { viewport, schedule } = this.#stage;
    const info = schedule.rows[index];
    if (!info) return;
    const top = viewport.layout.top(index) * viewport.rowScale;
    const geometry = `${top.toFixed(1)}/${viewport.heightOf(index).toFixed(1)}/${String(viewport.headerWidth)}`;
    if (geometry !== row.geometry) {
      row.geometry = geometry;
      row.element.style.top = `${top.toFixed(2)}px`;
      row.element.style.height = `${viewport.heightOf(index).toFixed(2)}px`;
      row.header.style.width = `${String(viewport.headerWidth)}px`;
      (row.track.parentElement as HTMLElement).style.left = `${String(viewport.headerWidth)}px`;
    }
    const { kind, expanded } = info.row;
    const level = kind === "phase" ? "2" : "1";
    if (row.element.ariaLevel !== level) row.element.ariaLevel = level;
    const open = expanded === undefined ? null : String(expanded);
    if (row.element.ariaExpanded !== open) row.element.ariaExpanded = open;
    if (index !== row.index) {
      row.index = index;
      row.element.setAttribute("aria-rowindex", String(index + 2));
    }
    const words = info.row.detail === undefined ? info.row.name : `${info.row.name}, ${info.row.detail}`;
    if (words !== row.words) {
      row.words = words;
      row.header.textContent = words;
    }
    const { heat, focus } = this.#stage;
    const load = focus.row === index && heat ? heat.words(this.#stage, index) : null;
    if (row.header.ariaDescription !== load) row.header.ariaDescription = load;
  }

  /** Gives how many cells the row has. */
  #updateCells(row: RowView, index: number, room: number): number {
    const { schedule, viewport, focus } = this.#stage;
    const line = schedule.line(index);
    const { left, right } = viewport;
    const seen = new Set<string>();
    let previous: Element | null = null;
    const place = (bar: GanttBar, lane: number): void => {
      seen.add(bar.id);
      const cell = row.cells.get(bar.id) ?? this.#makeCell(row, bar);
      this.#updateCell(cell, bar, index, lane);
      const after: Element | null = previous === null ? row.track.firstElementChild : previous.nextElementSibling;
      if (after !== cell.element) row.track.insertBefore(cell.element, after);
      previous = cell.element;
    };
    for (let at = firstReaching(line, left); at < line.bars.length; at += 1) {
      const bar = line.bars[at] as GanttBar;
      if (bar.start >= right || seen.size >= room) break;
      if (bar.end > left) place(bar, line.lanes[at] as number);
    }
    const focused = focus.row === index && focus.barId !== null ? schedule.bar(focus.barId) : undefined;
    if (focused && !seen.has(focused.id)) place(focused, Math.max(0, schedule.laneOf(focused)));
    for (const [id, cell] of row.cells) {
      if (seen.has(id)) continue;
      cell.element.remove();
      row.cells.delete(id);
      if (this.#spare.length < 200) this.#spare.push(cell.element);
    }
    return seen.size;
  }

  #makeCell(row: RowView, bar: GanttBar): CellView {
    const element = this.#spare.pop() ?? part("gridcell", "gantt-cell");
    element.tabIndex = -1;
    element.dataset["bookingId"] = bar.id;
    element.setAttribute("aria-selected", "false");
    const cell: CellView = { element, bar, words: "", geometry: "", selected: false, row: -1, wording: -1 };
    row.cells.set(bar.id, cell);
    return cell;
  }

  #updateCell(cell: CellView, bar: GanttBar, row: number, lane: number): void {
    const { selection } = this.#stage;
    this.#place(cell, bar, row, lane);
    if (cell.bar !== bar || cell.row !== row || cell.wording !== this.#wording) {
      cell.row = row;
      cell.wording = this.#wording;
      this.#name(cell, bar, row);
    }
    cell.bar = bar;
    const selected = selection.has(bar.id);
    if (selected !== cell.selected) {
      cell.selected = selected;
      cell.element.setAttribute("aria-selected", String(selected));
    }
  }

  #name(cell: CellView, bar: GanttBar, row: number): void {
    const words = this.#stage.barWords(bar, row);
    if (words !== cell.words) {
      cell.words = words;
      cell.element.setAttribute("aria-label", words);
      cell.element.setAttribute("aria-readonly", String(!bar.editable));
      cell.element.dataset["status"] = bar.status;
      cell.element.dataset["pending"] = String(bar.pending === true);
    }
  }

  /** Over its bar, cut to what is on screen, so that its middle can always be pointed at. */
  #place(cell: CellView, bar: GanttBar, row: number, lane: number): void {
    const { viewport } = this.#stage;
    const { scale, left, right } = viewport;
    const inView = bar.end > left && bar.start < right;
    const from = inView ? Math.max(bar.start, left) : bar.start;
    const until = inView ? Math.min(bar.end, right) : bar.end;
    const width = Math.max(MIN_CELL, (until - from) * scale);
    const middle = ((from + until) / 2 - this.#origin) * scale;
    const x = (middle - width / 2).toFixed(1);
    const band = bar.status === "off";
    const y = band ? "0" : (laneTop(viewport.layout.laneIn(row, lane)) * viewport.rowScale).toFixed(1);
    const height = (band ? viewport.heightOf(row) : viewport.laneHeight).toFixed(1);
    const geometry = `${x}/${y}/${width.toFixed(1)}/${height}`;
    if (geometry === cell.geometry) return;
    cell.geometry = geometry;
    const { style } = cell.element;
    // Offsets, not transforms: hundreds of transforms would each be a node of the paint tree.
    style.left = `${x}px`;
    style.top = `${y}px`;
    style.width = `${width.toFixed(1)}px`;
    style.height = `${height}px`;
  }

  #focusElement(): HTMLElement | null {
    const { focus, schedule } = this.#stage;
    const info = schedule.rows[focus.row];
    const row = info && this.#rows.get(info.row.id);
    if (!row) return null;
    return (focus.barId === null ? undefined : row.cells.get(focus.barId)?.element) ?? row.header;
  }

  /** One element is reached by Tab: the focused one, or the first row where that is out of sight. */
  #setTabStop(): void {
    const { focus, viewport, schedule } = this.#stage;
    const inSight = focus.row >= viewport.firstRow && focus.row <= viewport.lastRow;
    const first = schedule.rows[Math.max(0, viewport.firstRow)];
    const fallback = first ? (this.#rows.get(first.row.id)?.header ?? null) : null;
    const stop = inSight || this.focused ? (this.#focusElement() ?? fallback) : fallback;
    if (stop === this.#tabStop && stop?.tabIndex === 0) return;
    if (this.#tabStop) this.#tabStop.tabIndex = -1;
    if (stop) stop.tabIndex = 0;
    this.#tabStop = stop;
    this.element.tabIndex = stop ? -1 : 0;
  }
}

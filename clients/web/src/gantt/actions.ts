/** Owns what hands and keys can do to the stage: select, focus, travel, drop, and tell the shell. */
import { type Carried, isUnmoved, type Session } from "./drag/session.ts";
import { sameSet } from "./input/selection.ts";
import type { Place, Stage } from "./stage.ts";
import { clampLeft, clampScale, perMs, scaleOf } from "./time/scale.ts";
import type { GanttBar, GanttMoveItem, Zoom } from "./types.ts";
import { laneTop } from "./view/layout.ts";
import { Travel, type ViewTarget } from "./view/motion.ts";

const TRAVEL_MS = 220;
/** How long a drop stays where it was let go while the data does not show it yet. */
const SETTLE_MS = 700;
/** Distance kept from the edges when something is brought into view. */
const MARGIN = 48;

export function select(stage: Stage, ids: Iterable<string>, anchorId: string | null): void {
  const next = new Set(ids);
  stage.anchorId = anchorId;
  if (sameSet(next, stage.selection)) return;
  stage.selection = next;
  stage.request("all");
  stage.callbacks.onSelect([...next]);
}

export function toggle(stage: Stage, id: string): void {
  const next = new Set(stage.selection);
  if (!next.delete(id)) next.add(id);
  select(stage, next, id);
}

export function selectedBars(stage: Stage): GanttBar[] {
  const bars: GanttBar[] = [];
  for (const id of stage.selection) {
    const bar = stage.schedule.bar(id);
    if (bar) bars.push(bar);
  }
  return bars;
}

export function currentView(stage: Stage): ViewTarget {
  const { left, pxPerDay, scrollY, rowScale } = stage.viewport;
  return { left, pxPerDay, scrollY, rowScale };
}

/** Flies to a view; at once where motion is reduced. */
export function travelTo(stage: Stage, target: ViewTarget, source: "user" | "program"): void {
  stage.momentum.stop();
  stage.viewSource = source;
  target.pxPerDay = clampScale(target.pxPerDay);
  target.left = clampLeft(target.left, target.pxPerDay, stage.viewport.bodyWidth);
  if (stage.reducedMotion || stage.viewport.width === 0) {
    Object.assign(stage.viewport, target);
    stage.viewport.settle();
    stage.travel = null;
  } else {
    stage.travel = new Travel(currentView(stage), target, performance.now(), TRAVEL_MS);
  }
  stage.request("all");
}

/** The view being travelled to, or the present one: what a further step starts from. */
export function aim(stage: Stage): ViewTarget {
  return stage.travel ? { ...stage.travel.target } : currentView(stage);
}

export function zoomTo(stage: Stage, zoom: Zoom, source: "user" | "program"): void {
  const { viewport } = stage;
  const target = aim(stage);
  const pxPerDay = scaleOf(zoom, viewport.bodyWidth);
  // "Now" stays where it is if it is on screen: people zoom to see today closer.
  const now = stage.options.now();
  const atNow = (now - target.left) * perMs(target.pxPerDay);
  const pivot = atNow >= 0 && atNow <= viewport.bodyWidth ? atNow : viewport.bodyWidth / 2;
  const time = target.left + pivot / perMs(target.pxPerDay);
  target.left = time - pivot / perMs(pxPerDay);
  target.pxPerDay = pxPerDay;
  if (target.rowScale < 1) {
    target.scrollY /= target.rowScale;
    target.rowScale = 1;
  }
  travelTo(stage, target, source);
}

/** Zooms time about an instant that is on screen, or about the middle. */
export function zoomBy(stage: Stage, factor: number): void {
  const { viewport } = stage;
  const target = aim(stage);
  const scale = perMs(target.pxPerDay);
  const at = (stage.focus.time - target.left) * scale;
  const pivot = stage.focusShown && at >= 0 && at <= viewport.bodyWidth ? at : viewport.bodyWidth / 2;
  const next = clampScale(target.pxPerDay * factor);
  target.left += pivot / scale - pivot / perMs(next);
  target.pxPerDay = next;
  travelTo(stage, target, "user");
}

export function goTo(stage: Stage, ms: number, source: "user" | "program"): void {
  const target = aim(stage);
  target.left = ms - stage.viewport.bodyWidth / 3 / perMs(target.pxPerDay);
  travelTo(stage, target, source);
}

/** Everything on screen: all bars across, all rows down. */
export function fit(stage: Stage, source: "user" | "program"): void {
  const { viewport, schedule } = stage;
  const extent = schedule.extent();
  const now = stage.options.now();
  const start = extent?.start ?? now - 15 * 86_400_000;
  const end = extent?.end ?? now + 15 * 86_400_000;
  const width = viewport.bodyWidth;
  const margin = Math.min(24, width * 0.02);
  const pxPerDay = clampScale(((width - 2 * margin) / (end - start)) * 86_400_000);
  const middle = (start + end) / 2;
  const height = viewport.layout.heightFor(schedule, { from: start, until: end });
  const rowScale = Math.min(1, viewport.bodyHeight / Math.max(1, height));
  travelTo(stage, { left: middle - width / 2 / perMs(pxPerDay), pxPerDay, scrollY: 0, rowScale }, source);
}

/** Scrolls as little as needed until a place is in sight; a long one shows its beginning. */
export function revealPlace(stage: Stage, place: Place, lane: number, source: "user" | "program"): void {
  const { viewport } = stage;
  if (place.row < 0) return;
  const target = aim(stage);
  const scale = perMs(target.pxPerDay);
  const x = (place.start - target.left) * scale;
  const width = (place.end - place.start) * scale;
  const room = viewport.bodyWidth;
  const margin = Math.min(MARGIN, room / 6);
  const visible = Math.min(x + width, room) - Math.max(x, 0);
  const seen = visible >= Math.min(width, room * 0.6) - 1 && visible > 0;
  if (!seen) {
    if (x < margin || width > room - 2 * margin) target.left += (x - margin) / scale;
    else if (x + width > room - margin) target.left += (x + width - room + margin) / scale;
  }
  const { layout } = viewport;
  const top = (layout.top(place.row) + laneTop(layout.laneIn(place.row, lane))) * target.rowScale;
  const low = target.scrollY + 8;
  const high = target.scrollY + viewport.bodyHeight - viewport.laneHeight - 16;
  if (top < low) target.scrollY = Math.max(0, top - 12);
  else if (top > high) target.scrollY = Math.min(viewport.maxScrollY, top - viewport.bodyHeight + viewport.laneHeight + 20);
  const still = target.left === aim(stage).left && target.scrollY === aim(stage).scrollY;
  if (!still) travelTo(stage, target, source);
}

export function revealFocus(stage: Stage): void {
  const { focus, schedule } = stage;
  const bar = focus.barId === null ? undefined : schedule.bar(focus.barId);
  if (bar) revealPlace(stage, { row: focus.row, start: bar.start, end: bar.end }, schedule.laneOf(bar), "user");
  else revealPlace(stage, { row: focus.row, start: focus.time, end: focus.time + 3_600_000 }, 0, "user");
}

export function focusBar(stage: Stage, bar: GanttBar): void {
  const { viewport } = stage;
  // Up and down keep to the part of the bar that is in sight.
  const [from, until] = [Math.max(bar.start, viewport.left), Math.min(bar.end, viewport.right)];
  stage.focus = {
    row: stage.schedule.rowIndex(bar.rowId),
    barId: bar.id,
    time: from < until ? (from + until) / 2 : bar.start,
  };
  stage.request("all");
}

/** Where somebody let go of a bar last: a refusal may come after the data went back. */
const remembered = 64;

export class Drops {
  readonly #places = new Map<string, Place>();

  remember(id: string, place: Place): void {
    this.#places.delete(id);
    this.#places.set(id, place);
    const oldest = this.#places.keys().next();
    if (this.#places.size > remembered && !oldest.done) this.#places.delete(oldest.value);
  }

  recall(id: string): Place | undefined {
    return this.#places.get(id);
  }
}

function itemOf(stage: Stage, item: Carried, bar: GanttBar): GanttMoveItem {
  return {
    id: bar.id,
    rowId: stage.rowId(item.row),
    start: item.start,
    end: item.end,
    version: bar.version,
    conflict: item.conflict,
  };
}

function settle(stage: Stage, drops: Drops, item: Carried, bar: GanttBar): void {
  const place = { row: item.row, start: item.start, end: item.end };
  drops.remember(bar.id, place);
  stage.settling.set(bar.id, { ...place, bar, until: performance.now() + SETTLE_MS });
}

/** Lets go: tells the shell what changed. Nothing is told where nothing did. */
export function drop(stage: Stage, drops: Drops): void {
  const { session, sessionVia: via } = stage;
  if (!session) return;
  stage.session = null;
  stage.request("all");
  if (session.kind !== "create") stage.callbacks.onDrag(null);
  switch (session.kind) {
    case "create":
      dropCreated(stage, session.items[0] as Carried, via);
      return;
    case "resize":
      dropResized(stage, drops, session);
      return;
    case "move":
      dropMoved(stage, drops, session);
  }
}

function dropCreated(stage: Stage, item: Carried, via: "pointer" | "keyboard"): void {
  if (item.end <= item.start) return;
  const { row, start, end, conflict } = item;
  stage.callbacks.onCreate({ rowId: stage.rowId(row), start, end, conflict, via });
}

function dropResized(stage: Stage, drops: Drops, session: Extract<Session, { kind: "resize" }>): void {
  const item = session.items[0] as Carried;
  if (!item.bar || isUnmoved(item, stage.schedule)) return;
  settle(stage, drops, item, item.bar);
  stage.callbacks.onResize({ ...itemOf(stage, item, item.bar), edge: session.edge, via: stage.sessionVia });
}

function dropMoved(stage: Stage, drops: Drops, session: Extract<Session, { kind: "move" }>): void {
  const items: GanttMoveItem[] = [];
  for (const item of session.items) {
    if (!item.bar || isUnmoved(item, stage.schedule)) continue;
    if (!session.copy) settle(stage, drops, item, item.bar);
    items.push(itemOf(stage, item, item.bar));
  }
  if (items.length === 0) return;
  stage.callbacks.onMove({ ids: items.map((item) => item.id), items, copy: session.copy, via: stage.sessionVia });
}

/** Esc: as if it had never been picked up. */
export function abandon(stage: Stage): void {
  const carrying = stage.session !== null && stage.session.kind !== "create";
  stage.session = null;
  stage.lasso = null;
  stage.request("all");
  if (carrying) stage.callbacks.onDrag(null);
}

export function takeSlot(stage: Stage, index: number): void {
  const slot = stage.slots[index];
  if (!slot) return;
  clearSlots(stage);
  stage.callbacks.onTakeSuggestion?.(slot, index);
}

export function clearSlots(stage: Stage): void {
  stage.slots = [];
  stage.activeSlot = -1;
  stage.request("overlay");
}

export function chooseSlot(stage: Stage, index: number): void {
  const slot = stage.slots[index];
  if (!slot) return;
  stage.activeSlot = index;
  const row = stage.schedule.rowIndex(slot.rowId);
  revealPlace(stage, { row, start: slot.start, end: slot.end }, 0, "program");
  const place = `${stage.rowName(row)}, ${stage.rangeWords(slot.start, slot.end)}`;
  const label = slot.label === undefined ? "" : `${slot.label}: `;
  const count = stage.slots.length;
  stage.callbacks.announce(
    `Suggestion ${String(index + 1)} of ${String(count)}. ${label}${place}. Enter takes it, Tab shows the next, Escape dismisses.`,
  );
  stage.request("overlay");
}

// A seat dragged from the list onto the schedule: best rows light up, Escape leaves everything as it was.
import type { Client } from "@production-tool/shared";

import { daysOffOf } from "../holidays/store.ts";
import type { Commands } from "../studio/commands.ts";
import { setUi, useUi } from "../studio/ui.ts";
import { currentSurface } from "../schedule/surface.ts";
import { holdSeat, offerSeat, type Held } from "./holding.ts";
import type { Seat } from "./seats.ts";
import { workingDays } from "./working-days.ts";

/** A hand that trembles does not drag. */
const THRESHOLD = 4;
/** A frame after a pause must not make the view leap. */
const LONGEST_FRAME = 50;

export interface DragIn {
  readonly client: Client;
  readonly commands: Commands;
  readonly seat: Seat;
  /** The words that travel with the hand. */
  readonly words: string;
  /** What is dragged and whether anything is: for the look of the list. */
  readonly shown: (dragging: boolean) => void;
}

type Press = Pick<PointerEvent, "button" | "pointerType" | "pointerId" | "clientX" | "clientY" | "currentTarget">;

/** Starts watching a press on an entry of the list; becomes a drag when the pointer moves on. */
export function watchDrag(event: Press, drag: DragIn): void {
  if (event.button !== 0 || event.pointerType === "touch") return;
  const stop = new AbortController();
  const from = { x: event.clientX, y: event.clientY };
  const { currentTarget: source, pointerId } = event;
  let held: Carrying | null = null;
  const end = (): void => {
    stop.abort();
    held?.end();
    held = null;
  };
  const options = { signal: stop.signal, capture: true };
  window.addEventListener(
    "pointermove",
    (move) => {
      const far = Math.hypot(move.clientX - from.x, move.clientY - from.y) >= THRESHOLD;
      if (held === null && far) {
        // What lies under the hand is not to answer it: no tips, no hovering.
        if (source instanceof Element) source.setPointerCapture(pointerId);
        held = carry(drag, end);
      }
      held?.to(move.clientX, move.clientY);
    },
    options,
  );
  window.addEventListener(
    "pointerup",
    (up) => {
      const carried = held;
      if (carried !== null) swallowClick();
      carried?.drop(up.clientX, up.clientY);
      end();
    },
    options,
  );
  window.addEventListener("pointercancel", end, options);
  window.addEventListener("blur", (event) => event.target === window && end(), options);
  window.addEventListener(
    "keydown",
    (key) => {
      if (held === null || key.key !== "Escape") return;
      key.preventDefault();
      key.stopPropagation();
      end();
    },
    options,
  );
}

/** The click that follows the end of a drag is no click on what lies there. */
function swallowClick(): void {
  const stop = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", stop, true));
}

interface Carrying {
  to(x: number, y: number): void;
  drop(x: number, y: number): void;
  end(): void;
}

function carry({ client, commands, seat, words, shown }: DragIn, end: () => void): Carrying {
  const asking = new AbortController();
  const card = document.createElement("div");
  card.className =
    "pointer-events-none fixed top-0 left-0 z-50 max-w-64 truncate rounded-md border border-accent-line bg-surface px-2.5 py-1.5 text-sm font-medium text-ink shadow-l";
  card.textContent = words;
  card.dataset["testid"] = "carried";
  document.body.append(card);
  document.documentElement.classList.add("cursor-grabbing");
  shown(true);
  // The keys go round the suggestions while the hand holds the phase.
  currentSurface()?.focus();
  void offerSeat(client, commands, seat, asking.signal, end);

  function under(x: number, y: number): Held | null {
    const at = currentSurface()?.placeAt(x, y);
    if (at == null) return null;
    const offered = useUi.getState().offers[at.slot]?.slot;
    if (offered !== undefined) return { artistId: offered.rowId, start: offered.start, end: offered.end };
    const artist = client.state.artists.get(at.rowId);
    if (artist === undefined || !artist.active) return null;
    const range = workingDays(artist, at.time, seat.days, daysOffOf(artist, client.state.tenant));
    return range === null ? null : { artistId: artist.id, ...range };
  }

  let at = { x: 0, y: 0 };
  let [frame, before] = [0, 0];
  /** Past the edge it comes in by: a hand on its way from the list pushes nothing. */
  let arrived = false;

  function follow(): void {
    const place = under(at.x, at.y);
    currentSurface()?.setIncoming(place === null ? null : { rowId: place.artistId, start: place.start, end: place.end });
  }

  /** Near an edge the schedule goes on under the hand, as under a booking that is dragged. */
  function push(now: number): void {
    const ms = Math.max(1, Math.min(LONGEST_FRAME, now - before));
    before = now;
    const moved = currentSurface()?.pushAt(at.x, at.y, ms) ?? null;
    if (moved === true) follow();
    frame = moved === null ? 0 : requestAnimationFrame(push);
  }

  return {
    to(x, y) {
      card.style.transform = `translate(${String(x + 14)}px, ${String(y + 12)}px)`;
      at = { x, y };
      follow();
      const surface = currentSurface();
      arrived ||= surface?.placeAt(x, y) != null && surface.pushAt(x, y, 0) === null;
      if (arrived && frame === 0) frame = requestAnimationFrame(push);
    },
    drop(x, y) {
      const { offers } = useUi.getState();
      const at = currentSurface()?.placeAt(x, y);
      const offer = at == null ? undefined : offers[at.slot];
      const place = under(x, y);
      setUi({ offers: [] });
      if (offer !== undefined) offer.act();
      else if (place !== null) holdSeat(client, commands, seat, place);
    },
    end() {
      asking.abort();
      cancelAnimationFrame(frame);
      card.remove();
      document.documentElement.classList.remove("cursor-grabbing");
      currentSurface()?.setIncoming(null);
      if (useUi.getState().offers.length > 0) setUi({ offers: [] });
      shown(false);
    },
  };
}

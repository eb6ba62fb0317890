// The wire between the live state and the Gantt: rows, bars, ghosts, people, selection, following.
import { rangeOf, toInstant, toMs, type Client } from "@production-tool/shared";

import type { GanttCollaborator, GanttGhost, GanttRow, GanttSurface } from "../gantt/types.ts";
import { daysOffOf, useHolidays } from "../holidays/store.ts";
import { rowOf } from "../studio/bars.ts";
import { offIdOf } from "../studio/marks.ts";
import { needsBookings, visibleArtists, type Studio } from "../studio/filters.ts";
import { useUi, type Draft, type ScheduleUi } from "../studio/ui.ts";
import { usePast } from "../history/store.ts";
import type { PastWire } from "./connect-past.ts";
import { createBarFeed } from "./bar-feed.ts";
import { useLens, type Lens } from "./lens.ts";

/** Filters that look at bookings are answered anew this often at most, so that rows do not flicker. */
const ROWS_PAUSE = 300;
const DRAFT_ID = "draft";
/** Selected bookings that others are told of; the wire takes 200. */
const MOST_TOLD = 200;

/** Starts feeding `surface` from `client` and the window's own state; gives what stops it. */
export function connectSurface(surface: GanttSurface, client: Client): () => void {
  const feed = createBarFeed(surface);
  /** Bookings that changed since the bars were last brought up to date. */
  const stirred = new Set<string>();
  const rows = createRowFeed(surface, client);
  let before = { state: null as Client["state"] | null, ui: null as ScheduleUi | null, lens: null as Lens | null };
  let past: PastWire | null = null;

  function update(): void {
    const state = client.state;
    const ui = useUi.getState();
    const { lens } = useLens.getState();
    const { state: oldState, ui: oldUi, lens: oldLens } = before;
    before = { state, ui, lens };
    const stateMoved = state !== oldState;
    const shown = usePast.getState();
    if (shown.state !== null && shown.connect !== null) {
      past ??= shown.connect(surface, client, feed, rows);
      // The present goes on unseen; what stirs meanwhile is caught up with on the way back.
      past.update(ui);
      return;
    }
    if (stateMoved || ui.filters !== oldUi?.filters || ui.view !== oldUi.view) rows.update(ui);
    // The window's own state may change first, and with it a look at the new bookings before they are told of.
    if (stateMoved || lens !== oldLens || stirred.size > 0 || ui.filters.projects !== oldUi?.filters.projects) {
      feed.update(
        {
          bookings: state.bookings,
          projects: state.projects,
          challenges: state.challenges,
          timesOff: state.timesOff,
          lines: state.lines,
          role: state.me?.role ?? "freelancer",
          pendingIds: state.pendingIds,
          inFocus: ui.filters.projects,
          lens,
        },
        stirred,
      );
      stirred.clear();
    }
    if (state.ghosts !== oldState?.ghosts) surface.setGhosts([...state.ghosts.values()].map(ghostOf));
    if (state.presence !== oldState?.presence) surface.setCollaborators(collaborators(client));
    if (ui.selection !== oldUi?.selection || lens?.id !== oldLens?.id) {
      const told = [...(lens === null ? [] : [lens.id]), ...ui.selection.filter((id) => offIdOf(id) === null)];
      client.sendPresence({ selection: told.slice(0, MOST_TOLD) });
    }
    if (ui.offers !== oldUi?.offers) surface.setSuggestions(ui.offers.map(({ slot }) => slot));
    if (ui.draft !== (oldUi?.draft ?? null)) showDraft(surface, ui.draft);
    // After the bars: the surface forgets what is selected and not there, such as a booking just placed.
    if (ui.selection !== oldUi?.selection || stateMoved || lens !== oldLens) surface.setSelection(ui.selection);
    if (ui.following !== null && (stateMoved || ui.following !== oldUi?.following))
      follow(surface, client, ui.following, rows);
    if (ui.view !== oldUi?.view && ui.view !== null) {
      const top = rows.idAt(ui.view.firstRow);
      client.sendPresence({
        view: { start: toInstant(ui.view.start), end: toInstant(ui.view.end), ...(top === undefined ? {} : { artist_id: top }) },
      });
    }
  }

  update();
  const stopChanges = client.subscribeChanges(({ kind, upserted, removed }) => {
    if (kind !== "booking") return;
    for (const id of upserted) stirred.add(id);
    for (const id of removed) stirred.add(id);
  });
  const stopClient = client.subscribe(update);
  const stopUi = useUi.subscribe(update);
  const stopLens = useLens.subscribe(update);
  const stopPast = usePast.subscribe((now, was) => {
    if (now.state === was.state && now.differences === was.differences) return;
    if (was.state !== null && now.state === null) {
      past?.leave();
      before = { state: null, ui: null, lens: null };
      stirred.clear();
    }
    update();
  });
  return () => {
    stopChanges();
    stopClient();
    stopUi();
    stopLens();
    stopPast();
    rows.stop();
  };
}

export interface RowFeed {
  update(ui: ScheduleUi): void;
  /** Who stands in a row; undefined where none is shown. */
  idAt(row: number): string | undefined;
  /** Other artists than the client's: those of the past; null for the client's again. */
  showOf(studio: Studio | null, ui: ScheduleUi): void;
  stop(): void;
}

function createRowFeed(surface: GanttSurface, client: Client): RowFeed {
  let other: Studio | null = null;
  let shown: readonly GanttRow[] | null = null;
  let source: { artists: unknown; filters: unknown } = { artists: null, filters: null };
  let made = new WeakMap<object, GanttRow>();
  const stopHolidays = useHolidays.subscribe(() => {
    made = new WeakMap();
    rebuild(useUi.getState());
  });
  let timer: ReturnType<typeof setTimeout> | null = null;

  function rebuild(ui: ScheduleUi): void {
    const studio = other ?? client.state;
    source = { artists: studio.artists, filters: ui.filters };
    const next = visibleArtists(studio, ui.filters, ui.view, client.state.me?.artist_id).map((artist) => {
      let row = made.get(artist);
      if (row === undefined) {
        row = rowOf(artist, daysOffOf(artist, client.state.tenant));
        made.set(artist, row);
      }
      return row;
    });
    const same = shown !== null && shown.length === next.length && next.every((row, index) => row === shown?.[index]);
    if (same) return;
    shown = next;
    surface.setRows(next);
    if (ui.rowsShown !== next.length) useUi.setState({ rowsShown: next.length });
  }

  return {
    update(ui) {
      if ((other ?? client.state).artists !== source.artists || ui.filters !== source.filters) {
        rebuild(ui);
      } else if (needsBookings(ui.filters) && timer === null) {
        timer = setTimeout(() => {
          timer = null;
          rebuild(useUi.getState());
        }, ROWS_PAUSE);
      }
    },
    idAt: (row) => shown?.[row]?.id,
    showOf(studio, ui) {
      other = studio;
      rebuild(ui);
    },
    stop() {
      stopHolidays();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

type LiveGhost = Client["state"]["ghosts"] extends ReadonlyMap<string, infer Ghost> ? Ghost : never;

function ghostOf(ghost: LiveGhost): GanttGhost {
  const { start, end } = rangeOf(ghost);
  return {
    key: ghost.key,
    rowId: ghost.artist_id,
    start,
    end,
    name: ghost.name,
    colour: ghost.colour,
    bookingId: ghost.booking_id,
  };
}

function collaborators(client: Client): GanttCollaborator[] {
  const { presence, me } = client.state;
  return [...presence.values()]
    .filter((person) => person.member_id !== me?.id)
    .map((person) => ({
      id: person.connection_id,
      name: person.name,
      colour: person.colour,
      selectedIds: person.selection,
    }));
}

/** The place of a booking being named is shown as a bar until it is made or given up. */
function showDraft(surface: GanttSurface, draft: Draft | null): void {
  if (draft === null) {
    surface.patchBars([], [DRAFT_ID]);
    return;
  }
  surface.patchBars(
    [
      {
        id: DRAFT_ID,
        rowId: draft.rowId,
        start: draft.start,
        end: draft.end,
        title: "New booking",
        status: "hold",
        colour: "#7c7f87",
        editable: false,
        silent: true,
        version: 1,
      },
    ],
    [],
  );
}

function follow(surface: GanttSurface, client: Client, connectionId: string, rows: RowFeed): void {
  const person = client.state.presence.get(connectionId);
  if (person === undefined) {
    useUi.setState({ following: null });
    return;
  }
  const { start, end, artist_id: top } = person.view ?? {};
  if (start == null || end == null) return;
  const at = surface.view();
  const wanted = { start: toMs(start), end: toMs(end) };
  const elsewhere = top != null && rows.idAt(at.firstRow) !== top;
  if (elsewhere || Math.abs(at.start - wanted.start) > 1000 || Math.abs(at.end - wanted.end) > 1000) {
    surface.setView(wanted.start, wanted.end, top ?? undefined);
  }
}

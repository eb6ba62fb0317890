// A scenario laid over the schedule: its changes in colour with their marks, everything else pale.
import type { Client } from "@production-tool/shared";

import type { GanttBar } from "../gantt/types.ts";
import { NO_PROJECT_COLOUR } from "../lib/colour.ts";
import { useLens, type Lens } from "../schedule/lens.ts";
import { DAY } from "../lib/time.ts";
import { currentSurface } from "../schedule/surface.ts";
import { setFilters, useUi } from "../studio/ui.ts";
import { drawnIn, nameOfDrawn, type Drawn } from "./drawn.ts";
import { createHand, type ScenarioHand } from "./scenario-hand.ts";

export interface ScenarioLens extends Lens {
  readonly hand: ScenarioHand;
  readonly clashes: Clashes;
}

/** Words by booking for what does not fit (any more). */
export type Clashes = ReadonlyMap<string, string>;

export function lensOf(client: Client, scenarioId: string, hand: ScenarioHand, clashes: Clashes): ScenarioLens {
  const { state } = client;
  const drawn = new Map(
    drawnIn(scenarioId, state.scenarioChanges.values(), state.bookings).map((each) => [each.change.booking_id, each]),
  );
  return {
    id: scenarioId,
    ids: new Set(drawn.keys()),
    hand,
    clashes,
    see(id, bar) {
      const each = drawn.get(id);
      if (each === undefined) return bar === null ? null : { ...bar, colour: NO_PROJECT_COLOUR, draft: false };
      const seen = marked(client, each, bar);
      const words = clashes.get(id);
      return seen === null || words === undefined ? seen : { ...seen, warning: words };
    },
  };
}

function marked({ state }: Client, drawn: Drawn, bar: GanttBar | null): GanttBar | null {
  const { change, after, before } = drawn;
  const editable = state.me?.role !== "freelancer";
  if (change.action === "place") return after === null ? null : placed(state, drawn, editable);
  if (bar === null) return null;
  const { segments: _, rank: __, due: ___, contest: ____, ...plain } = bar;
  if (change.action === "end") return { ...plain, mark: "removed", draft: true, editable: false };
  if (after === null || before === null) return bar;
  const was = { rowId: before.artistId, start: before.start, end: before.end };
  return { ...plain, rowId: after.artistId, start: after.start, end: after.end, mark: "moved", draft: true, proposed: was, editable };
}

function placed(state: Client["state"], drawn: Drawn, editable: boolean): GanttBar {
  const { change, after } = drawn;
  const project = state.projects.get(change.project_id ?? "");
  return {
    id: change.booking_id,
    rowId: after?.artistId ?? "",
    start: after?.start ?? 0,
    end: after?.end ?? 0,
    title: nameOfDrawn(drawn, state.projects, state.phases),
    status: change.status,
    colour: project?.colour ?? NO_PROJECT_COLOUR,
    mark: "added",
    draft: true,
    editable,
    version: change.version,
    ...(project === undefined || change.title.trim() === "" ? {} : { projectName: project.name }),
  };
}

/** Whose rows it changes. */
function touched(client: Client, scenarioId: string): Set<string> {
  const { scenarioChanges, bookings } = client.state;
  const places = drawnIn(scenarioId, scenarioChanges.values(), bookings).flatMap(({ before, after }) => [before, after]);
  return new Set(places.flatMap((place) => (place === null ? [] : [place.artistId])));
}

/** All rows, or only those that the scenario changes. */
export function showOnlyTouched(client: Client, scenarioId: string, on: boolean): void {
  setFilters({ only: on ? touched(client, scenarioId) : null });
}

function keepOnly(client: Client, scenarioId: string): void {
  const { only } = useUi.getState().filters;
  if (only === null) return;
  const now = touched(client, scenarioId);
  if (now.size !== only.size || [...now].some((id) => !only.has(id))) setFilters({ only: now });
}

const MARGIN = 2 * DAY;
/** A draft of half a year is not shown so small that nothing can be told. */
const WIDEST = 90 * DAY;

/** Brings what it changes on screen; of a plan that was made, the rows it changes alone. */
function showChanges(client: Client, scenarioId: string): void {
  const { scenarioChanges, bookings, scenarios } = client.state;
  const places = drawnIn(scenarioId, scenarioChanges.values(), bookings).flatMap(({ before, after }) => after ?? before ?? []);
  if (places.length === 0) return;
  if (scenarios.get(scenarioId)?.source !== "people") showOnlyTouched(client, scenarioId, true);
  const start = Math.min(...places.map((place) => place.start)) - MARGIN;
  const end = Math.min(start + WIDEST, Math.max(...places.map((place) => place.end)) + MARGIN);
  currentSurface()?.setView(start, end);
}

let stop: (() => void) | null = null;
let clashes: Clashes = new Map();
let refresh: (() => void) | null = null;

/** Opens a scenario over the schedule; it follows what others change, and closes when it is no more. */
export function enterScenario(client: Client, scenarioId: string): void {
  leaveScenario();
  const hand = createHand(client, scenarioId);
  let seen: { changes: unknown; bookings: unknown; clashes: unknown } | null = null;
  const update = (): void => {
    const { scenarioChanges: changes, bookings, scenarios } = client.state;
    if (scenarios.get(scenarioId)?.state !== "open") {
      // Until the first word of the server nothing is known of it yet.
      if (client.state.status === "live") leaveScenario();
      return;
    }
    if (seen?.changes === changes && seen.bookings === bookings && seen.clashes === clashes) return;
    seen = { changes, bookings, clashes };
    useLens.setState({ lens: lensOf(client, scenarioId, hand, clashes) });
    keepOnly(client, scenarioId);
  };
  refresh = update;
  stop = client.subscribe(update);
  update();
  showChanges(client, scenarioId);
}

export function leaveScenario(): void {
  stop?.();
  stop = null;
  refresh = null;
  clashes = new Map();
  if (useUi.getState().filters.only !== null) setFilters({ only: null });
  if (useLens.getState().lens !== null) useLens.setState({ lens: null });
}

/** What does not fit, as the server says: shown on the bars. */
export function showClashes(next: Clashes): void {
  clashes = next;
  refresh?.();
}

/** The scenario that is open in this window. */
export function useOpenScenario(): ScenarioLens | null {
  return useLens(({ lens }) => lens as ScenarioLens | null);
}

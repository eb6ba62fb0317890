// What this window shows and has selected: nothing here is shared with anybody or stored.
import { create } from "zustand";

import type { CommandArgs } from "@production-tool/shared";

import type { GanttContext, GanttCreate, GanttSlot, GanttView, ZoomName } from "../gantt/types.ts";
import { NO_FILTERS, type Filters } from "./filters.ts";
import type { Refusal } from "./refusal.ts";

/** A refusal with the ways out of it, each one click. */
export interface NotedRefusal extends Refusal {
  readonly ways: readonly { readonly label: string; readonly detail?: string; readonly act: () => void }[];
}

/** A free place with what taking it does. */
export interface Offer {
  readonly slot: GanttSlot;
  readonly act: () => void;
}

export type SidePanel = "artists" | "projects" | "members" | "planning";

export type OpenDialog =
  | { kind: "import" }
  | { kind: "shortcuts" }
  | { kind: "artist"; id: string | null }
  | { kind: "project"; id: string | null; name?: string }
  | { kind: "member"; id: string | null }
  | { kind: "booking"; artistId: string | null }
  | { kind: "move"; scope: MoveScope }
  | { kind: "copy"; ids: readonly string[] }
  | { kind: "bulk_refused"; refused: RefusedStep }
  | { kind: "studio" }
  | { kind: "time_off"; artistId: string | null }
  | { kind: "restore"; wish: CommandArgs["history.restore"]; name: string }
  | { kind: "series"; artistId: string | null }
  | { kind: "series_edit"; bookingId: string }
  | { kind: "find_slot"; phaseId: string | null; skill: string | null }
  | { kind: "plan" }
  | { kind: "slip"; phaseId: string };

/** What "Move by…" is about: some bookings, or all of a project that can still move. */
export type MoveScope = { kind: "bookings"; ids: readonly string[] } | { kind: "project"; id: string };

/** Why one booking of a step of many did not go along. */
export interface RefusedItem {
  /** The booking it was about; null for one that was to be made. */
  readonly bookingId: string | null;
  readonly name: string;
  readonly detail: string;
  readonly reason: string;
}

/** A step of many that was refused whole. */
export interface RefusedStep {
  readonly items: readonly RefusedItem[];
  /** How many bookings there were in the step; null where only the server knows. */
  readonly of: number | null;
  /** Does the rest of it; null where nothing would be left. */
  readonly others: (() => void) | null;
}

/** A booking about to be made: the place, and where on the screen to ask for the rest. */
export interface Draft extends Pick<GanttCreate, "rowId" | "start" | "end" | "conflict"> {
  readonly anchor: { x: number; y: number };
}

export interface ScheduleUi {
  filters: Filters;
  selection: readonly string[];
  /** True while the details panel was closed by hand although bars are selected. */
  detailsHidden: boolean;
  /** A hand is on the surface and the details were closed when it came: they stay closed until it leaves. */
  detailsHeld: boolean;
  /** The booking whose details are to take the keyboard, until they have. */
  detailsFocus: string | null;
  side: SidePanel | null;
  dialog: OpenDialog | null;
  draft: Draft | null;
  view: GanttView | null;
  /** How many artists the filters leave; null before anybody has counted. */
  rowsShown: number | null;
  zoom: ZoomName;
  /** The newest refusal by booking id, until that booking is changed or left. */
  refusals: ReadonlyMap<string, NotedRefusal>;
  /** Free places offered on the Gantt itself, the ways of the newest refusal. */
  offers: readonly Offer[];
  /** The connection whose view this window follows. */
  following: string | null;
  screen: "schedule" | "agenda" | "integrations";
  /** A menu asked for on the schedule: what it is about, and where. */
  menu: GanttContext | null;
  /** What the rows of the schedule are. */
  rows: "artists" | "projects";
  /** Projects whose phases are folded away in the plan. */
  folded: ReadonlySet<string>;
}

const START: ScheduleUi = {
  filters: NO_FILTERS,
  selection: [],
  detailsHidden: false,
  detailsHeld: false,
  detailsFocus: null,
  side: null,
  dialog: null,
  draft: null,
  view: null,
  rowsShown: null,
  zoom: "week",
  refusals: new Map(),
  offers: [],
  following: null,
  screen: "schedule",
  menu: null,
  rows: "artists",
  folded: new Set(),
};

export const useUi = create<ScheduleUi>(() => START);

export function setUi(change: Partial<ScheduleUi>): void {
  useUi.setState(change);
}

export function resetUi(): void {
  useUi.setState(START, true);
}

export function setFilters(change: Partial<Filters>): void {
  useUi.setState(({ filters }) => ({ filters: { ...filters, ...change } }));
}

export function select(ids: readonly string[]): void {
  useUi.setState(({ refusals }) => ({
    selection: ids,
    detailsHidden: false,
    offers: [],
    refusals: refusals.size === 0 ? refusals : new Map([...refusals].filter(([id]) => ids.includes(id))),
  }));
}

/** The schedule by artists, or the plan by projects; what was selected in one means nothing in the other. */
export function showRows(rows: ScheduleUi["rows"]): void {
  if (useUi.getState().rows !== rows) useUi.setState({ rows, selection: [], offers: [], draft: null });
}

export function openDetails(id: string): void {
  useUi.setState({ selection: [id], detailsHidden: false, detailsFocus: id });
}

export function openDialog(dialog: OpenDialog): void {
  useUi.setState({ dialog });
}

export function closeDialog(): void {
  useUi.setState({ dialog: null });
}

export function noteRefusal(ids: readonly string[], refusal: NotedRefusal): void {
  useUi.setState(({ refusals }) => {
    const next = new Map(refusals);
    for (const id of ids) next.set(id, refusal);
    return { refusals: next };
  });
}

export function clearRefusal(id: string): void {
  useUi.setState(({ refusals }) => {
    if (!refusals.has(id)) return {};
    const next = new Map(refusals);
    next.delete(id);
    return { refusals: next };
  });
}

/**
 * The public face of the Gantt surface: what a shell hands in, and what it is told.
 *
 * Instants are milliseconds since the epoch, UTC; every range is half-open `[start, end)`.
 * The surface never changes the data it was given: it proposes through callbacks, and the
 * shell answers by patching bars (accepted, perhaps still pending) or by `snapBack` (refused).
 */

import type { BarDrawing, Layer } from "./draw/parts.ts";
import type { Stage } from "./stage.ts";

/** Monday is 0, as in the wire format's working hours. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export interface WorkingInterval {
  readonly day: Weekday;
  /** Wall clock in the row's zone, `"HH:MM"`; an `end` of `"24:00"` is the day's end. */
  readonly start: string;
  readonly end: string;
}

/** One artist. Rows are shown in the order they are given. */
export interface GanttRow {
  readonly id: string;
  readonly name: string;
  /** A short second line, such as skills. */
  readonly detail?: string;
  /** IANA zone the working hours are meant in. */
  readonly zone: string;
  readonly working: readonly WorkingInterval[];
  /** False where nothing may be dropped or created, such as an archived artist. Default true. */
  readonly bookable?: boolean;
  /** Days on which the row's artist does not work although the week says so, in order of time. */
  readonly daysOff?: readonly { readonly start: number; readonly end: number; readonly name: string }[];
  /** What the row stands for; default "artist". Rows of a plan have a mark in `colour` instead of initials. */
  readonly kind?: "artist" | "project" | "phase";
  readonly colour?: string;
  /** Where rows below belong to this one: whether they are shown. A click or Enter asks for the other. */
  readonly expanded?: boolean;
}

/** "off" is time nobody works: a band behind the bars. The last three stand in a plan of projects. */
export type BarStatus = "hold" | "pencil" | "confirmed" | "busy" | "off" | "phase" | "summary" | "milestone";

/** Part of a bar's range with its own place in line. */
export interface BarSegment {
  readonly start: number;
  readonly end: number;
  readonly rank: number;
}

/** What a clock is running for: an answer, a hold's end, a challenge's answer, the winner's confirmation. */
export type DueKind = "answer" | "expiry" | "challenge" | "confirm";

export interface BarDue {
  readonly kind: DueKind;
  readonly at: number;
}

/** How a phase stands in its plan. */
export interface BarPlan {
  /** 0 to 100. */
  readonly progress: number;
  /** Whether a delay of it delays the project. */
  readonly critical: boolean;
  /** Until when it may end without delaying anything; equal to the bar's end where there is no slack. */
  readonly slackUntil: number;
}

export interface GanttBar {
  readonly id: string;
  readonly rowId: string;
  readonly start: number;
  readonly end: number;
  readonly title: string;
  readonly status: BarStatus;
  /** The project's colour, `#rgb` or `#rrggbb`; contrast is corrected by the surface. */
  readonly colour: string;
  readonly projectName?: string;
  /** Place in line among overlapping claims, 1 is first. Shown from 2 on, or where lanes stack. */
  readonly rank?: number;
  /** Where the place in line differs along the bar: its parts in order of time, without gaps. */
  readonly segments?: readonly BarSegment[];
  /** "challenged" has to confirm or release; "challenging" waits for others to. */
  readonly contest?: "challenged" | "challenging";
  readonly due?: BarDue;
  /** Something to be seen to, in words: "Asked for time off then". */
  readonly warning?: string;
  /** Other dates for it, drawn as a ghost beside it: proposed, or where it came to stand since. */
  readonly proposed?: { readonly start: number; readonly end: number; readonly rowId?: string };
  /** What became of it since the moment that is shown. */
  readonly mark?: "added" | "moved" | "removed" | "changed";
  /** True: that is so in a draft only, and a `proposed` place is where it stands. False: a draft is shown and leaves it as it is. */
  readonly draft?: boolean;
  /** For status "off": "requested" binds nobody yet. */
  readonly off?: "requested" | "approved" | "holiday";
  readonly plan?: BarPlan;
  /** True while a change to it is proposed but not yet acknowledged. */
  readonly pending?: boolean;
  /** True where the shell itself says what it is: no tip stands in its way. */
  readonly silent?: boolean;
  /** False where this person may look but not move. */
  readonly editable: boolean;
  readonly version: number;
}

/** A place on the surface: a row and a time range. */
export interface GanttPlace {
  readonly rowId: string;
  readonly start: number;
  readonly end: number;
}

export type LinkEdge = "start" | "end";

/** An arrow from one bar's edge to another's. */
export interface GanttLink {
  readonly id: string;
  readonly fromId: string;
  readonly fromEdge: LinkEdge;
  readonly toId: string;
  readonly toEdge: LinkEdge;
  /** What it asks for is not so: drawn in red, with a sign. */
  readonly broken: boolean;
  readonly critical: boolean;
}

/** Where a bar would come to lie because of a drag in flight. */
export interface GanttPreview extends GanttPlace {
  readonly id: string;
}

/** Somebody else's drag in flight. */
export interface GanttGhost extends GanttPlace {
  /** Stable per (connection, booking); motion is interpolated per key. */
  readonly key: string;
  /** The person's name and colour. */
  readonly name: string;
  readonly colour: string;
  /** The bar being dragged: drawn faded while its ghost travels. */
  readonly bookingId?: string;
}

/** Somebody else who looks at this schedule. */
export interface GanttCollaborator {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  /** Bars this person has selected: outlined in their colour, with their name. */
  readonly selectedIds?: readonly string[];
}

/** A proposed free place: "next slot", "other artist". */
export interface GanttSlot extends GanttPlace {
  /** Why this one, such as "Next free" or "Ben is free". */
  readonly label?: string;
}

/** Why a place is not free, in words for people. */
export interface GanttConflict {
  /** Short and complete: "Clashes with Shot 040 comp, confirmed". */
  readonly words: string;
  readonly blockingIds?: readonly string[];
}

export interface GanttMoveItem extends GanttPlace {
  readonly id: string;
  /** The version the person saw when letting go: the command's base version. */
  readonly version: number;
  /** What was known to be in the way when letting go. */
  readonly conflict: GanttConflict | null;
}

export interface GanttMove {
  readonly ids: readonly string[];
  /** Every moved bar with its new place: one batch, one undo step. */
  readonly items: readonly GanttMoveItem[];
  /** True where the person asked for copies (Shift): originals stay. */
  readonly copy: boolean;
  readonly via: "pointer" | "keyboard";
}

export interface GanttResize extends GanttMoveItem {
  readonly edge: "start" | "end";
  readonly via: "pointer" | "keyboard";
}

export interface GanttCreate extends GanttPlace {
  readonly conflict: GanttConflict | null;
  readonly via: "pointer" | "keyboard";
}

export type ZoomName = "day" | "week" | "month";
/** A named zoom, or pixels per day. */
export type Zoom = ZoomName | number;

export interface GanttView {
  readonly start: number;
  readonly end: number;
  /** The named zoom nearest to the scale. */
  readonly zoom: ZoomName;
  readonly pxPerDay: number;
  /** Indices of the first and last row on screen; -1 where there are none. */
  readonly firstRow: number;
  readonly lastRow: number;
  /** "user" where a person's hand moved it: following somebody ends there. */
  readonly source: "user" | "program";
}

export interface GanttContext {
  readonly id: string | null;
  readonly rowId: string | null;
  readonly time: number;
  /** Client coordinates, for placing a menu. */
  readonly clientX: number;
  readonly clientY: number;
}

/** What the surface asks or tells the shell. Everything but the required ones may be left out. */
export interface GanttCallbacks {
  onCreate(create: GanttCreate): void;
  onMove(move: GanttMove): void;
  onResize(resize: GanttResize): void;
  onSelect(ids: readonly string[]): void;
  /** Enter, double click, or a tap on a selected bar: open the editor (the dialog path of every drag). */
  onOpen(id: string): void;
  onDelete(ids: readonly string[]): void;
  /** Each frame of a live drag of an existing bar; null when it ended. The shell throttles what it sends. */
  onDrag(place: (GanttPlace & { readonly id: string }) | null): void;
  onViewChange(view: GanttView): void;
  /** Text for a polite live region. */
  announce(text: string): void;
  /**
   * What stands in the way of such a booking, or null. Asked within the drag's frame, so it must
   * be quick. Left out: the surface's own reading of the rules over the bars it has.
   */
  conflictAt?(
    rowId: string,
    start: number,
    end: number,
    exceptIds: readonly string[],
    status: BarStatus,
  ): GanttConflict | null;
  onTakeSuggestion?(slot: GanttSlot, index: number): void;
  onDismissSuggestions?(): void;
  /** A row that has rows below it was clicked, or Enter was pressed on it. */
  onToggleRow?(rowId: string): void;
  /** A row that has none below it was clicked by its name, or Enter was pressed on it while no bar was there. */
  onOpenRow?(rowId: string): void;
  /** An edge was dragged onto another bar's edge. */
  onLink?(link: Pick<GanttLink, "fromId" | "fromEdge" | "toId" | "toEdge">): void;
  /** The `?` key. */
  onHelp?(): void;
  /** Right click, or the menu key. */
  onContext?(context: GanttContext): void;
}

/** How a plan is drawn; made by `gantt/plan`, which is fetched only where there is a plan. */
export interface PlanParts {
  /** Below the bars: links and slack. */
  readonly under: Layer;
  /** Over everything, while something moves: what a drag pushes, a link being drawn. */
  readonly over: Layer;
  readonly bar: BarDrawing;
}

/** How full rows are; made by `gantt/heat`, which is fetched once the schedule is shown. */
export interface HeatParts {
  /** Over the bars. */
  readonly draw: Layer;
  /** What is told of a row that has the focus. */
  readonly words: (stage: Stage, row: number) => string;
}

export type ThemeName = "light" | "dark";

export interface GanttOptions {
  /** The IANA zone of the time axis. */
  readonly zone: string;
  /** The clock, in ms; asked for the "now" line and for `goTo` of today. */
  readonly now: () => number;
  readonly theme: ThemeName;
  /** BCP 47. */
  readonly locale: string;
  /** The status a new booking would get, for its conflict check. Default "hold". */
  readonly createStatus?: BarStatus;
  /** False where this person may not create: dragging over free time then selects. Default true. */
  readonly creatable?: boolean;
  readonly zoom?: Zoom;
  /** The accessible name of the grid. Default "Schedule". */
  readonly label?: string;
  /** Makes it a plan of projects: bars keep to their rows, and edges can be linked. */
  readonly plan?: PlanParts;
}

/** What `new Gantt(host, callbacks, options)` gives. */
export interface GanttSurface {
  setRows(rows: readonly GanttRow[]): void;
  /** The whole list; only what differs from the bars shown costs anything. */
  setBars(bars: readonly GanttBar[]): void;
  /** Adds or replaces `changed`, removes `removedIds`; safe in the middle of a drag. */
  patchBars(changed: readonly GanttBar[], removedIds: readonly string[]): void;
  setGhosts(ghosts: readonly GanttGhost[]): void;
  setCollaborators(people: readonly GanttCollaborator[]): void;
  /** Does not call `onSelect`. */
  setSelection(ids: readonly string[]): void;
  /** While the surface only shows: nothing can be made, and bars are as editable as they say. */
  setReadOnly(on: boolean): void;
  setZoom(zoom: Zoom): void;
  setZone(zone: string): void;
  setTheme(theme: ThemeName): void;
  /** Up to five, their rows lit; an empty list takes them away. Tab cycles, Enter takes, Esc dismisses. */
  setSuggestions(slots: readonly GanttSlot[]): void;
  /** What lies under client coordinates: a row, the time there, and which suggestion (-1: none); null beside rows. */
  placeAt(clientX: number, clientY: number): { readonly rowId: string; readonly time: number; readonly slot: number } | null;
  /** Scrolls where client coordinates are near an edge: whether the view moved, null where they are near none. */
  pushAt(clientX: number, clientY: number, ms: number): boolean | null;
  /** Where something held over the surface from outside would come to lie; null where nothing is. */
  setIncoming(place: GanttPlace | null): void;
  setLinks(links: readonly GanttLink[]): void;
  /** From now on rows say how full their weeks are. */
  setHeat(heat: HeatParts): void;
  /** Where bars would come to lie; an empty list takes them away. */
  setPreviews(previews: readonly GanttPreview[]): void;
  /** Brings an instant to a third of the view's width. */
  goTo(ms: number): void;
  /** Shows exactly this span, and this row at the top: for following a person. */
  setView(start: number, end: number, topRowId?: string): void;
  /** Zooms until every bar and every row is on screen. */
  fit(): void;
  /** Scrolls a bar into view and, where asked, gives it keyboard focus. */
  reveal(id: string, focus?: boolean): void;
  /** A refused drop: the bar glides back to where the data has it, and says why. */
  snapBack(id: string, reason: string): void;
  view(): GanttView;
  focus(): void;
  destroy(): void;
}

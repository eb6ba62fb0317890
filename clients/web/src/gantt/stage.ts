/**
 * Owns the surface's state: data, view, what the hand and the keyboard are doing, and what other
 * people are doing. Everything that draws reads it; everything that acts changes it and asks for
 * a frame.
 */
import type { Carried, Session } from "./drag/session.ts";
import type { Hit } from "./input/hit.ts";
import { conflictIn } from "./model/conflicts.ts";
import { Ghosts } from "./model/ghosts.ts";
import { Schedule } from "./model/schedule.ts";
import { Labels } from "./time/labels.ts";
import { clockFor, type ZoneClock } from "./time/zone.ts";
import type {
  BarDue,
  BarStatus,
  GanttBar,
  GanttCallbacks,
  GanttCollaborator,
  GanttConflict,
  GanttLink,
  GanttOptions,
  GanttPreview,
  GanttSlot,
  HeatParts,
  LinkEdge,
} from "./types.ts";
import { RowLayout } from "./view/layout.ts";
import { Momentum, type Travel } from "./view/motion.ts";
import { defaultPalette, PaintShop } from "./view/palette.ts";
import { TextRuler } from "./view/text.ts";
import { Viewport } from "./view/viewport.ts";
import { barWords } from "./words.ts";

/** Where the keyboard is: on a bar, or on a row at an instant. */
export interface Focus {
  row: number;
  barId: string | null;
  time: number;
}

export interface Place {
  readonly row: number;
  readonly start: number;
  readonly end: number;
}

/** A drop that the data does not show yet: drawn where it was let go, so that nothing flickers. */
export interface Settling extends Place {
  readonly bar: GanttBar;
  readonly until: number;
}

/** A refused drop on its way back. */
export interface Glide extends Place {
  readonly id: string;
  readonly begun: number;
}

/** Pixels of the surface. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A countdown's last place on screen. */
export interface Ticking {
  readonly due: BarDue;
  readonly right: number;
  readonly middle: number;
}

/** A link being drawn: from a bar's edge to the pointer, and the edge it would reach. */
export interface Linking {
  readonly fromId: string;
  readonly fromEdge: LinkEdge;
  readonly x: number;
  readonly y: number;
  readonly to: { readonly id: string; readonly edge: LinkEdge } | null;
}

export interface Fonts {
  readonly title: string;
  readonly body: string;
  readonly small: string;
  readonly strong: string;
  readonly tiny: string;
}

export function fontsOf(family: string): Fonts {
  return {
    title: `560 12.5px ${family}`,
    body: `400 12.5px ${family}`,
    small: `400 11.5px ${family}`,
    strong: `600 13px ${family}`,
    tiny: `600 10.5px ${family}`,
  };
}

/** Which canvases a change touches. */
export type Damage = "all" | "overlay";

export class Stage {
  readonly schedule = new Schedule();
  readonly layout = new RowLayout();
  readonly viewport = new Viewport(this.layout);
  readonly ghosts = new Ghosts((rowId) => this.schedule.rowIndex(rowId));
  readonly momentum = new Momentum();
  readonly callbacks: GanttCallbacks;
  readonly options: GanttOptions;
  readonly labels: Labels;
  readonly ruler: TextRuler;
  readonly request: (damage: Damage) => void;

  shown: ZoneClock;
  shop = new PaintShop(defaultPalette("light"));
  fonts = fontsOf("sans-serif");
  reducedMotion = false;
  readOnly = false;

  selection: ReadonlySet<string> = new Set();
  /** Where a range selection starts from. */
  anchorId: string | null = null;
  focus: Focus = { row: 0, barId: null, time: 0 };
  /** True while the keyboard focus is inside and was last moved by a key. */
  focusShown = false;
  hover: Hit = { kind: "nothing" };

  session: Session | null = null;
  sessionVia: "pointer" | "keyboard" = "pointer";
  lasso: Box | null = null;
  readonly settling = new Map<string, Settling>();
  readonly glides = new Map<string, Glide>();
  people: readonly GanttCollaborator[] = [];
  /** Held over the surface from outside, as a booking that does not exist yet. */
  incoming: Carried | null = null;
  slots: readonly GanttSlot[] = [];
  activeSlot = -1;
  travel: Travel | null = null;
  /** Countdowns that have come to their seconds: they tick on the overlay, over where the base left room. */
  readonly ticking: Ticking[] = [];
  heat: HeatParts | null = null;
  links: readonly GanttLink[] = [];
  previews: readonly GanttPreview[] = [];
  linking: Linking | null = null;
  /** Who moved the view last, as `onViewChange` says. */
  viewSource: "user" | "program" = "program";

  constructor(
    callbacks: GanttCallbacks,
    options: GanttOptions,
    ruler: TextRuler,
    request: (damage: Damage) => void,
  ) {
    this.callbacks = callbacks;
    this.options = options;
    this.labels = new Labels(options.locale);
    this.ruler = ruler;
    this.request = request;
    this.shown = clockFor(options.zone);
  }

  /** Whether this person may make something here and now. */
  get creatable(): boolean {
    return this.options.creatable !== false && !this.readOnly;
  }

  get pxPerDay(): number {
    return this.viewport.pxPerDay;
  }

  conflictAt(
    row: number,
    start: number,
    end: number,
    exceptIds: readonly string[],
    status: BarStatus,
  ): GanttConflict | null {
    const info = this.schedule.rows[row];
    if (!info) return null;
    if (info.row.bookable === false) return { words: `${info.row.name} cannot be booked` };
    const { conflictAt } = this.callbacks;
    if (conflictAt) return conflictAt(info.row.id, start, end, exceptIds, status);
    return conflictIn(this.schedule, info.row.id, start, end, exceptIds, status);
  }

  rowName(row: number): string {
    return this.schedule.rows[row]?.row.name ?? "";
  }

  rowId(row: number): string {
    return this.schedule.rows[row]?.row.id ?? "";
  }

  /** "3 Mar 09:00 to 5 Mar 18:00" in the axis' zone. */
  rangeWords(start: number, end: number): string {
    return this.labels.range(this.shown, start, end, this.options.now());
  }

  /** What a screen reader says of a bar. */
  barWords(bar: GanttBar, row: number): string {
    return barWords(this, bar, row);
  }

  /** The band that a place would fill on screen, in its landing lane; written into `out`. */
  boxOf(place: Place, lane: number, out: Box): Box {
    const { viewport } = this;
    out.x = viewport.xOf(place.start);
    out.width = (place.end - place.start) * viewport.scale;
    out.y = viewport.laneTop(place.row, Math.max(0, lane));
    out.height = viewport.laneHeight;
    return out;
  }
}


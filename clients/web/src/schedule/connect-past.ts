// The wire between a moment of the past and the Gantt: what was there, and what became of it since.
import type { Client } from "@production-tool/shared";

import type { GanttSurface } from "../gantt/types.ts";
import { markedBars } from "../history/marks.ts";
import { usePast } from "../history/store.ts";
import { barOf, type BarContext } from "../studio/bars.ts";
import { contestMarks, offBar, requestsByArtist } from "../studio/marks.ts";
import { useUi, type ScheduleUi } from "../studio/ui.ts";
import type { BarFeed } from "./bar-feed.ts";
import type { RowFeed } from "./connect-surface.ts";

export interface PastWire {
  update(ui: ScheduleUi): void;
  /** Back to the present: everything is handed over anew. */
  leave(): void;
}

const NOBODY: ReadonlySet<string> = new Set();

export type ConnectPast = (surface: GanttSurface, client: Client, feed: BarFeed, rows: RowFeed) => PastWire;

export const connectPast: ConnectPast = (surface, client, feed, rows) => {
  let drawn: { state: unknown; differences: unknown; filters: unknown } | null = null;
  let selected: readonly string[] | null = null;

  function draw(ui: ScheduleUi): void {
    const { state, differences } = usePast.getState();
    if (state === null) return;
    const same =
      drawn?.state === state && drawn.differences === differences && drawn.filters === ui.filters;
    if (same) return;
    const context: BarContext = {
      projects: state.projects,
      contests: contestMarks(state.challenges.values()),
      requests: requestsByArtist(state.timesOff.values()),
      // Nobody moves what is past: bars look as they do to somebody who may only look.
      role: "freelancer",
      pendingIds: NOBODY,
      inFocus: ui.filters.projects,
    };
    const bars = [...state.bookings.values()].flatMap((booking) => barOf(booking, context) ?? []);
    const offs = [...state.timesOff.values()].flatMap((off) => offBar(off) ?? []);
    const marked = differences === null ? bars : markedBars(bars, differences, { ...context, projects: client.state.projects });
    if (drawn === null) {
      surface.setReadOnly(true);
      surface.setGhosts([]);
      surface.setSuggestions([]);
    }
    drawn = { state, differences, filters: ui.filters };
    // Clocks of the past have struck: a countdown would count from the wrong side.
    surface.setBars([...offs, ...marked].map(({ due: _, ...bar }) => bar));
    // Who came since has a row as well, for what was added stands there.
    const artists = differences === null ? state.artists : new Map([...client.state.artists, ...state.artists]);
    rows.showOf({ ...state, artists }, ui);
  }

  return {
    update(ui) {
      draw(ui);
      rows.update(ui);
      if (ui.selection !== selected) {
        selected = ui.selection;
        surface.setSelection(ui.selection);
      }
    },
    leave() {
      drawn = null;
      selected = null;
      surface.setReadOnly(false);
      feed.forget();
      rows.showOf(null, useUi.getState());
    },
  };
};

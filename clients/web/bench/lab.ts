/**
 * The lab: the surface alone over a made-up studio, obedient to every proposal, for driving by hand,
 * by tests and by the benchmark. `?rows= &bars= &theme= &zoom= &refuse=1 &now=ISO`.
 */
import "@fontsource-variable/geist";

import { Gantt, type BarStatus, type GanttBar, type GanttView, type ThemeName, type Zoom } from "../src/gantt/index.ts";
import { makeStudio, type Studio } from "./data.ts";

const query = new URLSearchParams(location.search);
const numberOf = (name: string, fallback: number): number => Number(query.get(name) ?? fallback);
const fixed = query.get("now");
const now = fixed === null ? Date.now : () => Date.parse(fixed);
const theme: ThemeName = query.get("theme") === "dark" ? "dark" : "light";
const refuse = query.has("refuse");

export interface LabLog {
  readonly what: string;
  readonly detail: unknown;
}

interface Lab {
  readonly gantt: Gantt;
  readonly log: LabLog[];
  readonly bars: Map<string, GanttBar>;
  readonly studio: Studio;
  readonly timings: Record<string, number>;
  view: GanttView | null;
  patch(bar: GanttBar): void;
}

declare global {
  interface Window {
    lab: Lab;
  }
}

document.documentElement.style.colorScheme = theme;
document.body.style.background = theme === "dark" ? "#15171b" : "#fbfbfc";
const host = document.getElementById("host") as HTMLElement;
const said = document.getElementById("said") as HTMLElement;
const log: LabLog[] = [];
const bars = new Map<string, GanttBar>();
let made = 0;

function note(what: string, detail: unknown): void {
  log.push({ what, detail });
  if (log.length > 500) log.shift();
}

function put(bar: GanttBar): void {
  bars.set(bar.id, bar);
  gantt.patchBars([bar], []);
}

/** Shows the proposal as pending, then accepts or refuses it a little later, as a server would. */
function propose(bar: GanttBar, before: GanttBar | undefined): void {
  put({ ...bar, pending: true });
  setTimeout(() => {
    if (!refuse) {
      put({ ...bar, pending: false, version: bar.version + 1 });
      return;
    }
    if (before) put(before);
    gantt.snapBack(bar.id, "Clashes with Shot 210 comp, confirmed 3 Mar to 5 Mar.");
  }, numberOf("latency", 120));
}

const gantt = new Gantt(
  host,
  {
    onCreate({ rowId, start, end, via }) {
      note("create", { rowId, start, end, via });
      made += 1;
      const status: BarStatus = "hold";
      const look = { title: `New booking ${String(made)}`, status, colour: "#3b6ef5", projectName: "Northern Lights" };
      propose({ id: `made-${String(made)}`, rowId, start, end, ...look, rank: 1, editable: true, version: 1 }, undefined);
    },
    onMove({ items, copy, via }) {
      note("move", { items, copy, via });
      for (const { id, rowId, start, end } of items) {
        const bar = bars.get(id);
        if (!bar) continue;
        made += 1;
        propose({ ...bar, rowId, start, end, ...(copy ? { id: `copy-${String(made)}` } : {}) }, copy ? undefined : bar);
      }
    },
    onResize({ id, rowId, start, end, edge, via }) {
      note("resize", { id, start, end, edge, via });
      const bar = bars.get(id);
      if (bar) propose({ ...bar, rowId, start, end }, bar);
    },
    onSelect: (ids) => {
      note("select", ids);
    },
    onOpen: (id) => {
      note("open", id);
    },
    onDelete(ids) {
      note("delete", ids);
      for (const id of ids) bars.delete(id);
      gantt.patchBars([], ids);
    },
    onDrag: (place) => {
      if (place === null) note("drag-end", null);
    },
    onViewChange: (view) => {
      window.lab.view = view;
    },
    announce: (text) => {
      note("announce", text);
      said.textContent = text;
    },
    onTakeSuggestion: (slot, index) => {
      note("take", { slot, index });
    },
    onDismissSuggestions: () => {
      note("dismiss", null);
    },
    onHelp: () => {
      note("help", null);
    },
    onContext: ({ id, rowId }) => {
      note("context", { id, rowId });
    },
  },
  {
    zone: query.get("zone") ?? "Europe/Madrid",
    now,
    theme,
    locale: query.get("locale") ?? "en-GB",
    zoom: (query.get("zoom") ?? "week") as Zoom,
  },
);

const studio = makeStudio(numberOf("rows", 40), numberOf("bars", 600), now());
window.lab = { gantt, log, bars, studio, timings: {}, view: null, patch: put };
for (const bar of studio.bars) bars.set(bar.id, bar);
const handed = performance.now();
gantt.setRows(studio.rows);
gantt.setBars(studio.bars);
window.lab.timings["handOver"] = performance.now() - handed;
requestAnimationFrame(() => {
  // A task after the frame's own work: everything of the first render is done by then.
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    window.lab.timings["firstRender"] = performance.now() - handed;
    document.body.dataset["ready"] = "true";
  };
  channel.port2.postMessage(null);
});

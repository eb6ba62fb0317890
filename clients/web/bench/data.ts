/** Makes studios of any size for the lab and the benchmark: the same seed gives the same studio. */
import type { BarStatus, GanttBar, GanttRow, WorkingInterval } from "../src/gantt/index.ts";
import { clockFor, DAY, HOUR } from "../src/gantt/time/zone.ts";

/** Mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const FIRST = ["Ana", "Ben", "Chloé", "Dmitri", "Elif", "Farid", "Greta", "Hiro", "Inês", "Jonas", "Keiko", "Luca", "Maya", "Noor", "Oskar", "Priya", "Quinn", "Rosa", "Sven", "Tomás"];
const LAST = ["Ruiz", "Okafor", "Martin", "Volkov", "Yıldız", "Haddad", "Lindqvist", "Tanaka", "Costa", "Becker", "Mori", "Bianchi", "Patel", "Aziz", "Berg", "Nair", "Doyle", "Vega", "Holm", "Silva"];
const SKILLS = ["Compositing", "Lighting", "FX, Houdini", "Animation", "Editing", "Colour grading", "Matte painting", "Rigging", "Motion design", "Sound design"];
const ZONES = ["Europe/Madrid", "Europe/Madrid", "Europe/Madrid", "Europe/London", "America/New_York", "Asia/Tokyo"];
const PROJECTS = [
  { name: "Northern Lights", colour: "#3b6ef5" },
  { name: "Harbour", colour: "#0f9d8a" },
  { name: "Saffron", colour: "#f2a516" },
  { name: "Velvet Hour", colour: "#8b45d6" },
  { name: "Red Kite", colour: "#e0403a" },
  { name: "Low Tide", colour: "#2ba3d4" },
  { name: "Paper Moon", colour: "#d64a94" },
  { name: "Fernweh", colour: "#5a9a2b" },
] as const;
const TASKS = ["comp", "lighting", "layout", "animation", "cleanup", "grade", "edit", "rig", "lookdev", "matchmove"];

const OFFICE: WorkingInterval[] = ([0, 1, 2, 3, 4] as const).map((day) => ({ day, start: "09:00", end: "18:00" }));
const SPLIT: WorkingInterval[] = ([0, 1, 2, 3, 4] as const).flatMap((day) => [
  { day, start: "08:30", end: "13:00" },
  { day, start: "14:30", end: "18:00" },
]);
const WEEKEND: WorkingInterval[] = ([2, 3, 4, 5, 6] as const).map((day) => ({ day, start: "10:00", end: "19:00" }));

export interface Studio {
  readonly rows: readonly GanttRow[];
  readonly bars: readonly GanttBar[];
}

export function makeStudio(rowCount: number, barCount: number, now: number, seed = 7): Studio {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const rows: GanttRow[] = [];
  for (let index = 0; index < rowCount; index += 1) {
    const week = random();
    rows.push({
      id: `artist-${String(index)}`,
      name: `${FIRST[index % FIRST.length] as string} ${LAST[(index * 7 + Math.floor(index / FIRST.length)) % LAST.length] as string}`,
      detail: pick(SKILLS),
      zone: pick(ZONES),
      working: week < 0.8 ? OFFICE : week < 0.92 ? SPLIT : WEEKEND,
    });
  }
  const bars: GanttBar[] = [];
  const perRow = barCount / rowCount;
  for (const [index, row] of rows.entries()) {
    const clock = clockFor(row.zone);
    const wanted = Math.floor((index + 1) * perRow) - Math.floor(index * perRow);
    let day = Math.floor(now / DAY) - Math.floor(wanted * 2.4) + Math.floor(random() * 5);
    let lineEnd = 0;
    for (let made = 0; made < wanted; made += 1) {
      const length = 1 + Math.floor(random() * 5);
      const status: BarStatus = random() < 0.42 ? "confirmed" : random() < 0.5 ? "pencil" : random() < 0.9 ? "hold" : "busy";
      const overlaps = status === "hold" && lineEnd > day && random() < 0.75;
      if (!overlaps) day = Math.max(day, lineEnd);
      const start = clock.fromLocal(day * DAY + 9 * HOUR);
      const end = clock.fromLocal((day + length - 1) * DAY + 18 * HOUR);
      const project = pick(PROJECTS);
      bars.push({
        id: `booking-${String(bars.length)}`,
        rowId: row.id,
        start,
        end,
        title: status === "busy" ? "Busy" : `Shot ${String(10 * (1 + Math.floor(random() * 90))).padStart(3, "0")} ${pick(TASKS)}`,
        status,
        colour: project.colour,
        ...(status === "busy" ? {} : { projectName: project.name }),
        ...(status === "hold" ? { rank: overlaps ? 2 : 1 } : {}),
        editable: status !== "busy",
        version: 1,
      });
      lineEnd = Math.max(lineEnd, day + length);
      day += Math.max(1, Math.floor(length * (0.5 + random() * 0.9)));
    }
  }
  return { rows, bars };
}

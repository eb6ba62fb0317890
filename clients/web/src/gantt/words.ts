/** Owns what is said of a bar: to screen readers in full, in the tip line by line. */
import type { Stage } from "./stage.ts";
import type { BarDue, BarStatus, DueKind, GanttBar } from "./types.ts";

const ORDINALS = new Intl.PluralRules("en", { type: "ordinal" });
const SUFFIX: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
const made: string[] = [];

export function ordinal(rank: number): string {
  return (made[rank] ??= `${String(rank)}${SUFFIX[ORDINALS.select(rank)] ?? "th"}`);
}

const STATUS: Record<BarStatus, string> = {
  hold: "Hold",
  pencil: "Pencil",
  confirmed: "Confirmed",
  busy: "Busy",
  off: "Off",
  phase: "Phase",
  summary: "Project",
  milestone: "Milestone",
};

const DUE: Record<DueKind, string> = {
  answer: "answer due",
  expiry: "expires",
  challenge: "challenge to be answered by",
  confirm: "to be confirmed by",
};

function dueWords(stage: Stage, due: BarDue): string {
  return `${DUE[due.kind]} ${stage.labels.moment(stage.shown, due.at, stage.options.now())}`;
}

/** "2nd in line", or "3rd in line until 4 Mar 09:00, then 1st". */
export function rankWords(stage: Stage, bar: GanttBar): string {
  if (bar.status !== "hold" || bar.rank === undefined) return "";
  const { segments } = bar;
  if (!segments || segments.length < 2) return `${ordinal(bar.rank)} in line`;
  const now = stage.options.now();
  return segments
    .map(({ rank, end }, index) => {
      const place = index === 0 ? `${ordinal(rank)} in line` : ordinal(rank);
      if (index === segments.length - 1) return place;
      return `${place} until ${stage.labels.moment(stage.shown, end, now)}, then`;
    })
    .join(" ");
}

/** What is to be known besides range and status, each a phrase. */
export function notes(stage: Stage, bar: GanttBar): string[] {
  const said: string[] = [];
  if (bar.contest === "challenged") said.push("challenged");
  if (bar.contest === "challenging") said.push("challenging those ahead");
  if (bar.due) said.push(dueWords(stage, bar.due));
  if (bar.proposed) said.push(ghostWords(stage, bar, bar.proposed));
  if (bar.mark) said.push(`${bar.mark} ${bar.draft === true ? "in the scenario" : "since"}`);
  if (bar.warning !== undefined) said.push(bar.warning);
  if (bar.plan) said.push(...planWords(stage, bar, bar.plan));
  if (bar.pending === true) said.push("being saved");
  return said;
}

function ghostWords(stage: Stage, bar: GanttBar, { start, end, rowId }: NonNullable<GanttBar["proposed"]>): string {
  const range = stage.rangeWords(start, end);
  if (bar.mark === undefined) return `other dates proposed: ${range}`;
  const row = rowId === undefined || rowId === bar.rowId ? "" : `${stage.rowName(stage.schedule.rowIndex(rowId))}, `;
  return `now ${row}${range}`;
}

function planWords(stage: Stage, bar: GanttBar, plan: NonNullable<GanttBar["plan"]>): string[] {
  const said = bar.status === "milestone" ? [] : [`${String(plan.progress)} % done`];
  if (plan.critical) said.push("on the critical path");
  else if (plan.slackUntil > bar.end) said.push(`${stage.labels.duration(plan.slackUntil - bar.end)} of slack`);
  return said;
}

/** The status, with the place in line where there is one. */
export function statusWords(stage: Stage, bar: GanttBar): string {
  const rank = rankWords(stage, bar);
  return rank === "" ? STATUS[bar.status] : `${STATUS[bar.status]}, ${rank}`;
}

export function barWords(stage: Stage, bar: GanttBar, row: number): string {
  const who = stage.rowName(row);
  const range = stage.rangeWords(bar.start, bar.end);
  const lead = who === bar.title ? who : `${who}, ${bar.title}`;
  const status = bar.status === "off" ? [] : [statusWords(stage, bar).toLowerCase()];
  const project = bar.projectName === undefined ? [] : [bar.projectName];
  return [lead, ...status, range, ...project, ...notes(stage, bar)].join(", ");
}

/** The tip's lines below its title. */
export function tipLines(stage: Stage, bar: GanttBar): string[] {
  const range = stage.rangeWords(bar.start, bar.end).replace(" to ", " – ");
  const project = bar.projectName === undefined ? "" : ` · ${bar.projectName}`;
  const status = bar.status === "off" ? [] : [`${statusWords(stage, bar)}${project}`];
  return [range, ...status, ...notes(stage, bar).map(sentence)];
}

function sentence(words: string): string {
  return words === "being saved" ? "Being saved …" : words.charAt(0).toUpperCase() + words.slice(1);
}

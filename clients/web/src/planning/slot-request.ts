// What "Find a slot" asks for, as its fields hold it, and what the fields mean.
import type { Client, Phase } from "@production-tool/shared";

import { addDays, DAY, instantOf, wallClock } from "../lib/time.ts";
import { seatsOf, windowsOf } from "./seats.ts";
import type { Question } from "./suggestions.ts";

export type Lengths = "days" | "half_days" | "hours";

export interface Request {
  readonly length: string;
  readonly unit: Lengths;
  readonly skills: readonly { readonly name: string; readonly level: number }[];
  readonly from: string;
  /** The last day, inclusive. */
  readonly to: string;
  readonly projectId: string | null;
  readonly budget: string;
  readonly currency: string;
  readonly inLine: boolean;
}

type State = Pick<Client["state"], "projects" | "bookings" | "artists">;

/** What to begin with: what a phase still misses, or a week of anybody in the next twelve. */
export function requestFor(
  { projects, bookings, artists }: State,
  phase: Phase | undefined,
  skill: string | null,
  zone: string,
  now: number,
): Request {
  const currency = [...artists.values()].find(({ rate }) => rate != null)?.rate?.currency ?? "EUR";
  const open = { budget: "", currency, inLine: true };
  if (phase === undefined) {
    const to = wallClock(now + 84 * DAY, zone).date;
    return { ...open, length: "5", unit: "days", skills: [], from: wallClock(now, zone).date, to, projectId: null };
  }
  const project = projects.get(phase.project_id);
  const booked = [...bookings.values()].filter((each) => "phase_id" in each && each.phase_id === phase.id);
  const seats = project === undefined ? [] : seatsOf(phase, project, booked, artists);
  const seat = seats.find((each) => each.skill?.name === skill) ?? seats[0];
  const days = seat?.days ?? Math.max(0.5, Math.ceil(phase.duration_hours / 4) / 2);
  const named = phase.skills.filter(({ name }) => name === (skill ?? seat?.skill?.name ?? phase.skills[0]?.name));
  // Beyond the planned dates as well: what is best is seen beside what is planned.
  const window = windowsOf(phase, now).at(-1) ?? { start: now, end: now + 84 * DAY };
  return {
    ...open,
    length: String(days % 1 === 0 ? days : days * 2),
    unit: days % 1 === 0 ? "days" : "half_days",
    skills: named.map(({ name, level }) => ({ name, level })),
    from: wallClock(window.start, zone).date,
    to: wallClock(window.end - 1, zone).date,
    projectId: phase.project_id,
  };
}

export type Read =
  | { readonly ok: true; readonly question: Question }
  | { readonly ok: false; readonly problem: { readonly field: string; readonly message: string } };

const MOST: Record<Lengths, number> = { days: 260, half_days: 520, hours: 2000 };

/** The question the fields mean, or which of them is wrong and how. */
export function questionOf(request: Request, zone: string): Read {
  const wrong = (field: string, message: string): Read => ({ ok: false, problem: { field, message } });
  const length = Number(request.length.replace(",", "."));
  const step = request.unit === "hours" ? 0.5 : 1;
  if (!(length > 0) || length > MOST[request.unit] || length % step !== 0) {
    return wrong("length", step === 1 ? "A whole number, such as 3." : "Half hours, such as 2.5.");
  }
  const start = instantOf({ date: request.from, time: "00:00" }, zone);
  const last = instantOf({ date: request.to, time: "00:00" }, zone);
  if (start === null) return wrong("from", "Enter a date.");
  if (last === null) return wrong("to", "Enter a date.");
  const end = addDays(last, 1, zone);
  if (end <= start) return wrong("to", "Ends before it starts.");
  if (end <= Date.now()) return wrong("to", "That is over already.");
  if (end - start > 366 * DAY) return wrong("to", "At most a year.");
  const amount = Number(request.budget.replace(",", "."));
  const paid = request.budget.trim() !== "";
  if (paid && !(amount > 0)) return wrong("budget", "A number, such as 450.");
  if (paid && !/^[A-Z]{3}$/u.test(request.currency)) return wrong("budget", "Three letters, such as EUR.");
  return {
    ok: true,
    question: {
      start,
      end,
      ...(request.unit === "hours" ? { hours: length } : { days: request.unit === "days" ? length : length / 2, halfDays: request.unit === "half_days" }),
      skills: request.skills,
      projectId: request.projectId,
      budget: paid ? { amount, currency: request.currency } : null,
      inLine: request.inLine,
    },
  };
}

// The server's best slots for a piece of work, and their scores in few words.
import { toInstant } from "@production-tool/shared";

import { call } from "../session/api.ts";

export interface Part {
  readonly name: "skill" | "earliest" | "continuity" | "balance" | "cost" | "rank" | "preference" | "fragmentation";
  readonly points: number;
  readonly of: number;
  readonly text: string;
}

export interface Suggestion {
  readonly artist_id: string;
  readonly artist_name: string;
  readonly start: string;
  readonly end: string;
  readonly granularity: "day" | "half_day" | "time";
  readonly rank: number;
  readonly score: number;
  readonly parts: readonly Part[];
}

export interface Found {
  readonly suggestions: readonly Suggestion[];
  readonly considered: number;
  readonly why_none: string;
}

export interface Question {
  readonly start: number;
  readonly end: number;
  readonly days?: number;
  readonly halfDays?: boolean;
  readonly hours?: number;
  readonly skills?: readonly { readonly name: string; readonly level: number }[];
  readonly projectId?: string | null;
  readonly phaseId?: string | null;
  /** Others than this artist, with the skill that the work needs of them. */
  readonly insteadOf?: string;
  readonly preferred?: readonly string[];
  readonly budget?: { readonly amount: number; readonly currency: string } | null;
  readonly inLine?: boolean;
  readonly limit?: number;
  readonly perArtist?: number;
}

export async function askSuggestions(question: Question, signal?: AbortSignal): Promise<Found> {
  const { days, hours, skills = [], projectId, phaseId, insteadOf, preferred = [], budget } = question;
  const half = question.halfDays === true || (days !== undefined && days % 1 !== 0);
  const json = {
    start: toInstant(question.start),
    end: toInstant(question.end),
    ...(days === undefined ? {} : { days, half_days: half }),
    ...(hours === undefined ? {} : { hours }),
    ...(skills.length === 0 ? {} : { skills: skills.map(({ name, level }) => ({ name, level, days: 0 })) }),
    ...(projectId == null ? {} : { project_id: projectId }),
    ...(phaseId == null ? {} : { phase_id: phaseId }),
    ...(insteadOf === undefined ? {} : { instead_of: insteadOf }),
    ...(preferred.length === 0 ? {} : { preferred_artist_ids: preferred }),
    ...(budget == null ? {} : { budget_per_day: budget }),
    in_line: question.inLine ?? true,
    limit: question.limit ?? 5,
    per_artist: question.perArtist ?? 1,
  };
  const { data } = await call<Found>("suggestions", { json, ...(signal === undefined ? {} : { signal }) });
  return data;
}

/** Parts that tell one artist from another, the most telling first. */
const TELLING: readonly Part["name"][] = ["rank", "continuity", "preference", "skill", "cost", "earliest", "balance"];
const GOOD = 0.8;
const BAD = 0.3;

function share({ points, of }: Part): number {
  return of === 0 ? 0 : points / of;
}

/** "already on the project, first in line; but 80 over the budget". */
export function reasonsOf(suggestion: Pick<Suggestion, "parts">, most = 2): string {
  const parts = TELLING.flatMap((name) => suggestion.parts.find((part) => part.name === name) ?? []);
  const good = parts.filter((part) => share(part) >= GOOD).slice(0, most);
  const [bad] = parts.filter((part) => share(part) <= BAD);
  const praise = good.map(({ text }) => text).join(", ");
  const but = bad === undefined ? "" : bad.text;
  if (praise === "") return but === "" ? "a fair fit" : but;
  return but === "" ? praise : `${praise}; but ${but}`;
}

export const PART_NAMES: Record<Part["name"], string> = {
  earliest: "How early",
  skill: "Skill",
  rank: "Place in line",
  continuity: "Continuity",
  balance: "Balance",
  cost: "Cost",
  preference: "Preference",
  fragmentation: "Gaps left",
};

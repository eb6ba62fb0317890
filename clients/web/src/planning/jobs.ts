// Plans asked of the solver: the calls, what the server tells of them, and how each has improved so far.
import { create } from "zustand";

import type { Client, SolverJob } from "@production-tool/shared";

import { call } from "../session/api.ts";

export type Job = SolverJob;
export type JobProgress = NonNullable<Job["progress"]>;
export type LeftOut = NonNullable<Job["unplaced"]>[number];

/** What to do about something that happened. */
export type Trouble =
  | { readonly kind: "absence"; readonly artist_id: string; readonly start: string; readonly end: string }
  | { readonly kind: "slip"; readonly phase_id: string; readonly days: number }
  | { readonly kind: "cancellation"; readonly booking_id: string };

export interface JobWish {
  readonly kind: Job["kind"];
  readonly name: string;
  /** Days, both included. */
  readonly start?: string;
  readonly end?: string;
  readonly project_ids?: readonly string[];
  readonly phase_ids?: readonly string[];
  readonly budget_seconds?: number;
  readonly seed?: number;
  readonly event?: Trouble;
}

/** One better plan: when, and at what price. */
export interface Point {
  readonly seconds: number;
  /** Of what has a place: what is left out has a price of its own, far above everything. */
  readonly price: number;
  readonly placed: number;
  readonly unplaced: number;
}

interface Known {
  readonly jobs: ReadonlyMap<string, Job>;
  /** How each job got better, as far as this window saw it. */
  readonly points: ReadonlyMap<string, readonly Point[]>;
  /** Ended jobs that were seen to. */
  readonly dismissed: ReadonlySet<string>;
  readonly fault: unknown;
}

export const useJobs = create<Known>(() => ({ jobs: new Map(), points: new Map(), dismissed: new Set(), fault: null }));

/** More points than a chart has pixels help nobody. */
const MOST_POINTS = 400;

const OVER: ReadonlySet<Job["state"]> = new Set(["done", "failed", "cancelled"]);

export function isOver({ state }: Job): boolean {
  return OVER.has(state);
}

export function noteJob(job: Job): void {
  useJobs.setState(({ jobs, points }) => {
    const known = jobs.get(job.id);
    // What is over stays so, whatever comes late.
    if (known !== undefined && isOver(known) && !isOver(job)) return {};
    return { jobs: new Map(jobs).set(job.id, job), points: withPoint(points, job) };
  });
}

export function priceOf({ score, price }: Pick<JobProgress, "score" | "price">): number {
  return score - (price.unplaced ?? 0);
}

export function withPoint(points: Known["points"], { id, progress }: Pick<Job, "id" | "progress">): Known["points"] {
  if (progress == null) return points;
  const line = points.get(id) ?? [];
  const last = line.at(-1);
  const { seconds, placed, unplaced } = progress;
  const point: Point = { seconds, price: priceOf(progress), placed, unplaced };
  // A second attempt begins anew.
  const kept = last !== undefined && seconds < last.seconds ? [] : line;
  const same = kept.length > 1 && last?.price === point.price && last.placed === placed;
  return new Map(points).set(id, [...(same ? kept.slice(0, -1) : kept), point].slice(-MOST_POINTS));
}

export function dismissJob(id: string): void {
  useJobs.setState(({ dismissed }) => ({ dismissed: new Set(dismissed).add(id) }));
}

/** An ended job without a scenario, or that failed, is shown for so long. */
const RECENT = 15 * 60_000;

export function isRecent(job: Job, now: number): boolean {
  return job.ended_at == null || now - Date.parse(job.ended_at) < RECENT;
}

export async function startJob(wish: JobWish): Promise<Job> {
  const { data } = await call<Job>("solver-jobs", { json: wish });
  noteJob(data);
  return data;
}

/** With `keep` the best plan so far becomes a scenario all the same. */
export async function stopJob(id: string, keep: boolean): Promise<void> {
  const { data } = await call<Job>(`solver-jobs/${id}/cancel`, { json: { keep } });
  noteJob(data);
}

async function readJobs(): Promise<void> {
  const { data } = await call<Job[]>("solver-jobs");
  for (const job of data) noteJob(job);
}

/** Where no word comes by the socket, the jobs under way are asked after. */
const LOOK = 2000;
const SILENT = 1800;

function isJob(value: unknown): value is Job {
  return typeof value === "object" && value !== null && "id" in value && "state" in value && "kind" in value;
}

const watched = new WeakSet<Client>();

/**
 * Keeps the jobs of a sign-in up to date from now on; `ended` hears of each that comes to its end.
 * Asks only while one is under way and the socket says nothing.
 */
export function watchJobs(client: Client, ended: (job: Job) => void): void {
  if (watched.has(client)) return;
  watched.add(client);
  useJobs.setState({ jobs: new Map(), points: new Map(), dismissed: new Set(), fault: null });
  let heard = 0;
  let timer: ReturnType<typeof setInterval> | null = null;
  const look = (): void => {
    if (client.state.status === "live" && performance.now() - heard > SILENT) void lookAtJobs();
  };
  useJobs.subscribe(({ jobs }, { jobs: before }) => {
    if (jobs === before) return;
    const under = [...jobs.values()].some((job) => !isOver(job));
    if (under) timer ??= setInterval(look, LOOK);
    else if (timer !== null) {
      clearInterval(timer);
      timer = null;
    }
    for (const job of jobs.values()) {
      const was = before.get(job.id);
      if (was !== undefined && !isOver(was) && isOver(job)) ended(job);
    }
  });
  client.subscribeMessages(({ name, body }) => {
    if (name !== "progress" || !isJob(body)) return;
    heard = performance.now();
    noteJob(body);
  });
  let live = client.state.status === "live";
  client.subscribe(() => {
    const now = client.state.status === "live";
    if (now && !live) void lookAtJobs();
    live = now;
  });
  void lookAtJobs();
}

let asking: Promise<void> | null = null;

/** Asks the server for the newest jobs. */
export function lookAtJobs(): Promise<void> {
  asking ??= readJobs()
    .then(
      () => useJobs.setState({ fault: null }),
      (fault: unknown) => useJobs.setState({ fault }),
    )
    .finally(() => (asking = null));
  return asking;
}

// One plan that was asked for: waiting, getting better before one's eyes, or what came of it.
import { CircleAlert, CircleCheck, Hourglass, X } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";

import { plural } from "../lib/format.ts";
import { inWords } from "../session/api.ts";
import { useClient, useLive } from "../studio/live.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { toast } from "../ui/toasts.ts";
import { betterBy, JobChart } from "./job-chart.tsx";
import { dismissJob, isOver, priceOf, stopJob, useJobs, type Job, type Point } from "./jobs.ts";
import { enterScenario } from "./scenario-lens.ts";
import { LeftOutList } from "./left-out.tsx";

const NO_POINTS: readonly Point[] = [];

export function JobCard({ job }: { job: Job }) {
  const points = useJobs((known) => known.points.get(job.id) ?? NO_POINTS);
  return (
    <article
      aria-label={job.name}
      data-testid="job"
      data-state={job.state}
      className="grid grid-cols-1 gap-2.5 rounded-lg border border-line bg-surface p-3 shadow-s"
    >
      <Head job={job} />
      {isOver(job) ? <Ended job={job} /> : job.state === "queued" ? <Waiting job={job} /> : <Running job={job} points={points} />}
      <p role="status" className="sr-only">
        {job.name}: {STATE_WORDS[job.state]}
      </p>
    </article>
  );
}

const STATE_WORDS: Record<Job["state"], string> = {
  queued: "waiting for its turn",
  running: "being planned",
  done: "ready",
  failed: "no plan",
  cancelled: "stopped",
};

const ICONS: Partial<Record<Job["state"], ReactNode>> = {
  queued: <Hourglass aria-hidden size={15} className="text-ink-3" />,
  done: <CircleCheck aria-hidden size={15} className="text-good" />,
  // Shown only where its best plan was kept.
  cancelled: <CircleCheck aria-hidden size={15} className="text-good" />,
  failed: <CircleAlert aria-hidden size={15} className="text-bad" />,
};

function Head({ job }: { job: Job }) {
  const me = useLive((state) => state.me?.id);
  const by = job.created_by === me ? "" : ` · ${job.created_by_name}`;
  return (
    <div className="flex items-start gap-2">
      <span className="mt-0.5 shrink-0">
        {ICONS[job.state] ?? (
          <span aria-hidden className="block size-3.5 rounded-full border-2 border-accent border-t-transparent animate-turn" />
        )}
      </span>
      <div className="min-w-0 flex-1">
        <h3 className="truncate text-sm font-semibold">{job.name}</h3>
        <p className="text-xs text-ink-3 first-letter:uppercase">
          {STATE_WORDS[job.state]}
          {by}
        </p>
      </div>
      {isOver(job) && (
        <IconButton label={`Dismiss ${job.name}`} icon={<X size={14} />} className="-mt-1 -mr-1 size-6" onClick={() => dismissJob(job.id)} />
      )}
    </div>
  );
}

function Waiting({ job }: { job: Job }) {
  const place = job.position == null || job.position <= 1 ? "Next in turn." : `Number ${job.position} in turn.`;
  return (
    <>
      <p className="text-sm text-ink-2">
        {job.worker_alive === false ? "Nobody is there to plan right now; it begins as soon as a planner starts." : place}
      </p>
      <Stops job={job} keep={false} />
    </>
  );
}

/** Seconds since the search began: what was told last, and what has passed since. */
function useSeconds(told: number, budget: number): number {
  const [now, setNow] = useState(() => ({ told, at: performance.now(), shown: told }));
  useEffect(() => {
    const at = performance.now();
    setNow({ told, at, shown: told });
    const timer = setInterval(() => setNow({ told, at, shown: told + (performance.now() - at) / 1000 }), 250);
    return () => clearInterval(timer);
  }, [told]);
  return Math.min(budget, now.shown);
}

function Running({ job, points }: { job: Job; points: readonly Point[] }) {
  const { progress } = job;
  const budget = progress?.budget ?? job.budget_seconds;
  const seconds = useSeconds(progress?.seconds ?? 0, budget);
  const better = betterBy(points);
  return (
    <>
      {progress != null && (
        <>
          <JobChart points={points} budget={budget} words={chartWords(points, better)} />
          <dl className="grid grid-cols-3 gap-2 text-xs">
            <Figure label="Placed">
              {progress.placed} of {progress.placed + progress.unplaced}
            </Figure>
            <Figure label="Price">{priceOf(progress).toLocaleString("en")}</Figure>
            <Figure label="Since the first">{better > 0 ? `−${better} %` : "the same"}</Figure>
          </dl>
        </>
      )}
      <div className="flex items-center gap-2">
        <span
          role="progressbar"
          aria-label={`Time used by ${job.name}`}
          aria-valuemin={0}
          aria-valuemax={Math.round(budget)}
          aria-valuenow={Math.round(seconds)}
          className="block h-1.5 flex-1 overflow-hidden rounded-full bg-pressed"
        >
          <span className="block h-full rounded-full bg-accent" style={{ width: `${(100 * seconds) / budget}%` }} />
        </span>
        <span className="tabular text-xs text-ink-2">
          {Math.floor(seconds)} of {Math.round(budget)} s
        </span>
      </div>
      <Stops job={job} keep={progress != null && job.kind !== "challenge"} />
    </>
  );
}

function chartWords(points: readonly Point[], better: number): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return "No plan yet";
  return `${last.placed} of ${last.placed + last.unplaced} placed after ${Math.round(last.seconds)} seconds; the price fell by ${better} percent to ${last.price}`;
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-ink-3">{label}</dt>
      <dd className="tabular text-sm font-medium">{children}</dd>
    </div>
  );
}

function Stops({ job, keep }: { job: Job; keep: boolean }) {
  const [busy, setBusy] = useState(false);
  const stop = (kept: boolean): void => {
    setBusy(true);
    stopJob(job.id, kept).catch((fault: unknown) => {
      setBusy(false);
      toast({ tone: "bad", title: "Not stopped", text: inWords(fault) });
    });
  };
  return (
    <div className="flex flex-wrap gap-2">
      {keep && (
        <Button size="s" weight="primary" disabled={busy} onClick={() => stop(true)}>
          Keep the best so far
        </Button>
      )}
      <Button size="s" disabled={busy} onClick={() => stop(false)}>
        {busy ? "Stopping…" : "Stop"}
      </Button>
    </div>
  );
}

function outcomeWords({ scenario_id: scenarioId, changes = 0, unplaced = [] }: Job): string {
  const left = unplaced.length === 0 ? "" : `${unplaced.length} without a place`;
  if (scenarioId == null) return left === "" ? "Nothing has to change: it is as good as it gets." : `Nothing to change, ${left}.`;
  return left === "" ? plural(changes, "change") : `${plural(changes, "change")}, ${left}`;
}

function Ended({ job }: { job: Job }) {
  const client = useClient();
  const open = useLive((state) => job.scenario_id != null && state.scenarios.has(job.scenario_id));
  const { scenario_id: scenarioId, unplaced = [], steps = [] } = job;
  return (
    <>
      {job.error != null && <p className="text-sm text-bad">{job.error.message}</p>}
      {(job.state === "done" || scenarioId != null) && (
        <p className="text-sm text-ink-2">
          {outcomeWords(job)}
        </p>
      )}
      {steps.length > 0 && (
        <ol className="grid gap-1 text-sm">
          {steps.map((step, index) => (
            <li key={index} className="flex gap-2">
              <span className="tabular text-ink-3">{index + 1}.</span>
              {step.text}
            </li>
          ))}
        </ol>
      )}
      {scenarioId == null && unplaced.length > 0 && <LeftOutList unplaced={unplaced} />}
      {scenarioId != null && open && (
        <div>
          <Button
            size="s"
            weight="primary"
            onClick={() => {
              enterScenario(client, scenarioId);
              dismissJob(job.id);
            }}
          >
            Look at the plan
          </Button>
        </div>
      )}
    </>
  );
}

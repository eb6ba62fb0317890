// "Plan automatically": which work, between which days, and how long the search may take.
import { useId, useState, type FormEvent } from "react";

import { addDays, startOfDay, wallClock } from "../lib/time.ts";
import { useClient, useLive, useZone } from "../studio/live.tsx";
import { closeDialog } from "../studio/ui.ts";
import { Dot } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { askFor } from "./asking.ts";
import type { JobWish } from "./jobs.ts";
import { useOpenSeats } from "./use-seats.ts";

const BUDGETS = [
  { seconds: 5, label: "Quick", detail: "5 s" },
  { seconds: 20, label: "Good", detail: "20 s" },
  { seconds: 60, label: "Thorough", detail: "1 min" },
] as const;
const WEEKS = 12;

export function PlanDialog() {
  const formId = useId();
  const client = useClient();
  const zone = useZone();
  const [busy, setBusy] = useState(false);
  const [from, setFrom] = useState(() => wallClock(Date.now(), zone).date);
  const [to, setTo] = useState(() => wallClock(addDays(startOfDay(Date.now(), zone), 7 * WEEKS, zone), zone).date);
  const [projects, setProjects] = useState<ReadonlySet<string>>(new Set());
  const [budget, setBudget] = useState(20);
  const [seed, setSeed] = useState("");
  const [name, setName] = useState("");
  const [first] = projects;
  const only = useLive((state) => (projects.size === 1 ? state.projects.get(first ?? "")?.name : undefined));
  const usual = only === undefined ? "Plan of the open work" : `Plan of ${only}`;
  const seats = useOpenSeats();
  const concerned = seats.filter(({ project }) => projects.size === 0 || projects.has(project.id));
  const problem = problemOf(from, to, seed);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (problem !== null || busy) return;
    setBusy(true);
    const wish: JobWish = {
      kind: "allocate",
      name: name.trim() || usual,
      start: from,
      end: to,
      budget_seconds: budget,
      ...(projects.size === 0 ? {} : { project_ids: [...projects] }),
      ...(seed.trim() === "" ? {} : { seed: Number(seed) }),
    };
    void askFor(client, wish).then((taken) => {
      setBusy(false);
      if (taken) closeDialog();
    });
  };
  return (
    <Dialog
      title="Plan automatically"
      description="The planner looks for artists and dates for all open work, and shows what it finds as a scenario. The schedule stays as it is until you commit."
      width="s"
      onClose={closeDialog}
      footer={
        <>
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" form={formId} disabled={problem !== null} busy={busy}>
            Plan
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="grid gap-4">
        <div className="grid grid-cols-2 gap-2">
          <TextField label="From" type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
          <TextField
            label="To"
            type="date"
            value={to}
            error={problem?.field === "to" ? problem.message : undefined}
            onChange={(event) => setTo(event.target.value)}
          />
        </div>
        <ProjectChecks chosen={projects} onChange={setProjects} />
        <fieldset>
          <legend className="mb-1.5 text-xs font-medium text-ink-2">How long it may look</legend>
          <div className="grid grid-cols-3 gap-2">
            {BUDGETS.map(({ seconds, label, detail }) => (
              <label
                key={seconds}
                className="grid cursor-pointer justify-items-center rounded-md border border-line-strong px-2 py-1.5 text-sm has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-(--focus)"
              >
                <input
                  type="radio"
                  name="budget"
                  className="sr-only"
                  checked={budget === seconds}
                  onChange={() => setBudget(seconds)}
                />
                <span className="font-medium">{label}</span>
                <span className="text-xs text-ink-2">{detail}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <details className="group">
          <summary className="min-h-6 text-sm font-medium text-ink-2 select-none">More</summary>
          <div className="mt-2 grid grid-cols-[1fr_7rem] gap-2">
            <TextField
              label="Name"
              placeholder={usual}
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <TextField
              label="Seed"
              placeholder="Any"
              inputMode="numeric"
              error={problem?.field === "seed" ? problem.message : undefined}
              value={seed}
              onChange={(event) => setSeed(event.target.value)}
            />
          </div>
        </details>
        <p role="status" className="text-sm text-ink-2">
          {concerned.length === 0
            ? "Nothing is open there; the planner looks whether the work that stands can be arranged better."
            : `${concerned.length} ${concerned.length === 1 ? "place is" : "places are"} open. Confirmed work stays where it is.`}
        </p>
      </form>
    </Dialog>
  );
}

const MOST_SEED = 2 ** 31 - 1;

export function problemOf(from: string, to: string, seed: string): { field: "to" | "seed"; message: string } | null {
  const [start, end] = [Date.parse(`${from}T00:00Z`), Date.parse(`${to}T00:00Z`)];
  if (Number.isNaN(start) || Number.isNaN(end)) return { field: "to", message: "Enter both days." };
  if (end < start) return { field: "to", message: "Ends before it starts." };
  if (end - start > 365 * 86_400_000) return { field: "to", message: "At most a year." };
  const number = Number(seed);
  if (seed.trim() !== "" && !(Number.isInteger(number) && number >= 0 && number <= MOST_SEED)) {
    return { field: "seed", message: "A whole number." };
  }
  return null;
}

interface ProjectChecksProps {
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

function ProjectChecks({ chosen, onChange }: ProjectChecksProps) {
  const projects = useLive((state) => state.projects);
  const listed = [...projects.values()]
    .filter(({ status }) => status === "active" || status === "tentative")
    .sort((a, b) => a.name.localeCompare(b.name));
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <fieldset>
      <legend className="mb-1.5 text-xs font-medium text-ink-2">
        Projects <span className="font-normal">{chosen.size === 0 ? "(all of them)" : `(${chosen.size})`}</span>
      </legend>
      <ul className="grid max-h-40 gap-0.5 overflow-y-auto rounded-md border border-line p-1 thin-scroll">
        {listed.map(({ id, name, colour }) => (
          <li key={id}>
            <label className="flex min-h-7 items-center gap-2 rounded-sm px-1.5 text-sm hover:bg-hover">
              <input
                type="checkbox"
                checked={chosen.has(id)}
                onChange={() => toggle(id)}
                className="size-4 accent-(--accent)"
              />
              <Dot colour={colour} />
              <span className="min-w-0 truncate">{name}</span>
            </label>
          </li>
        ))}
        {listed.length === 0 && <li className="px-1.5 text-sm text-ink-2">No project is under way.</li>}
      </ul>
    </fieldset>
  );
}

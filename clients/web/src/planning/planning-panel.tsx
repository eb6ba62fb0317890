// Planning, beside the schedule: plans under way, scenarios, and what is still to be placed.
import { FilePlus2, Sparkle, WandSparkles } from "lucide-react";
import { useEffect, useMemo } from "react";

import type { Scenario } from "@production-tool/shared";

import { formatAgo } from "../lib/format.ts";
import { useNow } from "../lib/now.ts";
import { PanelFrame } from "../schedule/panel.tsx";
import { inWords } from "../session/api.ts";
import { useCanEdit, useClient, useLive, useLocale } from "../studio/live.tsx";
import { openDialog } from "../studio/ui.ts";
import { Notice } from "../ui/bits.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { followJobs } from "./asking.ts";
import { JobCard } from "./job-card.tsx";
import { isOver, isRecent, lookAtJobs, useJobs } from "./jobs.ts";
import { Part } from "./part.tsx";
import { PeopleIn } from "./scenario-bar.tsx";
import { openScenario } from "./scenario-commands.ts";
import { enterScenario, useOpenScenario } from "./scenario-lens.ts";
import { ScenarioPanel } from "./scenario-panel.tsx";
import { ToPlace } from "./to-place.tsx";

export function PlanningPanel({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const lens = useOpenScenario();
  const scenario = useLive((state) => state.scenarios.get(lens?.id ?? ""));
  useEffect(() => followJobs(client), [client]);
  return (
    <PanelFrame
      label="Planning"
      title="Planning"
      tools={
        <IconButton
          label="Find a slot"
          icon={<Sparkle size={16} />}
          onClick={() => openDialog({ kind: "find_slot", phaseId: null, skill: null })}
        />
      }
      onClose={onClose}
    >
      {scenario === undefined ? (
        <div className="grid grid-cols-1 content-start gap-4">
          <Begin />
          <Jobs />
          <Scenarios />
          <div className="border-t border-line pt-3">
            <ToPlace />
          </div>
        </div>
      ) : (
        <ScenarioPanel key={scenario.id} scenario={scenario} />
      )}
    </PanelFrame>
  );
}

function Begin() {
  const client = useClient();
  const canEdit = useCanEdit();
  const count = useLive((state) => state.scenarios.size);
  if (!canEdit) return null;
  return (
    <div className="flex flex-wrap gap-2">
      <Button weight="primary" onClick={() => openDialog({ kind: "plan" })}>
        <WandSparkles aria-hidden size={15} />
        Plan automatically…
      </Button>
      <Button onClick={() => openScenario(client, `Scenario ${count + 1}`)}>
        <FilePlus2 aria-hidden size={15} />
        New scenario
      </Button>
    </div>
  );
}

/** Those under way, and those that ended lately and were not seen to. */
function Jobs() {
  const jobs = useJobs((known) => known.jobs);
  const dismissed = useJobs((known) => known.dismissed);
  const fault = useJobs((known) => known.fault);
  const scenarios = useLive((state) => state.scenarios);
  const me = useLive((state) => state.me?.id);
  const now = useNow();
  const shown = useMemo(
    () =>
      [...jobs.values()]
        .filter((job) => {
          if (!isOver(job)) return true;
          // What others asked for shows among the scenarios once it is there.
          if (job.created_by !== me || dismissed.has(job.id) || !isRecent(job, now)) return false;
          // Of what became a scenario the scenario tells, and of one that is closed nobody has to be told.
          return job.scenario_id == null ? job.state !== "cancelled" : scenarios.has(job.scenario_id);
        })
        .sort((a, b) => b.created_at.localeCompare(a.created_at)),
    [jobs, dismissed, scenarios, now, me],
  );
  return (
    <>
      {fault !== null && (
        <div role="alert" className="grid justify-items-start gap-2">
          <Notice tone="bad">{inWords(fault)}</Notice>
          <Button size="s" onClick={() => void lookAtJobs()}>
            Try again
          </Button>
        </div>
      )}
      {shown.map((job) => (
        <JobCard key={job.id} job={job} />
      ))}
    </>
  );
}

function Scenarios() {
  const scenarios = useLive((state) => state.scenarios);
  const changes = useLive((state) => state.scenarioChanges);
  const counts = useMemo(() => {
    const found = new Map<string, Counts>();
    for (const { scenario_id: id, action } of changes.values()) {
      const counted = found.get(id) ?? { place: 0, move: 0, end: 0 };
      found.set(id, { ...counted, [action]: counted[action] + 1 });
    }
    return found;
  }, [changes]);
  const open = [...scenarios.values()]
    .filter(({ state }) => state === "open")
    .sort((a, b) => b.updated_at.localeCompare(a.updated_at));
  return (
    <Part title="Scenarios" tools={<span className="tabular text-xs text-ink-3">{open.length}</span>}>
      {open.length === 0 ? (
        <p className="text-sm text-ink-2">
          None yet. A scenario is a draft over the schedule that everybody of the studio can work on; it becomes true in
          one step, or never.
        </p>
      ) : (
        <ul className="-mx-2 grid grid-cols-1">
          {open.map((scenario) => (
            <li key={scenario.id}>
              <ScenarioRow scenario={scenario} counts={counts.get(scenario.id) ?? NOTHING} />
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

interface Counts {
  readonly place: number;
  readonly move: number;
  readonly end: number;
}

const NOTHING: Counts = { place: 0, move: 0, end: 0 };

/** "+12 →3 −1" for eyes, and in words for ears. */
function ScenarioRow({ scenario, counts: { place, move, end } }: { scenario: Scenario; counts: Counts }) {
  const client = useClient();
  const locale = useLocale();
  const now = useNow();
  const signs = [place > 0 && `+${place}`, move > 0 && `→${move}`, end > 0 && `−${end}`].filter(Boolean).join("  ");
  const words = `${place} placed, ${move} moved, ${end} ended`;
  return (
    <button
      type="button"
      data-testid="scenario-row"
      onClick={() => enterScenario(client, scenario.id)}
      className="flex min-h-11 w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-hover"
    >
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{scenario.name}</span>
        <span className="block truncate text-xs text-ink-3">{formatAgo(Date.parse(scenario.updated_at), now, locale)}</span>
      </span>
      <PeopleIn scenarioId={scenario.id} />
      <span aria-label={words} role="img" className="tabular text-xs whitespace-pre text-ink-2">
        {signs === "" ? "empty" : signs}
      </span>
    </button>
  );
}

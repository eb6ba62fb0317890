// A scenario in full: what it would change and cost, what does not fit any more, and making it true.
import { ArrowLeft, CircleCheck, Trash2, TriangleAlert } from "lucide-react";
import { useMemo, useState } from "react";

import type { CommandError, Scenario } from "@production-tool/shared";

import { plural } from "../lib/format.ts";
import { DraftField } from "../schedule/draft-field.tsx";
import { inWords } from "../session/api.ts";
import { useCanEdit, useClient, useLive } from "../studio/live.tsx";
import { EmptyState, Notice, Skeleton } from "../ui/bits.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { toast } from "../ui/toasts.ts";
import { useDifference, type Conflict, type Looked } from "./difference.ts";
import { drawnIn, nameOfDrawn, type Drawn } from "./drawn.ts";
import { Figures } from "./figures.tsx";
import { useJobs } from "./jobs.ts";
import { LeftOutList } from "./left-out.tsx";
import { Part } from "./part.tsx";
import { PeopleIn } from "./scenario-bar.tsx";
import { ChangeList } from "./scenario-changes.tsx";
import { commitScenario, discardScenario, renameScenario, settleConflicts } from "./scenario-commands.ts";
import { leaveScenario } from "./scenario-lens.ts";

export function useDrawn(scenarioId: string): readonly Drawn[] {
  const changes = useLive((state) => state.scenarioChanges);
  const bookings = useLive((state) => state.bookings);
  return useMemo(() => drawnIn(scenarioId, changes.values(), bookings), [scenarioId, changes, bookings]);
}

export function ScenarioPanel({ scenario }: { scenario: Scenario }) {
  const drawn = useDrawn(scenario.id);
  const looked = useDifference(scenario.id);
  const [refused, setRefused] = useState<CommandError | null>(null);
  const job = useJobs((known) => (scenario.job_id === null ? undefined : known.jobs.get(scenario.job_id)));
  const unplaced = job?.unplaced ?? [];
  return (
    <section aria-label={`Scenario ${scenario.name}`} data-testid="scenario" className="grid grid-cols-1 content-start gap-4">
      <Head scenario={scenario} />
      {refused !== null && <Refused error={refused} onClose={() => setRefused(null)} />}
      <Conflicts scenarioId={scenario.id} looked={looked} drawn={drawn} />
      {drawn.length === 0 ? (
        <EmptyState title="Nothing is changed yet">
          Move, draw or end bookings on the schedule: here they are a draft, and everybody of the studio can join in.
        </EmptyState>
      ) : (
        <>
          {looked.found === null ? <LookingUp looked={looked} /> : <Figures difference={looked.found} />}
          <ChangeList scenarioId={scenario.id} drawn={drawn} />
        </>
      )}
      {unplaced.length > 0 && (
        <Part title={`Without a place (${unplaced.length})`}>
          <LeftOutList unplaced={unplaced} />
        </Part>
      )}
      <Ways scenario={scenario} drawn={drawn} looked={looked} onRefused={setRefused} />
    </section>
  );
}

const SOURCES: Record<Scenario["source"], string> = {
  people: "Drawn by hand",
  allocation: "Planned automatically",
  repair: "A mended plan",
  challenge: "What has to be challenged",
};

function Head({ scenario }: { scenario: Scenario }) {
  const client = useClient();
  const canEdit = useCanEdit();
  const by = useLive((state) => (scenario.created_by === null ? undefined : state.members.get(scenario.created_by)?.name));
  return (
    <div className="grid grid-cols-1 gap-2">
      <div className="flex items-center gap-1.5">
        <Button size="s" weight="quiet" className="-ml-2" onClick={leaveScenario}>
          <ArrowLeft aria-hidden size={14} />
          All of planning
        </Button>
        <span className="flex-1" />
        <PeopleIn scenarioId={scenario.id} />
      </div>
      <DraftField
        label="Name"
        value={scenario.name}
        version={scenario.version}
        maxLength={200}
        disabled={!canEdit}
        onCommit={(name) => name.trim() !== "" && renameScenario(client, scenario.id, { name: name.trim() })}
      />
      <p className="text-xs text-ink-3">
        {SOURCES[scenario.source]}
        {by === undefined ? "" : ` · ${by}`}
      </p>
      {scenario.note !== "" && <p className="text-sm text-ink-2">{scenario.note}</p>}
    </div>
  );
}

function LookingUp({ looked: { fault, again } }: { looked: Looked }) {
  if (fault === null) return <Skeleton className="h-24 rounded-md" />;
  return (
    <div role="alert" className="grid justify-items-start gap-2">
      <Notice tone="bad">{inWords(fault)}</Notice>
      <Button size="s" onClick={again}>
        Try again
      </Button>
    </div>
  );
}

/** The commit was refused whole: the reason for each change, by its name. */
function Refused({ error, onClose }: { error: CommandError; onClose: () => void }) {
  const items = error.data?.items ?? [];
  return (
    <div role="alert" data-testid="commit-refused" className="grid gap-1.5 rounded-md border border-bad-line bg-bad-soft p-3">
      <p className="text-sm font-semibold text-bad">Not committed</p>
      <p className="text-sm">{items.length > 0 ? `${plural(items.length, "change")} would not fit; nothing was changed.` : error.message}</p>
      <div>
        <Button size="s" onClick={onClose}>
          {items.length > 0 ? "Settle them below" : "Close"}
        </Button>
      </div>
    </div>
  );
}

function Conflicts({ scenarioId, looked, drawn }: { scenarioId: string; looked: Looked; drawn: readonly Drawn[] }) {
  const conflicts = looked.found?.conflicts ?? [];
  const byId = useMemo(() => new Map(drawn.map((each) => [each.change.booking_id, each])), [drawn]);
  const shown = conflicts.filter(({ booking_id: id }) => byId.has(id));
  if (shown.length === 0) return null;
  return (
    <div
      role="region"
      aria-label="What does not fit"
      data-testid="conflicts"
      className="grid grid-cols-1 gap-2 rounded-lg border border-bad-line bg-bad-soft p-3"
    >
      <h3 className="flex items-center gap-1.5 text-sm font-semibold text-bad">
        <TriangleAlert aria-hidden size={15} />
        {shown.length === 1 ? "One change does not fit" : `${shown.length} changes do not fit`}
      </h3>
      <ul className="grid grid-cols-1 gap-2">
        {shown.map((conflict) => (
          <ConflictRow
            key={conflict.booking_id}
            scenarioId={scenarioId}
            conflict={conflict}
            drawn={byId.get(conflict.booking_id)}
          />
        ))}
      </ul>
    </div>
  );
}

function ConflictRow({ scenarioId, conflict, drawn }: { scenarioId: string; conflict: Conflict; drawn: Drawn | undefined }) {
  const client = useClient();
  const projects = useLive((state) => state.projects);
  const phases = useLive((state) => state.phases);
  const [busy, setBusy] = useState(false);
  const settle = conflict.settle ?? ["live"];
  const take = (which: "mine" | "live"): void => {
    setBusy(true);
    void settleConflicts(client, scenarioId, { [conflict.booking_id]: which }).then((error) => {
      setBusy(false);
      if (error !== null) toast({ tone: "bad", title: "Not settled", text: error.message });
    });
  };
  const name = drawn === undefined ? "A booking" : nameOfDrawn(drawn, projects, phases);
  const placed = conflict.action === "place";
  return (
    <li className="grid gap-1.5 rounded-md bg-surface p-2.5" data-testid="conflict">
      <p className="text-sm font-medium">{name}</p>
      <p className="text-xs text-ink-2">{conflict.text}</p>
      <div className="flex flex-wrap gap-1.5">
        {settle.includes("mine") && (
          <Button size="s" disabled={busy} aria-label={`Keep mine: ${name}`} onClick={() => take("mine")}>
            Keep mine
          </Button>
        )}
        {settle.includes("live") && (
          <Button
            size="s"
            disabled={busy}
            aria-label={`${placed ? "Leave it out" : "Take live"}: ${name}`}
            onClick={() => take("live")}
          >
            {placed ? "Leave it out" : "Take live"}
          </Button>
        )}
      </div>
    </li>
  );
}

interface WaysProps {
  scenario: Scenario;
  drawn: readonly Drawn[];
  looked: Looked;
  onRefused: (error: CommandError | null) => void;
}

function Ways({ scenario, drawn, looked, onRefused }: WaysProps) {
  const client = useClient();
  const canEdit = useCanEdit();
  const live = useLive((state) => state.status === "live");
  const [busy, setBusy] = useState(false);
  const held = new Set(drawn.map(({ change }) => change.booking_id));
  const conflicts = looked.found?.conflicts.filter(({ booking_id: id }) => held.has(id)).length ?? 0;
  if (!canEdit) return null;
  const commit = (): void => {
    setBusy(true);
    void commitScenario(client, scenario.id).then((error) => {
      setBusy(false);
      onRefused(error);
      if (error !== null) looked.again();
    });
  };
  return (
    <div className="sticky bottom-0 -mx-4 -mb-4 grid gap-2 border-t border-line bg-surface px-4 py-3">
      {drawn.length > 0 && conflicts === 0 && looked.found?.fits === true && (
        <p className="flex items-center gap-1.5 text-xs text-good">
          <CircleCheck aria-hidden size={14} />
          Everything fits the schedule as it is now.
        </p>
      )}
      <div className="flex items-center gap-2">
        <Button
          weight="primary"
          className="flex-1"
          busy={busy}
          disabled={drawn.length === 0 || !live || conflicts > 0}
          onClick={commit}
        >
          {conflicts > 0 ? "Settle what does not fit first" : `Commit ${plural(drawn.length, "change")}`}
        </Button>
        <IconButton label="Throw the scenario away" icon={<Trash2 size={15} />} onClick={() => discardScenario(client, scenario.id)} />
      </div>
    </div>
  );
}

// A phase in full: how far it is, when it is planned, what it waits for, who is booked for it.
import { TriangleAlert } from "lucide-react";
import { useId, useMemo, useState } from "react";

import { rangeOf, type Dependency, type Phase } from "@production-tool/shared";

import { formatDay, plural } from "../lib/format.ts";
import { startOfDay } from "../lib/time.ts";
import { DraftField } from "../schedule/draft-field.tsx";
import { Column, PanelFrame, Section } from "../schedule/panel.tsx";
import { RangeEditor } from "../schedule/range-editor.tsx";
import { RefusalCard } from "../schedule/refusal-card.tsx";
import { askFor } from "../planning/asking.ts";
import { useCanEdit, useClient, useCommands, useLive, useLocale, useZone } from "../studio/live.tsx";
import { openDialog, select, useUi } from "../studio/ui.ts";
import { Dot } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { needsOf, type Need } from "./needs.ts";
import { Ties } from "./phase-ties.tsx";
import { summaryId } from "./rows.ts";
import { useProjectPlan, useWorkCalendar, type Planned } from "./use-plan.ts";

const HOUR = 3_600_000;
const MOST_NAMED = 4;

export function PhasePanel({ phase, onClose }: { phase: Phase; onClose: () => void }) {
  const canEdit = useCanEdit();
  const commands = useCommands();
  const planned = useProjectPlan(phase.project_id);
  const refusal = useUi((ui) => ui.refusals.get(phase.id));
  const project = planned?.planned.project;
  return (
    <PanelFrame
      label="Phase"
      title={phase.name}
      lead={project === undefined ? undefined : <Dot colour={project.colour} />}
      onClose={onClose}
    >
      <Column>
        {project !== undefined && (
          <button
            type="button"
            className="justify-self-start text-left text-sm text-ink-2 hover:underline"
            onClick={() => select([summaryId(project.id)])}
          >
            {project.name}
          </button>
        )}
        {refusal !== undefined && <RefusalCard id={phase.id} refusal={refusal} />}
        {planned !== null && <Standing phase={phase} planned={planned} />}
        <Progress phase={phase} disabled={!canEdit} />
        <Section>
          <DraftField
            label="Name"
            value={phase.name}
            version={phase.version}
            maxLength={200}
            disabled={!canEdit}
            onCommit={(name, base) => name.trim() !== "" && commands.editPhase(phase, { name: name.trim() }, base)}
          />
          {planned !== null && <Dates phase={phase} planned={planned} disabled={!canEdit} />}
        </Section>
      </Column>
      <Column>
        <Booked phase={phase} />
        {canEdit && <Planner phase={phase} />}
        {planned !== null && <Ties phase={phase} planned={planned} />}
        {canEdit && (
          <Section>
            <div>
              <Button
                weight="danger"
                onClick={() => {
                  commands.deletePhase(phase);
                  onClose();
                }}
              >
                Delete phase
              </Button>
            </div>
          </Section>
        )}
      </Column>
    </PanelFrame>
  );
}

/** What the planner can do for it: each as a scenario to look at first. */
function Planner({ phase }: { phase: Phase }) {
  const client = useClient();
  const bookings = useLive((state) => state.bookings);
  const placed = useMemo(
    () => [...bookings.values()].some((each) => "phase_id" in each && each.phase_id === phase.id),
    [bookings, phase.id],
  );
  const phases = { phase_ids: [phase.id] };
  return (
    <Section>
      <h3 className="text-sm font-semibold">Let it be planned</h3>
      <div className="flex flex-wrap gap-2">
        <Button
          onClick={() => void askFor(client, { kind: "allocate", name: `Plan of “${phase.name}”`, budget_seconds: 5, ...phases })}
        >
          Plan this phase
        </Button>
        <Button onClick={() => void askFor(client, { kind: "challenge", name: `What “${phase.name}” would challenge`, ...phases })}>
          What must I challenge?
        </Button>
        {placed && <Button onClick={() => openDialog({ kind: "slip", phaseId: phase.id })}>It takes longer…</Button>}
      </div>
    </Section>
  );
}

/** Critical, with slack, or against what it waits for: said in words. */
function Standing({ phase, planned: { planned, plan } }: { phase: Phase; planned: Planned }) {
  const zone = useZone();
  const locale = useLocale();
  const standing = plan.standing.get(phase.id);
  const broken = planned.dependencies.filter(({ id, to_phase_id }) => to_phase_id === phase.id && plan.broken.has(id));
  const names = new Map(planned.phases.map(({ id, name }) => [id, name]));
  return (
    <div className="grid gap-1.5 text-sm" data-testid="phase-standing">
      {standing === undefined && <p className="text-ink-2">Not placed in time yet.</p>}
      {standing?.critical === true && (
        <p className="text-ink">
          <span className="font-semibold">On the critical path:</span> any delay delays the project.
        </p>
      )}
      {standing?.critical === false && (
        <p className="text-ink-2">
          Has slack: it may end {formatDay(standing.slackUntil, zone, locale)} at the latest without delaying anything.
        </p>
      )}
      {broken.map((tie) => (
        <p key={tie.id} className="flex items-start gap-1.5 text-bad">
          <TriangleAlert aria-hidden size={15} className="mt-0.5 shrink-0" />
          {brokenWords(tie, names.get(tie.from_phase_id) ?? "another phase")}
        </p>
      ))}
    </div>
  );
}

function brokenWords({ kind }: Dependency, name: string): string {
  switch (kind) {
    case "finish_start":
      return `Starts before “${name}” is finished.`;
    case "start_start":
      return `Starts before “${name}” does.`;
    case "finish_finish":
      return `Finishes before “${name}” does.`;
    case "start_finish":
      return `Finishes before “${name}” starts.`;
  }
}

function Progress({ phase, disabled }: { phase: Phase; disabled: boolean }) {
  const id = useId();
  const commands = useCommands();
  const [held, setHeld] = useState<number | null>(null);
  const shown = held ?? phase.progress;
  const commit = (): void => {
    if (held !== null && held !== phase.progress) commands.editPhase(phase, { progress: held });
    setHeld(null);
  };
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="flex justify-between text-xs font-medium text-ink-2">
        Progress <span className="tabular text-ink">{shown} %</span>
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={100}
        step={5}
        value={shown}
        disabled={disabled}
        aria-valuetext={`${shown} percent`}
        onChange={(event) => setHeld(Number(event.target.value))}
        onPointerUp={commit}
        onKeyUp={commit}
        onBlur={commit}
        className="h-6 w-full accent-(--accent)"
      />
    </div>
  );
}

function Dates({ phase, planned, disabled }: { phase: Phase; planned: Planned; disabled: boolean }) {
  const zone = useZone();
  const commands = useCommands();
  const calendar = useWorkCalendar();
  const [along, setAlong] = useState(false);
  const { start, end } = phase;
  if (start === null || end === null) {
    const first = startOfDay(Date.now(), zone);
    return (
      <div>
        <Button
          disabled={disabled}
          onClick={() => {
            const begins = calendar.begins(calendar.at(first));
            const ends = calendar.ends(calendar.at(begins) + phase.duration_hours * HOUR);
            commands.movePhase(phase, { start: begins, end: ends, pushes: 0 });
          }}
        >
          Place it from today
        </Button>
      </div>
    );
  }
  const pushedBy = (to: { start: number; end: number }) =>
    [...planned.plan.push(phase.id, to.start, to.end)].filter(([id]) => id !== phase.id);
  const names = new Map(planned.planned.phases.map(({ id, name }) => [id, name]));
  return (
    <>
      <RangeEditor
        {...rangeOf({ start, end })}
        version={phase.version}
        disabled={disabled}
        onCommit={(next, base) =>
          commands.movePhase(
            { ...phase, version: base },
            { ...next, pushes: pushedBy(next).length, withBookings: along },
          )
        }
        foresee={(next) => <Pushes ids={pushedBy(next).map(([id]) => id)} names={names} />}
      />
      <label className="flex min-h-6 items-center gap-2 text-xs text-ink-2">
        <input
          type="checkbox"
          checked={along}
          disabled={disabled}
          onChange={(event) => setAlong(event.target.checked)}
          className="size-4 accent-(--accent)"
        />
        Bookings come along
      </label>
      <DraftField
        label="Hours of work"
        value={String(phase.duration_hours)}
        version={phase.version}
        maxLength={8}
        disabled={disabled}
        onCommit={(text, base) => {
          const hours = Number(text.replace(",", "."));
          if (Number.isFinite(hours) && hours > 0 && hours <= 100_000) {
            commands.editPhase(phase, { duration_hours: hours }, base);
          }
        }}
      />
    </>
  );
}

function Pushes({ ids, names }: { ids: readonly string[]; names: ReadonlyMap<string, string> }) {
  if (ids.length === 0) return <p className="text-xs text-ink-3">Pushes nothing.</p>;
  const named = ids.slice(0, MOST_NAMED).map((id) => names.get(id) ?? "a phase");
  const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} more` : "";
  return (
    <p className="rounded-md bg-warn-soft px-3 py-2 text-xs text-warn" role="status">
      Pushes {plural(ids.length, "phase")}: {named.join(", ")}
      {more}.
    </p>
  );
}

function Booked({ phase }: { phase: Phase }) {
  const bookings = useLive((state) => state.bookings);
  const artists = useLive((state) => state.artists);
  const { skills, others } = useMemo(() => needsOf(phase, bookings.values(), artists), [phase, bookings, artists]);
  return (
    <Section>
      <h3 className="text-sm font-semibold">Booked and needed</h3>
      {skills.length === 0 && <p className="text-sm text-ink-2">No skill is asked for.</p>}
      <ul className="grid gap-2.5" data-testid="phase-needs">
        {skills.map((need) => (
          <NeedMeter key={need.skill} need={need} phaseId={phase.id} />
        ))}
      </ul>
      {others > 0 && <p className="text-xs text-ink-3">{others} d booked of people without these skills.</p>}
    </Section>
  );
}

function NeedMeter({ need: { skill, level, needed, booked }, phaseId }: { need: Need; phaseId: string }) {
  const canEdit = useCanEdit();
  const share = needed === 0 ? (booked > 0 ? 1 : 0) : Math.min(1, booked / needed);
  const short = needed > 0 && booked < needed;
  return (
    <li className="grid gap-1 text-sm">
      <span className="flex justify-between gap-3">
        <span className="min-w-0 truncate">
          {skill}
          {level > 0 && <span className="text-ink-3"> · level {level}</span>}
        </span>
        <span className="tabular shrink-0 text-ink-2">
          {needed > 0 ? `${booked} of ${needed} d` : `${booked} d booked`}
          {short && <span className="text-warn"> · {Math.round((needed - booked) * 10) / 10} missing</span>}
        </span>
      </span>
      <span aria-hidden className="block h-1.5 overflow-hidden rounded-full bg-pressed">
        <span className={`block h-full ${short ? "bg-warn" : "bg-good"}`} style={{ width: `${share * 100}%` }} />
      </span>
      {canEdit && (short || (needed === 0 && booked === 0)) && (
        <Button
          size="s"
          className="justify-self-start"
          aria-label={`Find a slot for ${skill}`}
          onClick={() => openDialog({ kind: "find_slot", phaseId, skill })}
        >
          Find a slot…
        </Button>
      )}
    </li>
  );
}

/** When a phase is planned, and how much work it is, for lists. */
export function phaseSpan(phase: Phase, zone: string, locale: string): string {
  if (phase.start === null || phase.end === null) return "Not placed";
  const { start, end } = rangeOf({ start: phase.start, end: phase.end });
  const first = formatDay(start, zone, locale);
  return `${first} – ${formatDay(end - 1, zone, locale)} · ${phase.duration_hours.toLocaleString(locale)} h`;
}

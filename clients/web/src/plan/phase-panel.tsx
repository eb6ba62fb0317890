// A phase in full: how far it is, when it is planned, what it waits for, who is booked for it.
import { Link2, Trash2, TriangleAlert } from "lucide-react";
import { useId, useMemo, useState } from "react";

import { rangeOf, type Dependency, type Phase } from "@production-tool/shared";

import { formatDay, plural } from "../lib/format.ts";
import { startOfDay } from "../lib/time.ts";
import { DraftField } from "../schedule/draft-field.tsx";
import { Column, PanelFrame, Section } from "../schedule/panel.tsx";
import { RangeEditor } from "../schedule/range-editor.tsx";
import { RefusalCard } from "../schedule/refusal-card.tsx";
import { useCanEdit, useCommands, useLive, useLocale, useZone } from "../studio/live.tsx";
import { select, useUi } from "../studio/ui.ts";
import { Dot } from "../ui/bits.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { needsOf, type Need } from "./needs.ts";
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
          <NeedMeter key={need.skill} need={need} />
        ))}
      </ul>
      {others > 0 && <p className="text-xs text-ink-3">{others} d booked of people without these skills.</p>}
    </Section>
  );
}

function NeedMeter({ need: { skill, level, needed, booked } }: { need: Need }) {
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
    </li>
  );
}

const KINDS: readonly { value: Dependency["kind"]; label: string }[] = [
  { value: "finish_start", label: "finish → start" },
  { value: "start_start", label: "start → start" },
  { value: "finish_finish", label: "finish → finish" },
  { value: "start_finish", label: "start → finish" },
];

function Ties({ phase, planned: { planned, plan } }: { phase: Phase; planned: Planned }) {
  const before = planned.dependencies.filter(({ to_phase_id }) => to_phase_id === phase.id);
  const after = planned.dependencies.filter(({ from_phase_id }) => from_phase_id === phase.id);
  const names = new Map(planned.phases.map(({ id, name }) => [id, name]));
  const list = (title: string, ties: readonly Dependency[], other: "from_phase_id" | "to_phase_id") =>
    ties.length > 0 && (
      <div>
        <p className="mb-1 text-xs font-medium text-ink-2">{title}</p>
        <ul className="grid gap-2">
          {ties.map((tie) => (
            <TieRow
              key={tie.id}
              tie={tie}
              id={tie[other]}
              name={names.get(tie[other]) ?? "A phase"}
              broken={plan.broken.has(tie.id)}
            />
          ))}
        </ul>
      </div>
    );
  return (
    <Section>
      <h3 className="text-sm font-semibold">Dependencies</h3>
      {list("Waits for", before, "from_phase_id")}
      {list("Is waited for by", after, "to_phase_id")}
      <AddTie phase={phase} planned={planned} />
    </Section>
  );
}

function TieRow({ tie, id, name, broken }: { tie: Dependency; id: string; name: string; broken: boolean }) {
  const canEdit = useCanEdit();
  const commands = useCommands();
  return (
    <li className="grid gap-1.5 rounded-md border border-line p-2">
      <span className="flex items-center gap-1.5">
        {broken && <TriangleAlert role="img" aria-label="Broken" size={14} className="shrink-0 text-bad" />}
        <button
          type="button"
          className="min-h-6 min-w-0 flex-1 truncate text-left text-sm font-medium hover:underline"
          onClick={() => select([id])}
        >
          {name}
        </button>
        {canEdit && (
          <IconButton
            label={`Untie ${name}`}
            icon={<Trash2 size={14} />}
            className="size-7"
            onClick={() => commands.untie(tie)}
          />
        )}
      </span>
      <span className="grid grid-cols-[1fr_6.5rem] gap-1.5">
        <select
          aria-label={`Kind of tie with ${name}`}
          value={tie.kind}
          disabled={!canEdit}
          onChange={(event) => commands.editTie(tie, { kind: event.target.value as Dependency["kind"] })}
          className="control h-7 pr-1 text-xs"
        >
          {KINDS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <LagField tie={tie} name={name} disabled={!canEdit} />
      </span>
    </li>
  );
}

function LagField({ tie, name, disabled }: { tie: Dependency; name: string; disabled: boolean }) {
  const commands = useCommands();
  const [text, setText] = useState<string | null>(null);
  const commit = (): void => {
    const hours = Number((text ?? "").replace(",", ".").replace("−", "-"));
    if (text !== null && text.trim() !== "" && Number.isFinite(hours) && hours !== tie.lag_hours) {
      commands.editTie(tie, { lag_hours: hours });
    }
    setText(null);
  };
  return (
    <span className="relative">
      <input
        aria-label={`Lag after ${name}, in working hours`}
        inputMode="decimal"
        value={text ?? String(tie.lag_hours)}
        disabled={disabled}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
        }}
        className="control tabular h-7 pr-12 text-xs"
      />
      <span aria-hidden className="absolute top-1/2 right-2 -translate-y-1/2 text-2xs text-ink-3">
        h lag
      </span>
    </span>
  );
}

function AddTie({ phase, planned }: { phase: Phase; planned: Planned["planned"] }) {
  const canEdit = useCanEdit();
  const commands = useCommands();
  const [other, setOther] = useState("");
  const [kind, setKind] = useState<Dependency["kind"]>("finish_start");
  const tied = new Set(
    planned.dependencies.flatMap(({ from_phase_id: from, to_phase_id: to }) =>
      to === phase.id ? [from] : from === phase.id ? [to] : [],
    ),
  );
  const open = planned.phases.filter(({ id }) => id !== phase.id && !tied.has(id));
  if (!canEdit || open.length === 0) return null;
  return (
    <div className="grid grid-cols-[1fr_auto] gap-1.5">
      <select
        aria-label="Wait for another phase"
        value={other}
        onChange={(event) => setOther(event.target.value)}
        className="control pr-1"
      >
        <option value="">Wait for…</option>
        {open.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label="Kind of the new tie"
        value={kind}
        onChange={(event) => setKind(event.target.value as Dependency["kind"])}
        className="control col-start-1 pr-1"
      >
        {KINDS.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Button
        className="col-start-2 row-start-2"
        disabled={other === ""}
        onClick={() => {
          commands.tie(other, phase.id, kind);
          setOther("");
        }}
      >
        <Link2 aria-hidden size={14} />
        Tie
      </Button>
    </div>
  );
}

/** When a phase is planned, and how much work it is, for lists. */
export function phaseSpan(phase: Phase, zone: string, locale: string): string {
  if (phase.start === null || phase.end === null) return "Not placed";
  const { start, end } = rangeOf({ start: phase.start, end: phase.end });
  const first = formatDay(start, zone, locale);
  return `${first} – ${formatDay(end - 1, zone, locale)} · ${phase.duration_hours.toLocaleString(locale)} h`;
}

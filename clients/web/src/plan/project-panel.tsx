// A project in the plan: how far it is, its budget against what is booked, its phases and milestones.
import { Plus } from "lucide-react";
import { useMemo, useState, type FormEvent } from "react";

import { isFull, rangeOf, type CommandArgs, type Milestone, type Phase, type Project } from "@production-tool/shared";

import { Activity } from "../history/activity.tsx";
import { formatDay } from "../lib/format.ts";
import { addDays, DAY, instantOf, startOfDay, wallClock } from "../lib/time.ts";
import { Column, PanelFrame, Section } from "../schedule/panel.tsx";
import { DraftField } from "../schedule/draft-field.tsx";
import { useCanEdit, useCommands, useLive, useLocale, useZone } from "../studio/live.tsx";
import { openDialog, select } from "../studio/ui.ts";
import { projectStatusWord } from "../studio/words.ts";
import { Dot } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { daysOf } from "./needs.ts";
import { phaseSpan } from "./phase-panel.tsx";
import { progressOf } from "./rows.ts";
import { useProjectPlan, useWorkCalendar } from "./use-plan.ts";

export function ProjectPanel({ project, onClose }: { project: Project; onClose: () => void }) {
  const planned = useProjectPlan(project.id);
  const canEdit = useCanEdit();
  const phases = planned?.planned.phases ?? [];
  const milestones = planned?.planned.milestones ?? [];
  const critical = phases.filter(({ id }) => planned?.plan.standing.get(id)?.critical === true);
  return (
    <PanelFrame label="Project" title={project.name} lead={<Dot colour={project.colour} size={12} />} onClose={onClose}>
      <Column>
        <p className="text-sm text-ink-2">
          {projectStatusWord(project.status)}
          {project.client === undefined || project.client === "" ? "" : ` · ${project.client}`} · {progressOf(phases)} %
          done
        </p>
        {critical.length > 0 && (
          <p className="text-sm text-ink-2">
            <span className="font-semibold text-ink">Critical:</span> {critical.map(({ name }) => name).join(" → ")}
          </p>
        )}
        {canEdit && (
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => openDialog({ kind: "move", scope: { kind: "project", id: project.id } })}>
              Move by…
            </Button>
            <Button onClick={() => openDialog({ kind: "project", id: project.id })}>Edit…</Button>
          </div>
        )}
        <Budget project={project} />
      </Column>
      <Column>
        <Phases project={project} phases={phases} />
        <Milestones project={project} milestones={milestones} />
        <Activity of="project" id={project.id} version={project.version} />
      </Column>
    </PanelFrame>
  );
}

/** Days and money booked for a project, by the artists' own days and rates. */
function useBooked(projectId: string): { days: number; money: ReadonlyMap<string, number> } {
  const bookings = useLive((state) => state.bookings);
  const artists = useLive((state) => state.artists);
  return useMemo(() => {
    let days = 0;
    const money = new Map<string, number>();
    for (const booking of bookings.values()) {
      if (!isFull(booking) || booking.project_id !== projectId) continue;
      const artist = artists.get(booking.artist_id);
      if (artist === undefined) continue;
      const worked = daysOf(rangeOf(booking), artist);
      days += worked;
      const { rate } = artist;
      if (rate != null) money.set(rate.currency, (money.get(rate.currency) ?? 0) + worked * rate.amount);
    }
    return { days: Math.round(days * 10) / 10, money };
  }, [bookings, artists, projectId]);
}

function Budget({ project }: { project: Project }) {
  const canEdit = useCanEdit();
  const commands = useCommands();
  const locale = useLocale();
  const { days, money } = useBooked(project.id);
  const budget = project.budget_money;
  const spent = budget == null ? undefined : money.get(budget.currency);
  const sum = (amount: number): string => Math.round(amount).toLocaleString(locale);
  const edit = (change: Omit<CommandArgs["project.edit"], "project_id">, base: number): void =>
    commands.editProject({ project_id: project.id, ...change }, base);
  return (
    <Section>
      <h3 className="text-sm font-semibold">Budget</h3>
      <Meter
        label="Days"
        booked={days}
        budget={project.budget_days ?? null}
        words={(value) => `${value.toLocaleString(locale)} d`}
      />
      {budget != null && (
        <Meter
          label={`Money, ${budget.currency}`}
          booked={Math.round(spent ?? 0)}
          budget={budget.amount}
          words={sum}
        />
      )}
      {budget == null && money.size > 0 && (
        <p className="tabular text-xs text-ink-3">
          Booked: {[...money].map(([currency, amount]) => `${sum(amount)} ${currency}`).join(", ")}
        </p>
      )}
      {canEdit && (
        <div className="grid grid-cols-2 gap-2">
          <DraftField
            label="Budget in days"
            value={project.budget_days == null ? "" : String(project.budget_days)}
            version={project.version}
            maxLength={8}
            placeholder="None"
            onCommit={(text, base) => {
              const read = readBudget(text);
              if (read !== undefined) edit({ budget_days: read }, base);
            }}
          />
          <DraftField
            label="Budget in money"
            value={budget == null ? "" : `${budget.amount} ${budget.currency}`}
            version={project.version}
            maxLength={24}
            placeholder="50000 EUR"
            onCommit={(text, base) => {
              const read = readMoney(text);
              if (read !== undefined) edit({ budget_money: read }, base);
            }}
          />
        </div>
      )}
    </Section>
  );
}

function readBudget(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  const value = Number(text.replace(",", "."));
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function readMoney(text: string): { amount: number; currency: string } | null | undefined {
  if (text.trim() === "") return null;
  const found = /^\s*([\d .,]+?)\s*([a-z]{3})\s*$/iu.exec(text);
  const amount = Number(found?.[1]?.replace(/[ ,]/gu, ""));
  if (found?.[2] === undefined || !Number.isFinite(amount)) return undefined;
  return { amount, currency: found[2].toUpperCase() };
}

interface MeterProps {
  label: string;
  booked: number;
  budget: number | null;
  words: (value: number) => string;
}

function Meter({ label, booked, budget, words }: MeterProps) {
  const over = budget !== null && booked > budget;
  const share = budget === null || budget === 0 ? 0 : Math.min(1, booked / budget);
  return (
    <div className="grid gap-1 text-sm">
      <p className="tabular flex justify-between gap-3">
        {label}
        <span className={over ? "font-medium text-bad" : "text-ink-2"}>
          {words(booked)} booked{budget === null ? "" : ` of ${words(budget)}`}
          {over && ", over budget"}
        </span>
      </p>
      {budget !== null && (
        <span aria-hidden className="block h-1.5 overflow-hidden rounded-full bg-pressed">
          <span className={`block h-full ${over ? "bg-bad" : "bg-accent"}`} style={{ width: `${share * 100}%` }} />
        </span>
      )}
    </div>
  );
}

function Phases({ project, phases }: { project: Project; phases: readonly Phase[] }) {
  const zone = useZone();
  const locale = useLocale();
  const canEdit = useCanEdit();
  const commands = useCommands();
  const calendar = useWorkCalendar();
  const last = Math.max(startOfDay(Date.now(), zone), ...phases.flatMap(({ end }) => (end === null ? [] : [Date.parse(end)])));
  return (
    <Section>
      <h3 className="text-sm font-semibold">Phases</h3>
      <ul className="-mx-2 grid">
        {phases.map((phase) => (
          <li key={phase.id}>
            <button
              type="button"
              onClick={() => select([phase.id])}
              className="flex min-h-9 w-full items-center gap-2 rounded-md px-2 py-1 text-left hover:bg-hover"
            >
              <span className="min-w-0 flex-1">
                <span className="block truncate text-sm font-medium">{phase.name}</span>
                <span className="tabular block truncate text-xs text-ink-3">{phaseSpan(phase, zone, locale)}</span>
              </span>
              <span className="tabular text-xs text-ink-2">{phase.progress} %</span>
            </button>
          </li>
        ))}
      </ul>
      {canEdit && (
        <AddByName
          label="New phase"
          onAdd={(name) => {
            // A week of work after what is planned so far; dates and hours are a step away.
            const start = calendar.begins(calendar.at(last));
            const end = calendar.ends(calendar.at(start) + 40 * 3_600_000);
            select([commands.addPhase(project.id, name, start, end, 40)]);
          }}
        />
      )}
    </Section>
  );
}

function Milestones({ project, milestones }: { project: Project; milestones: readonly Milestone[] }) {
  const zone = useZone();
  const locale = useLocale();
  const canEdit = useCanEdit();
  const commands = useCommands();
  const sorted = milestones.toSorted((a, b) => a.date.localeCompare(b.date));
  const soon = wallClock(addDays(startOfDay(Date.now(), zone), 7, zone), zone).date;
  return (
    <Section>
      <h3 className="text-sm font-semibold">Milestones</h3>
      <ul className="-mx-2 grid">
        {sorted.map((milestone) => (
          <li key={milestone.id} className="flex items-center gap-1 px-2">
            <input
              type="checkbox"
              aria-label={`${milestone.name} reached`}
              checked={milestone.done === true}
              disabled={!canEdit}
              onChange={(event) => commands.editMilestone(milestone, { done: event.target.checked })}
              className="size-4 accent-(--accent)"
            />
            <button
              type="button"
              onClick={() => select([milestone.id])}
              className="min-h-9 min-w-0 flex-1 truncate rounded-md px-2 text-left text-sm hover:bg-hover"
            >
              {milestone.name}
              <span className="tabular text-xs text-ink-3">
                {" "}
                · {formatDay((instantOf({ date: milestone.date, time: "00:00" }, zone) ?? 0) + DAY / 2, zone, locale)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {canEdit && <AddByName label="New milestone" onAdd={(name) => commands.addMilestone(project.id, name, soon, null)} />}
    </Section>
  );
}

function AddByName({ label, onAdd }: { label: string; onAdd: (name: string) => void }) {
  const [name, setName] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() === "") return;
    onAdd(name.trim());
    setName("");
  };
  return (
    <form onSubmit={submit} className="grid grid-cols-[1fr_auto] items-end gap-1.5">
      <TextField label={label} value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
      <Button type="submit" aria-label={`Add: ${label}`} disabled={name.trim() === ""}>
        <Plus aria-hidden size={15} />
      </Button>
    </form>
  );
}

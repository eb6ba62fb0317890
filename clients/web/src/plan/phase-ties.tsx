// What a phase waits for and what waits for it: the kinds of ties, their lag, and making new ones.
import { Link2, Trash2, TriangleAlert } from "lucide-react";
import { useState } from "react";

import type { Dependency, Phase } from "@production-tool/shared";

import { Section } from "../schedule/panel.tsx";
import { useCanEdit, useCommands } from "../studio/live.tsx";
import { select } from "../studio/ui.ts";
import { Button, IconButton } from "../ui/button.tsx";
import type { Planned } from "./use-plan.ts";

const KINDS: readonly { value: Dependency["kind"]; label: string }[] = [
  { value: "finish_start", label: "finish → start" },
  { value: "start_start", label: "start → start" },
  { value: "finish_finish", label: "finish → finish" },
  { value: "start_finish", label: "start → finish" },
];

export function Ties({ phase, planned: { planned, plan } }: { phase: Phase; planned: Planned }) {
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

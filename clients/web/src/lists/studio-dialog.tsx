// The studio's own settings: name, zone, how long holds last, and how challenges run.
import { useId, useMemo, useState, type FormEvent } from "react";

import type { Tenant } from "@production-tool/shared";

import { changedFields, checkName, checkZone } from "../lib/forms.ts";
import { useCommands, useLive } from "../studio/live.tsx";
import { closeDialog } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { holidayFields, holidayValue, StudioDays } from "./studio-days.tsx";
import { knownZones } from "./zones.ts";

export function StudioDialog() {
  const studio = useLive((state) => state.tenant);
  return studio === null ? null : <StudioForm studio={studio} />;
}

interface HoursField {
  readonly key: "hold_response_hours" | "hold_expiry_hours" | "challenge_hours" | "confirm_window_hours";
  readonly label: string;
  readonly hint: string;
  readonly from: number;
  readonly to: number;
}

const HOLDS: readonly HoursField[] = [
  {
    key: "hold_response_hours",
    label: "Artists answer a hold within (hours)",
    hint: "Later answers are refused; the hold itself stays until it expires.",
    from: 1,
    to: 24 * 90,
  },
  {
    key: "hold_expiry_hours",
    label: "Holds expire after (hours)",
    hint: "336 hours are two weeks. The clock stands still while a hold is challenged.",
    from: 1,
    to: 24 * 366,
  },
];

const CHALLENGES: readonly HoursField[] = [
  {
    key: "challenge_hours",
    label: "Time to answer a challenge (hours)",
    hint: "From 24 to 48. Who stays silent gives up the days.",
    from: 24,
    to: 48,
  },
  {
    key: "confirm_window_hours",
    label: "Time to confirm after winning (hours)",
    hint: "Else the challenger goes to the end of the line.",
    from: 1,
    to: 72,
  },
];

type Hours = Record<HoursField["key"], string>;

function StudioForm({ studio }: { studio: Tenant }) {
  const formId = useId();
  const commands = useCommands();
  const [opened] = useState(studio);
  const [name, setName] = useState(studio.name);
  const [zone, setZone] = useState(studio.zone);
  const [hours, setHours] = useState<Hours>(() => ({
    hold_response_hours: String(studio.hold_response_hours),
    hold_expiry_hours: String(studio.hold_expiry_hours),
    challenge_hours: String(studio.challenge_hours),
    confirm_window_hours: String(studio.confirm_window_hours),
  }));
  const [holidays, setHolidays] = useState(() => holidayValue(studio));
  const [closures, setClosures] = useState(studio.closures);
  const [clock, setClock] = useState(studio.challenge_clock);
  const [problem, setProblem] = useState<Partial<Record<HoursField["key"] | "name" | "zone", string>>>({});
  const zones = useMemo(knownZones, []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = check(name, zone, hours);
    setProblem(found);
    if (Object.keys(found).length > 0) return;
    const fields = {
      name: name.trim(),
      zone,
      challenge_clock: clock,
      ...holidayFields(holidays),
      closures: closures.filter(({ day }) => day !== ""),
      hold_response_hours: Number(hours.hold_response_hours),
      hold_expiry_hours: Number(hours.hold_expiry_hours),
      challenge_hours: Number(hours.challenge_hours),
      confirm_window_hours: Number(hours.confirm_window_hours),
    };
    const change = changedFields(fields, opened);
    if (Object.keys(change).length > 0) commands.editStudio(change, opened.version);
    closeDialog();
  };
  const field = ({ key, label, hint }: HoursField) => (
    <TextField
      key={key}
      label={label}
      inputMode="numeric"
      value={hours[key]}
      error={problem[key]}
      hint={hint}
      onChange={(event) => setHours({ ...hours, [key]: event.target.value })}
    />
  );
  return (
    <Dialog
      title="Studio settings"
      onClose={closeDialog}
      footer={
        <>
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" form={formId}>
            Save
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="grid gap-6">
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <TextField
            label="Name"
            value={name}
            maxLength={200}
            error={problem.name}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label="Time zone of the schedule"
            list={`${formId}-zones`}
            value={zone}
            error={problem.zone}
            onChange={(event) => setZone(event.target.value)}
          />
          <datalist id={`${formId}-zones`}>
            {zones.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </div>
        <StudioDays
          holidays={holidays}
          closures={closures}
          onHolidays={setHolidays}
          onClosures={setClosures}
        />
        <fieldset className="grid gap-3">
          <legend className="mb-2 text-sm font-semibold">Holds</legend>
          <div className="grid items-start gap-4 sm:grid-cols-2">{HOLDS.map(field)}</div>
        </fieldset>
        <fieldset className="grid gap-3">
          <legend className="mb-2 text-sm font-semibold">Challenges</legend>
          <div className="grid items-start gap-4 sm:grid-cols-2">{CHALLENGES.map(field)}</div>
          <div role="radiogroup" aria-label="How the hours of a challenge pass" className="grid gap-1.5">
            <ClockChoice
              group={`${formId}-clock`}
              label="By the clock on the wall"
              hint="24 hours from Friday noon end on Saturday noon."
              checked={clock === "wall"}
              onChoose={() => setClock("wall")}
            />
            <ClockChoice
              group={`${formId}-clock`}
              label="Only in the artist’s working hours"
              hint="Nights and weekends do not count against anybody."
              checked={clock === "working"}
              onChoose={() => setClock("working")}
            />
          </div>
        </fieldset>
        <p className="text-xs text-ink-3">Deadlines that run already stay as they are.</p>
      </form>
    </Dialog>
  );
}

interface ClockChoiceProps {
  group: string;
  label: string;
  hint: string;
  checked: boolean;
  onChoose: () => void;
}

function ClockChoice({ group, label, hint, checked, onChoose }: ClockChoiceProps) {
  return (
    <label className="flex items-start gap-2 text-sm">
      <input
        type="radio"
        name={group}
        checked={checked}
        onChange={onChoose}
        className="mt-0.5 size-4 accent-(--accent)"
      />
      <span>
        {label}
        <span className="block text-xs text-ink-3">{hint}</span>
      </span>
    </label>
  );
}

function check(name: string, zone: string, hours: Hours): Partial<Record<HoursField["key"] | "name" | "zone", string>> {
  const found: Partial<Record<HoursField["key"] | "name" | "zone", string>> = {};
  const badName = checkName(name, "studio");
  if (badName !== null) found.name = badName;
  const badZone = checkZone(zone);
  if (badZone !== null) found.zone = badZone;
  for (const { key, from, to } of [...HOLDS, ...CHALLENGES]) {
    const value = Number(hours[key]);
    if (hours[key].trim() === "" || !Number.isInteger(value) || value < from || value > to) {
      found[key] = `Enter a whole number from ${from} to ${to}.`;
    }
  }
  return found;
}

// A booking that repeats: who, which days, which part of the day, how often; and the days it comes to.
import { useId, useMemo, useState, type FormEvent } from "react";

import type { LiveStatus, Pattern } from "@production-tool/shared";

import { formatDay, plural } from "../lib/format.ts";
import { addDays, DAY, startOfDay, wallClock } from "../lib/time.ts";
import { WEEKDAYS } from "../lists/hours-editor.tsx";
import { ArtistChoice, ProjectChoice } from "../schedule/choices.tsx";
import { StatusChoice } from "../schedule/status-choice.tsx";
import { useCommands, useLocale, useZone } from "../studio/live.tsx";
import { closeDialog } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { daysOf, MOST_OCCURRENCES, weekdayOf } from "./days.ts";

type Part = NonNullable<Pattern["part"]>;
type Freq = NonNullable<Pattern["freq"]>;

const PARTS: readonly { value: Part; label: string }[] = [
  { value: "day", label: "The whole day" },
  { value: "am", label: "The morning" },
  { value: "pm", label: "The afternoon" },
  { value: "times", label: "From … to …" },
];

interface Fields {
  readonly first: string;
  readonly freq: Freq;
  readonly interval: string;
  readonly weekdays: readonly number[];
  readonly ends: "count" | "until";
  readonly count: string;
  readonly until: string;
  readonly part: Part;
  readonly start: string;
  readonly end: string;
  readonly skipHolidays: boolean;
}

/** What the fields mean, or what is wrong with them. */
export function readPattern(fields: Fields): { pattern: Pattern } | { problem: string } {
  const interval = Number(fields.interval);
  const count = Number(fields.count);
  if (!/^\d{4}-\d\d-\d\d$/u.test(fields.first)) return { problem: "Enter the first day." };
  if (!Number.isInteger(interval) || interval < 1 || interval > 52) return { problem: "Repeat every 1 to 52." };
  if (fields.ends === "count" && (!Number.isInteger(count) || count < 1 || count > MOST_OCCURRENCES)) {
    return { problem: `Enter how many times, from 1 to ${MOST_OCCURRENCES}.` };
  }
  if (fields.ends === "until" && (fields.until === "" || fields.until < fields.first)) {
    return { problem: "Enter a last day that is not before the first." };
  }
  const timed = fields.part === "times";
  if (timed && (fields.start === "" || fields.end === "")) return { problem: "Enter both times." };
  return {
    pattern: {
      first: fields.first,
      freq: fields.freq,
      interval,
      ...(fields.freq === "weekly" && fields.weekdays.length > 0 ? { weekdays: [...fields.weekdays] } : {}),
      ...(fields.ends === "count" ? { count } : { until: fields.until }),
      part: fields.part,
      ...(timed ? { start: fields.start, end: fields.end } : {}),
      ...(fields.skipHolidays ? { skip_holidays: true } : {}),
    },
  };
}

export function SeriesDialog({ artistId }: { artistId: string | null }) {
  const formId = useId();
  const commands = useCommands();
  const zone = useZone();
  const [artist, setArtist] = useState<string | null>(artistId);
  const [artistError, setArtistError] = useState<string | undefined>();
  const [title, setTitle] = useState("");
  const [project, setProject] = useState<string | null>(null);
  const [status, setStatus] = useState<LiveStatus>("hold");
  const [fields, setFields] = useState<Fields>(() => {
    // Tomorrow, or the Monday after where that is a weekend.
    const days = [1, 2, 3].map((by) => wallClock(addDays(startOfDay(Date.now(), zone), by, zone), zone).date);
    const first = days.find((day) => weekdayOf(day) < 5) ?? days[0] ?? "";
    return {
      first,
      freq: "weekly",
      interval: "1",
      weekdays: [weekdayOf(first)],
      ends: "count",
      count: "8",
      until: "",
      part: "day",
      start: "09:00",
      end: "18:00",
      skipHolidays: false,
    };
  });
  const read = readPattern(fields);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (artist === null) setArtistError("Choose who is booked.");
    if (artist === null || "problem" in read) return;
    commands.placeSeries({
      artist_id: artist,
      title: title.trim(),
      status,
      pattern: read.pattern,
      ...(project === null ? {} : { project_id: project }),
    });
    closeDialog();
  };
  const set = (change: Partial<Fields>): void => setFields({ ...fields, ...change });
  return (
    <Dialog
      title="Repeating booking"
      onClose={closeDialog}
      footer={
        <>
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" form={formId}>
            Book them
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="grid gap-4">
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <ArtistChoice
            value={artist}
            error={artistError}
            onChange={(id) => {
              setArtist(id);
              setArtistError(undefined);
            }}
          />
          <TextField
            label="Title"
            placeholder="What is it for?"
            maxLength={300}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
          <ProjectChoice value={project} onChange={setProject} />
          <StatusChoice value={status} onChange={setStatus} />
        </div>
        <PatternFields fields={fields} onChange={set} />
        <Days read={read} />
      </form>
    </Dialog>
  );
}

function PatternFields({ fields, onChange }: { fields: Fields; onChange: (change: Partial<Fields>) => void }) {
  return (
    <fieldset className="grid gap-3 border-t border-line pt-4">
      <legend className="sr-only">How it repeats</legend>
      <div className="grid items-start gap-3 sm:grid-cols-3">
        <TextField
          label="First day"
          type="date"
          value={fields.first}
          onChange={(event) => {
            const first = event.target.value;
            const follows = fields.weekdays.length === 1 && fields.weekdays[0] === weekdayOf(fields.first);
            onChange(follows && first !== "" ? { first, weekdays: [weekdayOf(first)] } : { first });
          }}
        />
        <SelectField
          label="Repeats"
          value={fields.freq}
          onChange={(event) => onChange({ freq: event.target.value as Freq })}
        >
          <option value="daily">daily</option>
          <option value="weekly">weekly</option>
          <option value="monthly">monthly</option>
        </SelectField>
        <TextField
          label={`Every … ${fields.freq === "daily" ? "days" : fields.freq === "weekly" ? "weeks" : "months"}`}
          inputMode="numeric"
          value={fields.interval}
          onChange={(event) => onChange({ interval: event.target.value })}
        />
      </div>
      {fields.freq === "weekly" && <Weekdays chosen={fields.weekdays} onChange={(weekdays) => onChange({ weekdays })} />}
      <div className="grid items-start gap-3 sm:grid-cols-3">
        <SelectField
          label="Ends"
          value={fields.ends}
          onChange={(event) => onChange({ ends: event.target.value as Fields["ends"] })}
        >
          <option value="count">after a number of times</option>
          <option value="until">on a day</option>
        </SelectField>
        {fields.ends === "count" ? (
          <TextField
            label="How many times"
            inputMode="numeric"
            value={fields.count}
            onChange={(event) => onChange({ count: event.target.value })}
          />
        ) : (
          <TextField
            label="Last day"
            type="date"
            value={fields.until}
            onChange={(event) => onChange({ until: event.target.value })}
          />
        )}
        <SelectField
          label="Which part of the day"
          value={fields.part}
          onChange={(event) => onChange({ part: event.target.value as Part })}
        >
          {PARTS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        {fields.part === "times" && (
          <>
            <TextField
              label="From"
              type="time"
              value={fields.start}
              onChange={(event) => onChange({ start: event.target.value })}
            />
            <TextField
              label="To"
              type="time"
              value={fields.end}
              onChange={(event) => onChange({ end: event.target.value })}
            />
          </>
        )}
      </div>
      <label className="flex min-h-6 items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={fields.skipHolidays}
          onChange={(event) => onChange({ skipHolidays: event.target.checked })}
          className="size-4 accent-(--accent)"
        />
        Leave out public holidays
      </label>
    </fieldset>
  );
}

function Weekdays({ chosen, onChange }: { chosen: readonly number[]; onChange: (days: readonly number[]) => void }) {
  return (
    <div role="group" aria-label="Weekdays" className="flex flex-wrap gap-1.5">
      {WEEKDAYS.map((name, day) => {
        const on = chosen.includes(day);
        return (
          <Button
            key={name}
            size="s"
            weight={on ? "chosen" : "plain"}
            aria-pressed={on}
            onClick={() => onChange(on ? chosen.filter((each) => each !== day) : [...chosen, day].sort((a, b) => a - b))}
          >
            {name.slice(0, 3)}
          </Button>
        );
      })}
    </div>
  );
}

const SHOWN = 8;

function Days({ read }: { read: ReturnType<typeof readPattern> }) {
  const locale = useLocale();
  const days = useMemo(() => ("pattern" in read ? daysOf(read.pattern) : []), [read]);
  if ("problem" in read) {
    return (
      <p role="status" className="text-sm text-bad">
        {read.problem}
      </p>
    );
  }
  const words = days.slice(0, SHOWN).map((day) => formatDay(Date.parse(`${day}T00:00Z`) + DAY / 2, "UTC", locale));
  const more = days.length > SHOWN ? ` … and ${days.length - SHOWN} more` : "";
  return (
    <p role="status" data-testid="series-days" className="tabular rounded-md bg-sunken px-3 py-2 text-sm">
      <span className="font-semibold">{plural(days.length, "booking")}:</span> {words.join(", ")}
      {more}
      <span className="block text-xs text-ink-3">All of them are placed, or none is. On the artist’s own clock.</span>
    </p>
  );
}

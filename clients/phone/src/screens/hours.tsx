// The sheet in which working hours are changed: days and hours by tapping, or to the minute in fields.
import { useState } from "preact/hooks";

import type { Artist, WorkingHours } from "@production-tool/shared";

import { changeProfile } from "../live/answers.ts";
import { DAYS, hoursOn } from "../time/weekdays.ts";
import { Button } from "../ui/button.tsx";
import { CloseIcon } from "../ui/icons.tsx";
import { useRangeGesture, within, type Steps } from "../ui/range-gesture.ts";
import { Sheet } from "../ui/sheet.tsx";

export function HoursSheet({ artist, hours, onClose }: { artist: Artist; hours: readonly WorkingHours[]; onClose: () => void }) {
  const [rows, setRows] = useState(() => DAYS.map((_, day) => hours.filter((one) => one.day === day)));
  const put = (day: number, spans: readonly WorkingHours[]): void =>
    setRows(rows.map((row, at) => (at === day ? [...spans] : row)));
  const bad = rows.flat().some(({ start, end }) => start === "" || end === "" || start >= end);
  return (
    <Sheet title="Working hours" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (bad) return;
          changeProfile(artist.id, { working_hours: rows.flat() });
          onClose();
        }}
      >
        <TapHours
          rows={rows}
          onSet={(days, spans) => setRows(rows.map((row, day) => (days.has(day) ? spans.map((span) => ({ ...span, day })) : row)))}
        />
        <details class="stack" open={bad}>
          <summary>To the minute, or in two spans a day</summary>
          {DAYS.map((name, day) => (
            <HoursOfDay key={name} name={name} day={day} spans={rows[day] ?? []} onChange={(spans) => put(day, spans)} />
          ))}
        </details>
        {bad && <p role="alert" class="warning">Every span needs a start before its end.</p>}
        <Button weight="primary" type="submit" disabled={bad}>
          Save
        </Button>
      </form>
    </Sheet>
  );
}

interface HoursOfDayProps {
  name: string;
  day: number;
  spans: readonly WorkingHours[];
  onChange: (spans: readonly WorkingHours[]) => void;
}

function HoursOfDay({ name, day, spans, onChange }: HoursOfDayProps) {
  const works = spans.length > 0;
  return (
    <fieldset class="hours">
      <legend>{name}</legend>
      <label class="check">
        <input
          type="checkbox"
          checked={works}
          onChange={() => onChange(works ? [] : [{ day, start: "09:00", end: "18:00" }])}
        />
        <span>I work</span>
      </label>
      {spans.map((span, index) => {
        const change = (part: Partial<WorkingHours>): void =>
          onChange(spans.map((one, at) => (at === index ? { ...one, ...part } : one)));
        return (
          <div key={index} class="times">
            <input
              type="time"
              aria-label={`${name} from`}
              value={span.start}
              onInput={({ currentTarget }) => change({ start: currentTarget.value })}
            />
            –
            <input
              type="time"
              aria-label={`${name} until`}
              // A field for times cannot show the day's end; a minute before says it to the eye.
              value={span.end === "24:00" ? "23:59" : span.end}
              onInput={({ currentTarget }) => change({ end: currentTarget.value === "23:59" ? "24:00" : currentTarget.value })}
            />
            {spans.length > 1 && (
              <button
                class="button quiet square"
                type="button"
                aria-label={`Remove this span of ${name}`}
                onClick={() => onChange(spans.filter((_, at) => at !== index))}
              >
                <CloseIcon />
              </button>
            )}
          </div>
        );
      })}
      {works && spans.length < 3 && (
        <Button weight="quiet" onPress={() => onChange([...spans, { day, start: "", end: "" }])} label={`Another span on ${name}`}>
          Another span
        </Button>
      )}
    </fieldset>
  );
}

/** "00" to "23", each the hour that begins then. */
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
const WEEKDAYS: ReadonlySet<number> = new Set([0, 1, 2, 3, 4]);

interface TapHoursProps {
  rows: readonly (readonly WorkingHours[])[];
  onSet: (days: ReadonlySet<number>, spans: readonly Omit<WorkingHours, "day">[]) => void;
}

/** Days are chosen, then hours by a drag, two taps or the keyboard; what is set is read out below. */
function TapHours({ rows, onSet }: TapHoursProps) {
  const [days, setDays] = useState(WEEKDAYS);
  const [span, setSpan] = useState<Steps | null>(null);
  const gesture = useRangeGesture({ attribute: "hour", chosen: span, onChoose: setSpan });
  const from = span && `${span.first}:00`;
  const until = span && (span.last === "23" ? "24:00" : `${HOURS[Number(span.last) + 1] ?? "24"}:00`);
  const toggle = (day: number): void => {
    const next = new Set(days);
    if (!next.delete(day)) next.add(day);
    setDays(next);
  };
  return (
    <div class="stack">
      <div class="day-toggles" role="group" aria-label="Days to set">
        {DAYS.map((name, day) => (
          <button key={name} type="button" class="chip" aria-pressed={days.has(day)} onClick={() => toggle(day)}>
            <span aria-hidden="true">{name.slice(0, 2)}</span>
            <span class="heard">{name}</span>
          </button>
        ))}
      </div>
      <p class="soft">Drag over the hours you work on these days, or tap the first and the last.</p>
      <div class="hour-grid" role="group" aria-label="Hours" {...gesture.handlers}>
        {HOURS.map((hour) => (
          <button
            key={hour}
            type="button"
            class="hour"
            data-hour={hour}
            aria-label={`${hour}:00 to ${Number(hour) + 1}:00`}
            aria-pressed={span !== null && within(hour, span)}
            onClick={() => gesture.press(hour)}
          >
            {hour}
          </button>
        ))}
      </div>
      <div class="answers">
        <Button
          disabled={span === null || days.size === 0}
          onPress={() => {
            if (from === null || until === null) return;
            onSet(days, [{ start: from, end: until }]);
            setSpan(null);
          }}
        >
          {from === null ? "Set hours" : `Set ${from} – ${until}`}
        </Button>
        <Button weight="quiet" disabled={days.size === 0} onPress={() => onSet(days, [])}>
          Free on these days
        </Button>
      </div>
      <ul class="plain-list rows" aria-label="As set" aria-live="polite">
        {DAYS.map((name, day) => (
          <li key={name}>
            <span>{name}</span>
            <span class="soft figures">{hoursOn(rows[day] ?? [], day)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

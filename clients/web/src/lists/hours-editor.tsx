// Working hours of a week: a line a day, with a break where there are two spans.
import { Plus, X } from "lucide-react";

import type { WorkingHours } from "@production-tool/shared";

import { IconButton } from "../ui/button.tsx";

export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

export interface HoursEditorProps {
  hours: readonly WorkingHours[];
  zone: string;
  error: string | undefined;
  onChange: (hours: readonly WorkingHours[]) => void;
}

/** The next span of a day: the usual day, or an hour after the last one ends. */
function nextSpan(day: number, spans: readonly WorkingHours[]): WorkingHours {
  const last = spans.at(-1);
  if (last === undefined) return { day, start: "09:00", end: "18:00" };
  const hour = Math.min(22, Number(last.end.slice(0, 2)) + 1);
  return { day, start: `${String(hour).padStart(2, "0")}:00`, end: `${String(hour + 1).padStart(2, "0")}:00` };
}

export function HoursEditor({ hours, zone, error, onChange }: HoursEditorProps) {
  const set = (from: WorkingHours, to: WorkingHours): void =>
    onChange(hours.map((span) => (span === from ? to : span)));
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1 text-xs font-medium text-ink-2">
        Working hours <span className="font-normal text-ink-3">in {zone}</span>
      </legend>
      {WEEKDAYS.map((name, day) => {
        const spans = hours.filter((span) => span.day === day);
        return (
          <div key={name} className="grid min-h-8 grid-cols-[6rem_1fr_auto] items-start gap-2">
            <span className="flex h-8 items-center text-sm">{name}</span>
            <div className="grid gap-1.5">
              {spans.length === 0 && <span className="flex h-8 items-center text-sm text-ink-3">Not working</span>}
              {spans.map((span, index) => (
                <div key={index} className="flex items-center gap-1.5">
                  <Clock
                    label={`${name} from`}
                    value={span.start}
                    onChange={(start) => set(span, { ...span, start })}
                  />
                  <span aria-hidden className="text-ink-3">
                    –
                  </span>
                  <Clock label={`${name} until`} value={span.end} onChange={(end) => set(span, { ...span, end })} />
                  <IconButton
                    label={`Remove ${name} ${span.start} to ${span.end}`}
                    icon={<X size={14} />}
                    onClick={() => onChange(hours.filter((other) => other !== span))}
                  />
                </div>
              ))}
            </div>
            <IconButton
              label={`Add hours on ${name}`}
              icon={<Plus size={15} />}
              disabled={spans.length >= 3}
              onClick={() => onChange([...hours, nextSpan(day, spans)])}
            />
          </div>
        );
      })}
      {error !== undefined && (
        <p role="alert" className="text-xs text-bad">
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** Text rather than a time field: a day that ends at 24:00 has to be possible. */
function Clock({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <input
      type="text"
      inputMode="numeric"
      aria-label={label}
      value={value}
      maxLength={5}
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
      className="control tabular w-20 text-center"
    />
  );
}

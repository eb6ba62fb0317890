// Start and end as fields: the way to every change of dates that needs no dragging.
import { useId } from "react";

import { classes } from "../lib/classes.ts";
import { formatLength } from "../lib/format.ts";
import { readRange, withStartDate, type RangeFields } from "./range.ts";

export interface RangeInputsProps {
  fields: RangeFields;
  zone: string;
  disabled?: boolean;
  onChange: (fields: RangeFields) => void;
  /** Enter in any of the fields. */
  onEnter?: () => void;
}

export function RangeInputs({ fields, zone, disabled = false, onChange, onEnter }: RangeInputsProps) {
  const id = useId();
  const read = readRange(fields, zone);
  const bad = read.ok ? null : read.field;
  const note = `${id}-note`;
  const input = (
    label: string,
    type: "date" | "time",
    value: string,
    side: "start" | "end",
    set: (next: string) => void,
  ) => (
    <input
      type={type}
      aria-label={label}
      value={value}
      disabled={disabled}
      required
      min={type === "date" ? "2000-01-01" : undefined}
      max={type === "date" ? "2100-01-01" : undefined}
      aria-invalid={bad === side || undefined}
      aria-describedby={note}
      onChange={(event) => set(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || onEnter === undefined) return;
        event.preventDefault();
        onEnter();
      }}
      className="control tabular min-w-0 px-2"
    />
  );
  return (
    <div className="grid gap-2">
      <div
        className={classes(
          "grid items-center gap-x-2 gap-y-1.5",
          fields.wholeDays ? "grid-cols-[3.5rem_1fr]" : "grid-cols-[3.5rem_1fr_7.25rem]",
        )}
      >
        <span className="text-xs font-medium text-ink-2">Start</span>
        {input("Start date", "date", fields.startDate, "start", (next) => onChange(withStartDate(fields, next)))}
        {!fields.wholeDays &&
          input("Start time", "time", fields.startTime, "start", (startTime) => onChange({ ...fields, startTime }))}
        <span className="text-xs font-medium text-ink-2">{fields.wholeDays ? "Last day" : "End"}</span>
        {input(fields.wholeDays ? "Last day" : "End date", "date", fields.endDate, "end", (endDate) =>
          onChange({ ...fields, endDate }),
        )}
        {!fields.wholeDays &&
          input("End time", "time", fields.endTime, "end", (endTime) => onChange({ ...fields, endTime }))}
      </div>
      <div className="flex items-center justify-between gap-2">
        <label className="flex min-h-6 items-center gap-2 text-xs text-ink-2">
          <input
            type="checkbox"
            checked={fields.wholeDays}
            disabled={disabled}
            onChange={(event) => onChange(toggleWholeDays(fields, event.target.checked))}
            className="size-4 accent-(--accent)"
          />
          Whole days
        </label>
        <p id={note} className={read.ok ? "tabular text-xs text-ink-3" : "text-xs text-bad"}>
          {read.ok ? `${formatLength(read.start, read.end, zone)} · ${zone}` : read.message}
        </p>
      </div>
    </div>
  );
}

/** Times go and come back without the days changing: an end at midnight belongs to the day before. */
function toggleWholeDays(fields: RangeFields, wholeDays: boolean): RangeFields {
  if (!wholeDays) return { ...fields, wholeDays };
  const atMidnight = fields.endTime === "00:00" && fields.endDate > fields.startDate;
  if (!atMidnight) return { ...fields, wholeDays };
  const last = new Date(Date.parse(`${fields.endDate}T00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return { ...fields, wholeDays, endDate: last };
}

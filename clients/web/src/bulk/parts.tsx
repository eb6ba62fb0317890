// What the dialogs of many bookings have in common: how far, in what, and what it comes to.
import { Minus, Plus } from "lucide-react";
import { useId } from "react";

import { IconButton } from "../ui/button.tsx";
import type { ShiftUnit } from "./shift.ts";

const UNITS: readonly { value: ShiftUnit; label: string }[] = [
  { value: "days", label: "days" },
  { value: "working_days", label: "working days" },
  { value: "weeks", label: "weeks" },
];

export interface HowFarProps {
  label: string;
  text: string;
  unit: ShiftUnit;
  note: string;
  good: boolean;
  onText: (text: string) => void;
  onUnit: (unit: ShiftUnit) => void;
}

export function HowFar({ label, text, unit, note, good, onText, onUnit }: HowFarProps) {
  const id = useId();
  const now = Number(text);
  // Nothing is no move: stepping passes over zero.
  const step = (by: number): void => onText(String((Number.isInteger(now) ? now : 0) + by || by));
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-xs font-medium text-ink-2">
        {label}
      </label>
      <div className="flex items-center gap-1.5">
        <IconButton label="One less" icon={<Minus size={15} />} onClick={() => step(-1)} />
        <input
          id={id}
          inputMode="numeric"
          autoComplete="off"
          autoFocus
          value={text}
          aria-invalid={!good || undefined}
          aria-describedby={`${id}-note`}
          onChange={(event) => onText(event.target.value)}
          className="control tabular w-16 text-center"
        />
        <IconButton label="One more" icon={<Plus size={15} />} onClick={() => step(1)} />
        <select
          aria-label="Unit"
          value={unit}
          onChange={(event) => onUnit(event.target.value as ShiftUnit)}
          className="control flex-1 pr-1"
        >
          {UNITS.map(({ value, label: word }) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
      </div>
      <p id={`${id}-note`} className={good ? "text-xs text-ink-3" : "text-xs text-bad"}>
        {note}
      </p>
    </div>
  );
}

// Hold, pencil or confirmed for a new booking.
import { ToggleGroup } from "radix-ui";

import type { LiveStatus } from "@production-tool/shared";

const CHOICES: readonly { value: LiveStatus; label: string; means: string }[] = [
  { value: "hold", label: "Hold", means: "Asked for; others may queue behind." },
  { value: "pencil", label: "Pencil", means: "The artist said yes; the time is taken." },
  { value: "confirmed", label: "Confirmed", means: "Both sides are bound." },
];

export function StatusChoice({ value, onChange }: { value: LiveStatus; onChange: (status: LiveStatus) => void }) {
  const means = CHOICES.find((choice) => choice.value === value)?.means;
  return (
    <div className="grid gap-1">
      <ToggleGroup.Root
        type="single"
        value={value}
        aria-label="Status"
        onValueChange={(next) => next !== "" && onChange(next as LiveStatus)}
        className="grid h-8 grid-cols-3 rounded-md bg-sunken p-0.5"
      >
        {CHOICES.map((choice) => (
          <ToggleGroup.Item
            key={choice.value}
            value={choice.value}
            className="rounded-sm text-xs font-medium text-ink-2 hover:text-ink data-[state=on]:bg-surface data-[state=on]:text-ink data-[state=on]:shadow-s"
          >
            {choice.label}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      <p className="text-xs text-ink-3">{means}</p>
    </div>
  );
}

// Days the studio does not work: its country's public holidays, and closing days of its own.
import { Plus, X } from "lucide-react";

import type { Closure, Tenant } from "@production-tool/shared";

import { Button, IconButton } from "../ui/button.tsx";
import { HolidayChoice } from "./artist-extras.tsx";

/** "DE-BY", or "none" where no country's holidays are kept. */
export function holidayValue({ holiday_country: country, holiday_subdivision: part }: Tenant): string {
  if (country === "") return "none";
  return part === "" ? country : `${country}-${part}`;
}

export function holidayFields(value: string): { holiday_country: string; holiday_subdivision: string } {
  const [country = "", ...part] = value.split("-");
  const none = country === "none" || country === "";
  return { holiday_country: none ? "" : country, holiday_subdivision: none ? "" : part.join("-") };
}

export interface StudioDaysProps {
  holidays: string;
  closures: readonly Closure[];
  onHolidays: (value: string) => void;
  onClosures: (closures: readonly Closure[]) => void;
}

export function StudioDays({ holidays, closures, onHolidays, onClosures }: StudioDaysProps) {
  const set = (at: number, change: Partial<Closure>): void =>
    onClosures(closures.map((each, index) => (index === at ? { ...each, ...change } : each)));
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 text-sm font-semibold">Days off</legend>
      <div className="max-w-72">
        <HolidayChoice value={holidays} studio onChange={onHolidays} />
      </div>
      {closures.map((closure, index) => (
        <div key={index} className="flex flex-wrap items-center gap-2">
          <input
            type="date"
            aria-label={`Day ${index + 1}`}
            value={closure.day}
            onChange={(event) => set(index, { day: event.target.value })}
            className="control w-40"
          />
          <input
            aria-label={`Name of day ${index + 1}`}
            placeholder="Why"
            maxLength={120}
            value={closure.name}
            onChange={(event) => set(index, { name: event.target.value })}
            className="control min-w-32 flex-1"
          />
          <select
            aria-label={`Day ${index + 1} is`}
            value={closure.open ? "open" : "closed"}
            onChange={(event) => set(index, { open: event.target.value === "open" })}
            className="control w-40 pr-1"
          >
            <option value="closed">closed</option>
            <option value="open">open all the same</option>
          </select>
          <IconButton
            label={`Remove day ${index + 1}`}
            icon={<X size={15} />}
            onClick={() => onClosures(closures.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button
        size="s"
        className="justify-self-start"
        onClick={() => onClosures([...closures, { day: "", name: "", open: false }])}
      >
        <Plus aria-hidden size={14} />
        Add a day
      </Button>
    </fieldset>
  );
}

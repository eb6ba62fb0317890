// The artist's other dates for a hold: what was proposed, and the fields to propose with.
import { useEffect, useRef, useState, type FormEvent } from "react";

import { rangeOf, type FullBooking } from "@production-tool/shared";

import { formatRange } from "../lib/format.ts";
import { RangeInputs } from "../schedule/range-inputs.tsx";
import { rangeFields, readRange } from "../schedule/range.ts";
import { useCommands, useLocale, useZone } from "../studio/live.tsx";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";

export interface ProposeDatesProps {
  booking: FullBooking;
  /** The studio takes down what the artist said. */
  onBehalf?: boolean;
}

export function ProposeDates({ booking, onBehalf = false }: ProposeDatesProps) {
  const zone = useZone();
  const locale = useLocale();
  const [open, setOpen] = useState(false);
  const { counter } = booking;
  if (booking.status !== "hold" || booking.response === "accepted") return null;
  if (open) return <ProposalForm booking={booking} onBehalf={onBehalf} onClose={() => setOpen(false)} />;
  // What was proposed stands in a card of its own beside the studio's answer.
  const proposed = counter === null || onBehalf ? null : rangeOf(counter);
  const verb = counter === null ? "Propose other dates" : "Propose different dates";
  return (
    <div className="grid justify-items-start gap-3">
      {proposed !== null && (
        <p className="tabular w-full rounded-md bg-sunken p-3 text-sm" data-testid="proposed">
          You proposed {formatRange(proposed.start, proposed.end, zone, locale)}.
          {counter?.note !== "" && <span className="block text-ink-2">“{counter?.note}”</span>}
        </p>
      )}
      <Button size={onBehalf ? "m" : "l"} onClick={() => setOpen(true)}>
        {onBehalf ? `${verb} on behalf…` : verb}
      </Button>
    </div>
  );
}

function ProposalForm({ booking, onBehalf, onClose }: Required<ProposeDatesProps> & { onClose: () => void }) {
  const zone = useZone();
  const commands = useCommands();
  const form = useRef<HTMLFormElement>(null);
  // The button that opened it is gone: the keyboard goes on in the first field.
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const asked = rangeOf(booking);
  const [fields, setFields] = useState(() => {
    const { start, end } = rangeOf(booking.counter ?? booking);
    return rangeFields(start, end, zone);
  });
  const [note, setNote] = useState(booking.counter?.note ?? "");
  const read = readRange(fields, zone);
  const other = read.ok && (read.start !== asked.start || read.end !== asked.end);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!read.ok || !other) return;
    commands.propose(booking, read.start, read.end, note.trim());
    onClose();
  };
  return (
    <form
      ref={form}
      noValidate
      aria-label="Other dates"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
      className="grid gap-3 rounded-md bg-sunken p-3"
    >
      <RangeInputs fields={fields} zone={zone} onChange={setFields} />
      <TextField
        label={onBehalf ? "What the artist said (may be left out)" : "Note to the studio (may be left out)"}
        value={note}
        maxLength={1000}
        onChange={(event) => setNote(event.target.value)}
      />
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Go back
        </Button>
        <Button weight="primary" type="submit" disabled={!other}>
          Propose
        </Button>
      </div>
    </form>
  );
}

// Copying bookings, such as a week of them, to later dates: once, or again and again.
import { useId, useMemo, useState, type FormEvent } from "react";

import { isFull, rangeOf, type FullBooking } from "@production-tool/shared";

import { formatRange, plural } from "../lib/format.ts";
import { useCommands, useLive, useNames } from "../studio/live.tsx";
import { closeDialog } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { HowFar } from "./parts.tsx";
import { readShift, shifted, type Shift, type ShiftUnit } from "./shift.ts";

const MOST_TIMES = 52;

export function CopyDialog({ ids }: { ids: readonly string[] }) {
  const formId = useId();
  const commands = useCommands();
  const all = useLive((state) => state.bookings);
  const bookings = useMemo(
    () =>
      ids.flatMap((id): FullBooking[] => {
        const booking = all.get(id);
        return booking !== undefined && isFull(booking) ? [booking] : [];
      }),
    [all, ids],
  );
  const [text, setText] = useState("1");
  const [unit, setUnit] = useState<ShiftUnit>("weeks");
  const [times, setTimes] = useState("1");
  const shift = readShift(text, unit);
  const count = Number(times);
  const goodCount = Number.isInteger(count) && count >= 1 && count <= MOST_TIMES;
  const ready = shift !== null && goodCount && bookings.length > 0;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready) return;
    commands.copyBy(bookings, repeated(shift, count));
    closeDialog();
  };
  return (
    <Dialog
      title={`Copy ${plural(bookings.length, "booking")}`}
      width="s"
      description="Copies are made as holds: the artists are asked anew."
      onClose={closeDialog}
      footer={
        <>
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" form={formId} disabled={!ready}>
            {ready ? `Make ${plural(bookings.length * count, "hold")}` : "Copy"}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="grid gap-4">
        <HowFar
          label="Each copy is later by"
          text={text}
          unit={unit}
          good={shift !== null}
          note={shift === null ? "Enter a whole number, such as 1." : "All copies are made, or none is."}
          onText={setText}
          onUnit={setUnit}
        />
        <TextField
          label="How many times"
          inputMode="numeric"
          value={times}
          error={goodCount ? undefined : `Enter a whole number from 1 to ${MOST_TIMES}.`}
          onChange={(event) => setTimes(event.target.value)}
        />
        {ready && <Where bookings={bookings} shift={shift} count={count} />}
      </form>
    </Dialog>
  );
}

function repeated({ by, unit }: Shift, count: number): Shift[] {
  return Array.from({ length: count }, (_, index) => ({ by: by * (index + 1), unit }));
}

const SHOWN = 6;

function Where({ bookings, shift, count }: { bookings: readonly FullBooking[]; shift: Shift; count: number }) {
  const names = useNames();
  const artists = useLive((state) => state.artists);
  const sets = repeated(shift, Math.min(count, SHOWN)).map((each) => {
    const spans = bookings.map((booking) =>
      shifted(rangeOf(booking), each, names.zone, artists.get(booking.artist_id)),
    );
    const start = Math.min(...spans.map((span) => span.start));
    return { start, end: Math.max(...spans.map((span) => span.end)) };
  });
  return (
    <ol aria-label="Where the copies go" className="tabular grid gap-0.5 text-sm text-ink-2">
      {sets.map(({ start, end }) => (
        <li key={start}>{formatRange(start, end, names.zone, names.locale)}</li>
      ))}
      {count > SHOWN && <li className="text-ink-3">and {plural(count - SHOWN, "time")} more</li>}
    </ol>
  );
}

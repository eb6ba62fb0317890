// Changing a series: all of it, or a booking and those after it; other words, other times, other days, or an end.
import { useId, useState, type FormEvent } from "react";

import { isFull, rangeOf, type FullBooking } from "@production-tool/shared";

import { plural } from "../lib/format.ts";
import { wallClock } from "../lib/time.ts";
import { ArtistChoice } from "../schedule/choices.tsx";
import { useCommands, useLive } from "../studio/live.tsx";
import type { SeriesEdit, SeriesScope } from "../studio/series-commands.ts";
import { closeDialog } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { ReasonForm } from "../ui/reason-form.tsx";
import { seriesOf } from "./series-section.tsx";

export function SeriesEditDialog({ bookingId }: { bookingId: string }) {
  const booking = useLive((state) => state.bookings.get(bookingId));
  if (booking === undefined || !isFull(booking) || booking.series_id === null) return null;
  return <SeriesForm booking={booking} />;
}

function SeriesForm({ booking }: { booking: FullBooking }) {
  const formId = useId();
  const commands = useCommands();
  const bookings = useLive((state) => state.bookings);
  const members = seriesOf(booking, bookings.values());
  const rest = members.filter(({ start }) => start >= booking.start);
  const [scope, setScope] = useState<SeriesScope>("all");
  const [title, setTitle] = useState(booking.title);
  const [artist, setArtist] = useState<string | null>(booking.artist_id);
  const [days, setDays] = useState("0");
  const clocks = { start: wallClock(rangeOf(booking).start, booking.zone).time, end: wallClock(rangeOf(booking).end, booking.zone).time };
  const [start, setStart] = useState(clocks.start);
  const [end, setEnd] = useState(clocks.end);
  const [releasing, setReleasing] = useState(false);
  const moveDays = Number(days.replace("−", "-"));
  const goodDays = days.trim() !== "" && Number.isInteger(moveDays) && Math.abs(moveDays) <= 366;
  const timed = start !== clocks.start || end !== clocks.end;
  const change: SeriesEdit = {
    ...(title.trim() === booking.title ? {} : { title: title.trim() }),
    ...(artist === null || artist === booking.artist_id ? {} : { artist_id: artist }),
    ...(goodDays && moveDays !== 0 ? { move_days: moveDays } : {}),
    ...(timed && start !== "" && end !== "" ? { start, end } : {}),
  };
  const ready = goodDays && Object.keys(change).length > 0;
  const affected = scope === "all" ? members : rest;
  const bound = affected.some(({ status }) => status === "confirmed");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready) return;
    commands.editSeries(booking, scope, change);
    closeDialog();
  };
  return (
    <Dialog
      title="Change the series"
      width="s"
      description={`${plural(members.length, "booking")}, ${rest.length} from this one on.`}
      onClose={closeDialog}
      footer={
        <>
          <Button weight="danger" className="mr-auto" onClick={() => setReleasing(true)}>
            {scope === "all" ? "Release all…" : "Release the rest…"}
          </Button>
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" form={formId} disabled={!ready}>
            Change {plural(affected.length, "booking")}
          </Button>
        </>
      }
    >
      {releasing && (
        <ReasonForm
          label="Reason"
          go={`Release ${plural(affected.length, "booking")}`}
          danger
          {...(bound ? { missing: "Some are confirmed: give a reason; the artist will see it." } : {})}
          onCancel={() => setReleasing(false)}
          onGive={(reason) => {
            commands.releaseSeries(booking, scope, reason);
            closeDialog();
          }}
        />
      )}
      <form id={formId} noValidate onSubmit={submit} className="grid gap-4 pt-2">
        <fieldset className="flex flex-wrap gap-x-5 gap-y-1">
          <legend className="mb-1 text-xs font-medium text-ink-2">Which of them</legend>
          {(["all", "rest"] as const).map((value) => (
            <label key={value} className="flex min-h-6 items-center gap-2 text-sm">
              <input
                type="radio"
                name={`${formId}-scope`}
                checked={scope === value}
                onChange={() => setScope(value)}
                className="size-4 accent-(--accent)"
              />
              {value === "all" ? "All of them" : "This one and those after it"}
            </label>
          ))}
        </fieldset>
        <TextField label="Title" value={title} maxLength={300} onChange={(event) => setTitle(event.target.value)} />
        <ArtistChoice value={artist} onChange={setArtist} />
        <div className="grid grid-cols-3 items-start gap-3">
          <TextField
            label="Move by days"
            inputMode="numeric"
            value={days}
            error={goodDays ? undefined : "A whole number."}
            onChange={(event) => setDays(event.target.value)}
          />
          <TextField label="From" type="time" value={start} onChange={(event) => setStart(event.target.value)} />
          <TextField label="To" type="time" value={end} onChange={(event) => setEnd(event.target.value)} />
        </div>
      </form>
    </Dialog>
  );
}

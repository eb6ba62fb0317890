// Several bookings at once: shifting, confirming and releasing them as one step.
import { Minus, Plus } from "lucide-react";
import { useId, useState } from "react";

import { rangeOf, type FullBooking } from "@production-tool/shared";

import { formatRange, plural } from "../lib/format.ts";
import { useCanEdit, useCommands, useLive, useLocale, useZone } from "../studio/live.tsx";
import { openDetails } from "../studio/ui.ts";
import { bookingName, statusWord } from "../studio/words.ts";
import { StatusBadge } from "../ui/bits.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { PanelFrame, Section } from "./panel.tsx";

const LISTED = 100;

export function MultiPanel({ bookings, onClose }: { bookings: readonly FullBooking[]; onClose: () => void }) {
  const canEdit = useCanEdit();
  const commands = useCommands();
  const loose = bookings.filter(({ status }) => status === "hold" || status === "pencil");
  const pencils = bookings.filter(({ status }) => status === "pencil");
  const fixed = bookings.length - loose.length;
  return (
    <PanelFrame label="Selected bookings" title={`${plural(bookings.length, "booking")} selected`} onClose={onClose}>
      {canEdit && (
        <>
          <ShiftForm onShift={(days) => commands.shift(bookings, days)} />
          <Section>
            <div className="flex flex-wrap gap-2 empty:hidden">
              {pencils.length > 0 && (
                <Button onClick={() => commands.confirmAll(pencils)}>Confirm {plural(pencils.length, "pencil")}</Button>
              )}
              {loose.length > 0 && (
                <Button weight="danger" onClick={() => commands.releaseAll(loose)}>
                  Release {plural(loose.length, "booking")}
                </Button>
              )}
            </div>
            {fixed > 0 && (
              <p className="text-xs text-ink-3">
                {fixed === 1 ? "One is" : `${fixed} are`} confirmed. Cancelling needs a reason, so it goes one by one.
              </p>
            )}
          </Section>
        </>
      )}
      <Section>
        <ul className="-mx-2 grid grid-cols-1">
          {bookings.slice(0, LISTED).map((booking) => (
            <Row key={booking.id} booking={booking} />
          ))}
        </ul>
        {bookings.length > LISTED && (
          <p className="text-xs text-ink-3">and {(bookings.length - LISTED).toLocaleString("en")} more</p>
        )}
      </Section>
    </PanelFrame>
  );
}

function Row({ booking }: { booking: FullBooking }) {
  const zone = useZone();
  const locale = useLocale();
  const artist = useLive((state) => state.artists.get(booking.artist_id)?.name);
  const project = useLive((state) =>
    booking.project_id === null ? undefined : state.projects.get(booking.project_id)?.name,
  );
  const { start, end } = rangeOf(booking);
  return (
    <li>
      <button
        type="button"
        onClick={() => openDetails(booking.id)}
        className="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-hover"
      >
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{bookingName(booking.title, project)}</span>
          <span className="block truncate text-xs text-ink-3">
            {artist} · {formatRange(start, end, zone, locale)}
          </span>
        </span>
        <StatusBadge status={booking.status}>{statusWord(booking.status)}</StatusBadge>
      </button>
    </li>
  );
}

function ShiftForm({ onShift }: { onShift: (days: number) => void }) {
  const id = useId();
  const [text, setText] = useState("1");
  const days = Number(text);
  const good = Number.isInteger(days) && days !== 0 && Math.abs(days) <= 3660;
  const step = (by: number): void => setText(String((Number.isInteger(days) ? days : 0) + by || by));
  return (
    <form
      className="grid gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (good) onShift(days);
      }}
    >
      <label htmlFor={id} className="text-xs font-medium text-ink-2">
        Shift by days
      </label>
      <div className="flex items-center gap-1.5">
        <IconButton label="A day less" icon={<Minus size={15} />} onClick={() => step(-1)} />
        <input
          id={id}
          inputMode="numeric"
          autoComplete="off"
          value={text}
          aria-invalid={!good || undefined}
          aria-describedby={`${id}-note`}
          onChange={(event) => setText(event.target.value)}
          className="control tabular w-16 text-center"
        />
        <IconButton label="A day more" icon={<Plus size={15} />} onClick={() => step(1)} />
        <Button type="submit" className="ml-auto" disabled={!good}>
          {good ? `Shift ${plural(Math.abs(days), "day")} ${days > 0 ? "later" : "earlier"}` : "Shift"}
        </Button>
      </div>
      <p id={`${id}-note`} className={good ? "text-xs text-ink-3" : "text-xs text-bad"}>
        {good ? "All of them move, or none does." : "Enter a whole number of days, such as 7 or −1."}
      </p>
    </form>
  );
}

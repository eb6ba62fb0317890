// Several bookings at once: moving, copying, confirming and releasing them as one step.
import { rangeOf, type FullBooking } from "@production-tool/shared";

import { formatRange, plural } from "../lib/format.ts";
import { useCanEdit, useCommands, useLive, useLocale, useZone } from "../studio/live.tsx";
import { openDetails, openDialog } from "../studio/ui.ts";
import { bookingName, statusWord } from "../studio/words.ts";
import { StatusBadge } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { PanelFrame, Section } from "./panel.tsx";

const LISTED = 100;

export function MultiPanel({ bookings, onClose }: { bookings: readonly FullBooking[]; onClose: () => void }) {
  const canEdit = useCanEdit();
  const commands = useCommands();
  const loose = bookings.filter(({ status }) => status === "hold" || status === "pencil");
  const pencils = bookings.filter(({ status }) => status === "pencil");
  const ids = bookings.map(({ id }) => id);
  const fixed = bookings.length - loose.length;
  return (
    <PanelFrame label="Selected bookings" title={`${plural(bookings.length, "booking")} selected`} onClose={onClose}>
      {canEdit && (
        <>
          <div className="flex flex-wrap gap-2">
            <Button weight="primary" onClick={() => openDialog({ kind: "move", scope: { kind: "bookings", ids } })}>
              Move by…
            </Button>
            <Button onClick={() => openDialog({ kind: "copy", ids })}>Copy…</Button>
          </div>
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

// "Move by…": many bookings, or all of a project, some days earlier or later; says beforehand what stands in the way.
import { TriangleAlert } from "lucide-react";
import { useId, useMemo, useState, type FormEvent } from "react";

import { isFull, rangeOf, wouldConflict, type FullBooking, type LiveStatus } from "@production-tool/shared";

import { formatRange, plural } from "../lib/format.ts";
import { useCommands, useLive, useNames, type LiveState } from "../studio/live.tsx";
import { closeDialog, type MoveScope } from "../studio/ui.ts";
import { bookingName } from "../studio/words.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { HowFar } from "./parts.tsx";
import { readShift, shifted, type Shift, type ShiftUnit } from "./shift.ts";

const SHOWN = 5;

function bookingsIn(bookings: LiveState["bookings"], scope: MoveScope): FullBooking[] {
  if (scope.kind === "bookings") {
    return scope.ids.flatMap((id) => {
      const booking = bookings.get(id);
      return booking !== undefined && isFull(booking) ? [booking] : [];
    });
  }
  return [...bookings.values()].filter((b): b is FullBooking => isFull(b) && b.project_id === scope.id);
}

export function MoveDialog({ scope }: { scope: MoveScope }) {
  const formId = useId();
  const commands = useCommands();
  const project = useLive((state) => (scope.kind === "project" ? state.projects.get(scope.id) : undefined));
  const all = useLive((state) => state.bookings);
  const bookings = useMemo(() => bookingsIn(all, scope), [all, scope]);
  const [text, setText] = useState("1");
  const [unit, setUnit] = useState<ShiftUnit>("days");
  const shift = readShift(text, unit);
  const nothing = project === undefined && bookings.length === 0;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (shift === null || nothing) return;
    if (project === undefined) commands.moveBy(bookings, shift);
    else commands.shiftProject(project, shift);
    closeDialog();
  };
  const words = unit === "working_days" ? "working day" : unit === "weeks" ? "week" : "day";
  return (
    <Dialog
      title={project === undefined ? `Move ${plural(bookings.length, "booking")}` : `Move all of “${project.name}”`}
      width="s"
      onClose={closeDialog}
      footer={
        <>
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" form={formId} disabled={shift === null || nothing}>
            {shift === null
              ? "Move"
              : `Move ${plural(Math.abs(shift.by), words)} ${shift.by > 0 ? "later" : "earlier"}`}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="grid gap-4">
        <HowFar
          label="Move by"
          text={text}
          unit={unit}
          good={shift !== null}
          note={
            shift === null
              ? "Enter a whole number, such as 7, or −1 for earlier."
              : "All of them move, or none does. A minus moves earlier."
          }
          onText={setText}
          onUnit={setUnit}
        />
        {shift !== null && <Foresight bookings={bookings} shift={shift} />}
        {project !== undefined && (
          <p className="text-sm text-ink-2">
            Phases, milestones and {plural(bookings.length, "booking")} go along, in one step.
          </p>
        )}
        {nothing && <p className="text-sm text-ink-2">There are no bookings to move.</p>}
      </form>
    </Dialog>
  );
}

/** From when to when all of it goes, and what this window already knows to be in the way. */
function Foresight({ bookings, shift }: { bookings: readonly FullBooking[]; shift: Shift }) {
  const names = useNames();
  const artists = useLive((state) => state.artists);
  const lines = useLive((state) => state.lines);
  const known = useLive((state) => state.bookings);
  const moved = useMemo(
    () =>
      bookings.map((booking) => ({
        booking,
        to: shifted(rangeOf(booking), shift, names.zone, artists.get(booking.artist_id)),
      })),
    [bookings, shift.by, shift.unit, names.zone, artists],
  );
  const clashing = useMemo(() => {
    const ignore = new Set(bookings.map(({ id }) => id));
    return moved.filter(({ booking, to }) => {
      const wish = { artist_id: booking.artist_id, ...to, status: booking.status as LiveStatus };
      return wouldConflict({ lines, bookings: known }, { ...wish, exceptId: booking.id, ignore }) !== null;
    });
  }, [moved, bookings, lines, known]);
  if (moved.length === 0) return null;
  const said = (spans: readonly { start: number; end: number }[]): string =>
    formatRange(
      Math.min(...spans.map(({ start }) => start)),
      Math.max(...spans.map(({ end }) => end)),
      names.zone,
      names.locale,
    );
  return (
    <div className="grid gap-3" aria-live="polite">
      <dl className="tabular grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-sm">
        <dt className="text-ink-3">Now</dt>
        <dd>{said(bookings.map(rangeOf))}</dd>
        <dt className="text-ink-3">Then</dt>
        <dd className="font-medium">{said(moved.map(({ to }) => to))}</dd>
      </dl>
      {clashing.length > 0 && (
        <div className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          <p className="flex items-center gap-1.5 font-medium">
            <TriangleAlert aria-hidden size={14} />
            {plural(clashing.length, "booking")} would not fit there
          </p>
          <ul className="mt-1 grid gap-0.5 text-xs">
            {clashing.slice(0, SHOWN).map(({ booking }) => (
              <li key={booking.id}>
                {bookingName(booking.title, booking.project_id === null ? undefined : names.project(booking.project_id))}
                , {names.artist(booking.artist_id)}
              </li>
            ))}
            {clashing.length > SHOWN && <li>and {clashing.length - SHOWN} more</li>}
          </ul>
        </div>
      )}
    </div>
  );
}

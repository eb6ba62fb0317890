// What a plan leaves out, and why: each with the way to it.
import { useLive } from "../studio/live.tsx";
import { openDialog } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import type { LeftOut } from "./jobs.ts";

const SHOWN = 30;

export function LeftOutList({ unplaced }: { unplaced: readonly LeftOut[] }) {
  const phases = useLive((state) => state.phases);
  const projects = useLive((state) => state.projects);
  const bookings = useLive((state) => state.bookings);
  return (
    <ul className="grid grid-cols-1 gap-2" data-testid="left-out">
      {unplaced.slice(0, SHOWN).map(({ phase_id: phaseId, booking_id: bookingId, reason }, index) => {
        const phase = phases.get(phaseId ?? "");
        const booking = bookings.get(bookingId ?? "");
        const title = booking !== undefined && "title" in booking ? booking.title : "";
        const project = phase === undefined ? undefined : projects.get(phase.project_id);
        return (
          <li key={phaseId ?? bookingId ?? index} className="rounded-md bg-sunken px-2.5 py-2">
            <p className="text-sm font-medium">
              {(phase?.name ?? title) || "A booking"}
              {project !== undefined && <span className="font-normal text-ink-3"> · {project.name}</span>}
            </p>
            <p className="text-xs text-ink-2">{reason.text}</p>
            {phase !== undefined && (
              <Button
                size="s"
                weight="quiet"
                className="-ml-2"
                onClick={() => openDialog({ kind: "find_slot", phaseId: phase.id, skill: null })}
              >
                Find a slot…
              </Button>
            )}
          </li>
        );
      })}
      {unplaced.length > SHOWN && <li className="text-xs text-ink-3">and {unplaced.length - SHOWN} more</li>}
    </ul>
  );
}

// The schedule: tools above, the Gantt filling the rest, details beside or below it.
import { Users } from "lucide-react";
import { useMemo } from "react";

import type { FullBooking } from "@production-tool/shared";

import { ErrorBoundary } from "../app/error-boundary.tsx";
import { GanttSkeleton } from "../app/skeleton.tsx";
import { useMedia, WIDE } from "../lib/media.ts";
import { useCanEdit, useLive } from "../studio/live.tsx";
import { isFiltering, NO_FILTERS } from "../studio/filters.ts";
import { openDialog, select, setFilters, setUi, useUi } from "../studio/ui.ts";
import { EmptyState } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { BookingPanel } from "./booking-panel.tsx";
import { BusyPanel } from "./busy-panel.tsx";
import { CreatePopover } from "./create-popover.tsx";
import { FollowBanner } from "./follow-banner.tsx";
import { GanttHost } from "./gantt-host.tsx";
import { MultiPanel } from "./multi-panel.tsx";
import { currentSurface } from "./surface.ts";
import { ToolBar } from "./tool-bar.tsx";

export function ScheduleScreen() {
  const loaded = useLive((state) => state.seq > 0 || state.artists.size > 0 || state.status === "live");
  const wide = useMedia(WIDE);
  return (
    <main className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ToolBar />
      <div className={`flex min-h-0 flex-1 ${wide ? "" : "flex-col"}`}>
        <div className="relative min-h-0 min-w-0 flex-1">
          {loaded ? (
            <ErrorBoundary part="The schedule">
              <GanttHost />
              <NothingToShow />
              <FollowBanner />
            </ErrorBoundary>
          ) : (
            <GanttSkeleton />
          )}
        </div>
        <Details wide={wide} />
      </div>
      <CreatePopover />
    </main>
  );
}

function closeDetails(): void {
  select([]);
  setUi({ detailsHidden: true });
  currentSurface()?.focus();
}

function Details({ wide }: { wide: boolean }) {
  const selection = useUi((ui) => ui.selection);
  const hidden = useUi((ui) => ui.detailsHidden || ui.detailsHeld);
  const bookings = useLive((state) => state.bookings);
  const chosen = useMemo(() => selection.flatMap((id) => bookings.get(id) ?? []), [selection, bookings]);
  const [only] = chosen;
  if (hidden || only === undefined) return null;
  const full = chosen.filter(
    (booking): booking is FullBooking => booking.status !== "busy" && booking.status !== "free",
  );
  const panel =
    chosen.length > 1 ? (
      <MultiPanel bookings={full} onClose={closeDetails} />
    ) : full[0] !== undefined ? (
      <BookingPanel key={full[0].id} booking={full[0]} onClose={closeDetails} />
    ) : (
      <BusyPanel booking={only} onClose={closeDetails} />
    );
  return (
    <aside
      aria-label="Details"
      data-testid="details"
      className={
        wide
          ? "w-(--panel-width) shrink-0 border-l border-line bg-surface"
          : "h-[min(46dvh,26rem)] shrink-0 border-t border-line bg-surface shadow-m"
      }
    >
      <ErrorBoundary part="The details">{panel}</ErrorBoundary>
    </aside>
  );
}

/** What to do where the schedule is empty: it teaches instead of staying blank. */
function NothingToShow() {
  const canEdit = useCanEdit();
  const artists = useLive((state) => state.artists.size);
  const filtering = useUi((ui) => isFiltering(ui.filters));
  const allHidden = useUi((ui) => ui.rowsShown === 0) && filtering;
  const none = artists === 0;
  if (!none && !allHidden) return null;
  return (
    <div className="absolute inset-0 grid place-items-center bg-bg" data-testid="empty-schedule">
      {none ? (
        <EmptyState
          icon={<Users size={30} />}
          title="Who can be booked?"
          actions={
            canEdit && (
              <>
                <Button weight="primary" onClick={() => openDialog({ kind: "artist", id: null })}>
                  Add an artist
                </Button>
                <Button onClick={() => openDialog({ kind: "import" })}>Import from a file</Button>
              </>
            )
          }
        >
          {canEdit
            ? "Add your artists, or import them from a spreadsheet. Then drag over free time to book them."
            : "Your studio has no artists on the schedule yet."}
        </EmptyState>
      ) : (
        <EmptyState
          title="No artist matches"
          actions={<Button onClick={() => setFilters(NO_FILTERS)}>Show everybody</Button>}
        >
          Nobody fits this search, these projects and this period together.
        </EmptyState>
      )}
    </div>
  );
}

// The schedule: tools above, the Gantt filling the rest, details beside or below it.
import { Users } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";

import type { FullBooking } from "@production-tool/shared";

import { ErrorBoundary } from "../app/error-boundary.tsx";
import { GanttSkeleton } from "../app/skeleton.tsx";
import { useMedia, WIDE } from "../lib/media.ts";
import { useCanEdit, useClient, useLive } from "../studio/live.tsx";
import { isFiltering, NO_FILTERS } from "../studio/filters.ts";
import { endedNotice } from "../studio/ended.ts";
import { openDialog, select, setFilters, setUi, useUi } from "../studio/ui.ts";
import { EmptyState } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toasts.ts";
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
    <main id="schedule" className="flex min-h-0 min-w-0 flex-1 flex-col">
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

/** Says who ended the booking whose details stand open: they must not vanish without a word. */
function useEndedByOthers(): void {
  const client = useClient();
  useEffect(
    () =>
      client.subscribeEvents((events) => {
        const { selection, detailsHidden } = useUi.getState();
        if (detailsHidden || selection.length !== 1) return;
        for (const event of events) {
          const notice = endedNotice(event, client.state.me?.id);
          if (notice === null || event.entity.id !== selection[0]) continue;
          toast({ ...notice, life: 15_000, key: `ended ${event.entity.id}` });
        }
      }),
    [client],
  );
}

function Details({ wide }: { wide: boolean }) {
  const selection = useUi((ui) => ui.selection);
  const hidden = useUi((ui) => ui.detailsHidden || ui.detailsHeld);
  const bookings = useLive((state) => state.bookings);
  const chosen = useMemo(() => selection.flatMap((id) => bookings.get(id) ?? []), [selection, bookings]);
  const [only] = chosen;
  useEndedByOthers();
  const covered = !wide && !hidden && only !== undefined ? only.id : null;
  const isOpen = covered !== null;
  const latest = useRef(covered);
  latest.current = covered;
  useEffect(() => {
    if (!isOpen) return;
    // The sheet takes room from the schedule: what was tapped must not end up beneath it. The canvas
    // learns its new size at the end of the next frame, so it is asked in the one after.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        if (latest.current !== null) currentSurface()?.reveal(latest.current);
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [isOpen]);
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

// The frame of the details beside the schedule, or below it on narrow screens; what is in it is fetched late.
import { useEffect, useRef } from "react";

import { ErrorBoundary } from "../app/error-boundary.tsx";
import { late } from "../app/late.tsx";
import { usePast } from "../history/store.ts";
import { endedNotice } from "../studio/ended.ts";
import { useClient, useLive, type LiveState } from "../studio/live.tsx";
import { offIdOf } from "../studio/marks.ts";
import { select, setUi, useUi } from "../studio/ui.ts";
import { toast } from "../ui/toasts.ts";
import { useLens } from "./lens.ts";
import { currentSurface } from "./surface.ts";

const DetailsPanel = late(() => import("./details-panel.tsx").then((part) => part.DetailsPanel));
const DraftPanel = late(() => import("../planning/draft-panel.tsx").then((part) => part.DraftPanel));
const PastPanel = late(() => import("../history/past-panel.tsx").then((part) => part.PastPanel));
const WorkPanel = late(() => import("../plan/work-panel.tsx").then((part) => part.WorkPanel));

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

/** Whether what is selected has details: a booking, time off, or a part of a plan that (still) stands. */
function isThere({ bookings, timesOff, phases, milestones, projects }: LiveState, id: string): boolean {
  if (bookings.has(id) || timesOff.has(offIdOf(id) ?? "")) return true;
  return phases.has(id) || milestones.has(id) || projects.has(id.replace(/^sum:/u, ""));
}

export function Details({ wide }: { wide: boolean }) {
  const selection = useUi((ui) => ui.selection);
  const hidden = useUi((ui) => ui.detailsHidden || ui.detailsHeld);
  const past = usePast(({ state }) => state);
  const lens = useLens((state) => state.lens);
  const live = useLive((state) => selection.find((id) => lens?.ids.has(id) === true || isThere(state, id)));
  const only = past === null ? live : selection.find((id) => past.bookings.has(id) || id === live);
  const planned = useUi((ui) => ui.rows === "projects");
  useEndedByOthers();
  const covered = !wide && !hidden && only !== undefined ? only : null;
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
      <ErrorBoundary key={selection.join()} part="The details">
        {past !== null ? (
          <PastPanel state={past} onClose={closeDetails} />
        ) : planned ? (
          <WorkPanel onClose={closeDetails} />
        ) : lens !== null ? (
          <DraftPanel onClose={closeDetails} />
        ) : (
          <DetailsPanel onClose={closeDetails} />
        )}
      </ErrorBoundary>
    </aside>
  );
}


// The schedule: tools above, the Gantt filling the rest, details beside or below it.
import { Users } from "lucide-react";

import { ErrorBoundary } from "../app/error-boundary.tsx";
import { late } from "../app/late.tsx";
import { GanttSkeleton } from "../app/skeleton.tsx";
import { usePast } from "../history/store.ts";
import { useMedia, WIDE } from "../lib/media.ts";
import { useCanEdit, useLive } from "../studio/live.tsx";
import { isFiltering, NO_FILTERS } from "../studio/filters.ts";
import { openDialog, setFilters, useUi } from "../studio/ui.ts";
import { EmptyState } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { Details } from "./details.tsx";
import { useLens } from "./lens.ts";
import { GanttHost } from "./gantt-host.tsx";
import { ToolBar } from "./tool-bar.tsx";

const PlanHost = late(() => import("../plan/plan-host.tsx").then((part) => part.PlanHost), undefined, <GanttSkeleton />);
const Timeline = late(() => import("../history/timeline.tsx").then((part) => part.Timeline));
const ScenarioBar = late(() => import("../planning/scenario-bar.tsx").then((part) => part.ScenarioBar));
const FollowBanner = late(() => import("./follow-banner.tsx").then((part) => part.FollowBanner));
const ContextMenu = late(() => import("./context-menu.tsx").then((part) => part.ContextMenu));
const CreatePopover = late(() => import("./create-popover.tsx").then((part) => part.CreatePopover));

export function ScheduleScreen() {
  const loaded = useLive((state) => state.seq > 0 || state.artists.size > 0 || state.status === "live");
  const wide = useMedia(WIDE);
  return (
    <main id="schedule" className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ToolBar />
      <PastBar />
      <DraftBar />
      <div className={`flex min-h-0 flex-1 ${wide ? "" : "flex-col"}`}>
        <div className="relative min-h-0 min-w-0 flex-1">
          {loaded ? (
            <ErrorBoundary part="The schedule">
              <Surface />
              <Followed />
            </ErrorBoundary>
          ) : (
            <GanttSkeleton />
          )}
        </div>
        <Details wide={wide} />
      </div>
      <Creating />
      <Asked />
    </main>
  );
}

/** Artists with their bookings, or projects with their phases. */
function Surface() {
  const rows = useUi((ui) => ui.rows);
  if (rows === "projects") return <PlanHost />;
  return (
    <>
      <GanttHost />
      <NothingToShow />
    </>
  );
}

function PastBar() {
  const open = usePast((past) => past.open);
  return open && <Timeline />;
}

function DraftBar() {
  const open = useLens(({ lens }) => lens !== null);
  return open && <ScenarioBar />;
}

function Followed() {
  const following = useUi((ui) => ui.following !== null);
  return following && <FollowBanner />;
}

function Asked() {
  const menu = useUi((ui) => ui.menu);
  return menu !== null && <ContextMenu menu={menu} />;
}

function Creating() {
  const asked = useUi((ui) => ui.draft !== null);
  return asked && <CreatePopover />;
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

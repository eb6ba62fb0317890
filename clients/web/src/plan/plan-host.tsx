// Mounts the plan of projects on a surface of its own: phases out as bars, gestures back as commands.
import { FolderKanban } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";

import { Gantt } from "../gantt/index.ts";
import { PLAN_PARTS } from "../gantt/plan/index.ts";
import type { GanttCallbacks, GanttLink, GanttMoveItem } from "../gantt/types.ts";
import { useTheme } from "../lib/theme.ts";
import { wallClock } from "../lib/time.ts";
import { watchPress } from "../schedule/press.ts";
import { currentSurface, holdSurface } from "../schedule/surface.ts";
import { useCanEdit, useClient, useCommands, useLocale, useZone } from "../studio/live.tsx";
import { openDetails, openDialog, select, setUi, useUi } from "../studio/ui.ts";
import { EmptyState } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toasts.ts";
import { barIdOf, barsOf, kindOf, linksOf, rowsOf } from "./rows.ts";
import { usePlans, useStudioHours, type Planned } from "./use-plan.ts";

type Link = Pick<GanttLink, "fromId" | "fromEdge" | "toId" | "toEdge">;

export function PlanHost() {
  const host = useRef<HTMLDivElement>(null);
  const live = useRef<HTMLDivElement>(null);
  const filters = useUi((ui) => ui.filters);
  const plans = usePlans(filters);
  const latest = useRef(plans);
  latest.current = plans;
  useSurfaceOf(host, live, latest);
  usePlanData(plans);
  return (
    <>
      <div ref={host} data-testid="plan" className="absolute inset-0" />
      <div ref={live} aria-live="polite" className="sr-only" />
      {plans.length === 0 && <NoProjects filtering={filters.search !== "" || filters.projects.size > 0} />}
    </>
  );
}

function planWith(plans: readonly Planned[], phaseId: string): Planned | undefined {
  return plans.find(({ planned }) => planned.phases.some(({ id }) => id === phaseId));
}

/** The surface lives as long as the screen; what it shows comes and goes. */
function useSurfaceOf(
  host: { readonly current: HTMLDivElement | null },
  live: { readonly current: HTMLDivElement | null },
  latest: { readonly current: readonly Planned[] },
): void {
  const client = useClient();
  const commands = useCommands();
  const canEdit = useCanEdit();
  const zone = useZone();
  const locale = useLocale();
  const theme = useTheme((state) => state.theme);
  const firstTheme = useRef(theme);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const press = watchPress(element);
    const announce = (text: string): void => {
      if (live.current !== null) live.current.textContent = text;
    };
    const moved = (item: GanttMoveItem): void => {
      const milestone = client.state.milestones.get(item.id);
      if (milestone !== undefined) {
        commands.editMilestone(milestone, { date: wallClock(item.start, zone).date }, item.version);
        return;
      }
      const phase = client.state.phases.get(item.id);
      if (phase === undefined) return;
      // A phase keeps its work: over a weekend its bar is longer, and shorter within a week.
      const pushed = planWith(latest.current, item.id)?.plan.push(item.id, item.start);
      const end = pushed?.get(item.id)?.end ?? item.end;
      const wish = { start: item.start, end, pushes: (pushed?.size ?? 1) - 1 };
      commands.movePhase({ ...phase, version: item.version }, wish);
    };
    const linked = ({ fromId, fromEdge, toId, toEdge }: Link): void => {
      const [from, to] = [planWith(latest.current, fromId), planWith(latest.current, toId)];
      if (from !== undefined && from === to) commands.tie(fromId, toId, kindOf(fromEdge, toEdge));
      else toast({ title: "Only phases of one project can be tied." });
    };
    const callbacks: GanttCallbacks = {
      onCreate: () => undefined,
      onMove: (move) => {
        for (const item of move.items) moved(item);
      },
      onResize: () => undefined,
      onSelect: select,
      onOpen: openDetails,
      onDelete: () => announce("Phases and milestones are deleted in their details."),
      onDrag: (place) => {
        if (place !== null) press.dragged();
        const pushed = place === null ? undefined : planWith(latest.current, place.id)?.plan.push(place.id, place.start);
        surface.setPreviews(
          [...(pushed ?? [])]
            .filter(([id]) => id !== place?.id)
            .map(([id, span]) => ({ id, rowId: `row:${id}`, ...span })),
        );
      },
      onViewChange: (view) => setUi({ view, zoom: view.zoom }),
      onToggleRow: (id) => {
        const folded = new Set(useUi.getState().folded);
        if (!folded.delete(id)) folded.add(id);
        setUi({ folded });
      },
      // What has no dates has no bar: it is opened by its row, or it could not be given any.
      onOpenRow: (id) => openDetails(barIdOf(id)),
      onLink: linked,
      announce,
      onHelp: () => openDialog({ kind: "shortcuts" }),
      conflictAt: () => null,
    };
    const surface = new Gantt(element, callbacks, {
      zone,
      locale,
      now: Date.now,
      theme: firstTheme.current,
      creatable: false,
      zoom: "month",
      label: "Plan",
      plan: PLAN_PARTS,
    });
    holdSurface(surface);
    return () => {
      press.stop();
      holdSurface(null);
      surface.destroy();
    };
  }, [client, commands, canEdit, zone, locale, host, live, latest]);

  useEffect(() => {
    currentSurface()?.setTheme(theme);
  }, [theme]);
}

function usePlanData(plans: readonly Planned[]): void {
  const folded = useUi((ui) => ui.folded);
  const selection = useUi((ui) => ui.selection);
  const zone = useZone();
  const editable = useCanEdit();
  const hours = useStudioHours();
  const rows = useMemo(
    () =>
      rowsOf(
        plans.map(({ planned }) => planned),
        folded,
        zone,
        hours,
      ),
    [plans, folded, zone, hours],
  );
  const bars = useMemo(
    () => plans.flatMap(({ planned, plan }) => barsOf(planned, plan, { closed: folded, zone, editable })),
    [plans, folded, zone, editable],
  );
  useEffect(() => {
    const surface = currentSurface();
    surface?.setRows(rows);
    surface?.setBars(bars);
    surface?.setLinks(plans.flatMap(({ planned, plan }) => linksOf(planned, plan)));
  }, [rows, bars, plans]);
  useEffect(() => currentSurface()?.setSelection(selection), [selection, bars]);
}

function NoProjects({ filtering }: { filtering: boolean }) {
  const canEdit = useCanEdit();
  return (
    <div className="absolute inset-0 grid place-items-center bg-bg">
      <EmptyState
        icon={<FolderKanban size={30} />}
        title={filtering ? "No project matches" : "What is being made?"}
        actions={
          canEdit &&
          !filtering && (
            <Button weight="primary" onClick={() => openDialog({ kind: "project", id: null })}>
              Add a project
            </Button>
          )
        }
      >
        {filtering ? "Nothing fits this search." : "Projects are planned in phases that wait for one another."}
      </EmptyState>
    </div>
  );
}

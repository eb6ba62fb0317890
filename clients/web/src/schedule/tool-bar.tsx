// The row above the Gantt: where in time, how close, which projects, take back, and what to add.
import { CalendarOff, ChartGantt, ChevronLeft, ChevronRight, Ellipsis, FileUp, Filter, History as HistoryIcon, Maximize2, Plus, Redo2, Repeat, Undo2, UserRoundCheck, Users } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import { useMemo, type ReactNode } from "react";

import { backToLive, openTimeline, usePast } from "../history/store.ts";
import type { ZoomName } from "../gantt/types.ts";
import { formatSpan } from "../lib/format.ts";
import { useCanEdit, useClient, useLive, useLocale, useZone } from "../studio/live.tsx";
import { openDialog, setFilters, showRows, useUi, type OpenDialog } from "../studio/ui.ts";
import { Dot } from "../ui/bits.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuSeparator } from "../ui/menu.tsx";
import { useSurface } from "./surface.ts";

export function ToolBar() {
  const canEdit = useCanEdit();
  const rows = useUi((ui) => ui.rows);
  return (
    <div
      role="toolbar"
      aria-label="Schedule"
      className="flex h-(--tools-height) shrink-0 items-center gap-1 overflow-x-auto border-b border-line bg-surface pl-2 [scrollbar-width:none]"
    >
      {canEdit && <RowsChoice />}
      <DateNavigation />
      <Divider />
      <ZoomChoice />
      <FitButton />
      <Divider />
      <ProjectFilter />
      {rows === "artists" && <BookedOnly />}
      <span className="min-w-2 flex-1" />
      {canEdit && (
        <div className="sticky right-0 flex items-center gap-1 self-stretch bg-surface pr-2 pl-1 max-sm:border-l max-sm:border-line">
          <History />
          {rows === "artists" && <TimelineButton />}
          {MORE.map(({ label, icon, dialog }) => (
            <IconButton
              key={label}
              label={label}
              icon={icon}
              className="max-lg:hidden"
              onClick={() => openDialog(dialog)}
            />
          ))}
          <More />
          <Button
            weight="primary"
            className="ml-1 h-7 px-2.5 max-lg:px-1.5"
            aria-label="New booking"
            onClick={() => openDialog({ kind: "booking", artistId: null })}
          >
            <Plus aria-hidden size={15} />
            <span className="max-lg:hidden">New booking</span>
          </Button>
        </div>
      )}
    </div>
  );
}

function Divider() {
  return <span aria-hidden className="mx-1 h-5 w-px shrink-0 bg-line" />;
}

function DateNavigation() {
  const surface = useSurface();
  const view = useUi((ui) => ui.view);
  const zone = useZone();
  const locale = useLocale();
  const page = (direction: 1 | -1): void => {
    const at = surface?.view();
    if (at === undefined) return;
    const span = at.end - at.start;
    surface?.setView(at.start + direction * span * 0.8, at.end + direction * span * 0.8);
  };
  return (
    <>
      <IconButton label="Earlier" icon={<ChevronLeft size={17} />} className="max-sm:-order-1" onClick={() => page(-1)} />
      <Button weight="quiet" size="s" className="h-8 text-sm max-sm:-order-1" onClick={() => surface?.goTo(Date.now())}>
        Today
      </Button>
      <IconButton label="Later" icon={<ChevronRight size={17} />} className="max-sm:-order-1" onClick={() => page(1)} />
      <h1 className="tabular ml-1 w-36 shrink-0 truncate text-sm font-semibold max-lg:w-33 max-sm:order-first max-sm:w-auto max-sm:max-w-33" data-testid="span">
        {view === null ? "" : formatSpan(view.start, view.end, zone, locale)}
      </h1>
    </>
  );
}

const ZOOMS: readonly { value: ZoomName; label: string }[] = [
  { value: "day", label: "Day" },
  { value: "week", label: "Week" },
  { value: "month", label: "Month" },
];

const MORE: readonly { label: string; icon: ReactNode; dialog: OpenDialog }[] = [
  { label: "Import from a file", icon: <FileUp size={16} />, dialog: { kind: "import" } },
  { label: "Repeating booking", icon: <Repeat size={16} />, dialog: { kind: "series", artistId: null } },
  { label: "Time off", icon: <CalendarOff size={16} />, dialog: { kind: "time_off", artistId: null } },
];

/** On narrow windows, or enlarged ones, the same behind one button: how close and where comes first. */
function More() {
  const rows = useUi((ui) => ui.rows);
  return (
    <span className="lg:hidden">
      <Menu trigger={<IconButton label="More" icon={<Ellipsis size={16} />} />}>
        {MORE.map(({ label, icon, dialog }) => (
          <MenuItem key={label} icon={icon} onSelect={() => openDialog(dialog)}>
            {label}
          </MenuItem>
        ))}
        {rows === "artists" && (
          <MenuItem icon={<HistoryIcon size={16} />} onSelect={openTimeline}>
            Timeline
          </MenuItem>
        )}
      </Menu>
    </span>
  );
}

function TimelineButton() {
  const open = usePast((past) => past.open);
  return (
    <IconButton
      label="Timeline"
      pressed={open}
      icon={<HistoryIcon size={16} />}
      className="max-lg:hidden"
      onClick={() => (open ? backToLive() : openTimeline())}
    />
  );
}

function RowsChoice() {
  const rows = useUi((ui) => ui.rows);
  return (
    <>
      <ToggleGroup.Root
        type="single"
        value={rows}
        aria-label="Rows"
        onValueChange={(next) => next !== "" && showRows(next as "artists" | "projects")}
        className="flex h-7 shrink-0 rounded-md bg-sunken p-0.5"
      >
        <Choice value="artists" label="By artists" icon={<Users aria-hidden size={14} />} />
        <Choice value="projects" label="By projects" icon={<ChartGantt aria-hidden size={14} />} />
      </ToggleGroup.Root>
      <Divider />
    </>
  );
}

function Choice({ value, label, icon }: { value: string; label: string; icon: ReactNode }) {
  return (
    <ToggleGroup.Item
      value={value}
      aria-label={label}
      title={label}
      className="grid w-8 place-items-center rounded-sm text-ink-2 hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink data-[state=on]:shadow-s"
    >
      {icon}
    </ToggleGroup.Item>
  );
}

function ZoomChoice() {
  const surface = useSurface();
  const zoom = useUi((ui) => ui.zoom);
  return (
    <ToggleGroup.Root
      type="single"
      value={zoom}
      aria-label="Zoom"
      onValueChange={(next) => next !== "" && surface?.setZoom(next as ZoomName)}
      className="flex h-7 shrink-0 rounded-md bg-sunken p-0.5"
    >
      {ZOOMS.map(({ value, label }) => (
        <ToggleGroup.Item
          key={value}
          value={value}
          className="rounded-sm px-2.5 text-xs font-medium text-ink-2 hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink data-[state=on]:shadow-s"
        >
          {label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}

function FitButton() {
  const surface = useSurface();
  return <IconButton label="Fit everything" icon={<Maximize2 size={15} />} onClick={() => surface?.fit()} />;
}

function ProjectFilter() {
  const projects = useLive((state) => state.projects);
  const chosen = useUi((ui) => ui.filters.projects);
  const listed = useMemo(
    () =>
      [...projects.values()]
        .filter((project) => project.status !== "archived" || chosen.has(project.id))
        .sort((a, b) => a.name.localeCompare(b.name)),
    [projects, chosen],
  );
  const words = chosen.size === 0 ? "All projects" : `${chosen.size} ${chosen.size === 1 ? "project" : "projects"}`;
  const toggle = (id: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setFilters({ projects: next });
  };
  return (
    <Menu
      align="start"
      trigger={
        <Button
          weight={chosen.size > 0 ? "chosen" : "quiet"}
          size="s"
          aria-label={`Filter by project: ${words}`}
          className="h-8 text-sm"
        >
          <Filter aria-hidden size={14} />
          <span className="max-lg:hidden">{words}</span>
          {chosen.size > 0 && <span className="tabular lg:hidden">{chosen.size}</span>}
        </Button>
      }
    >
      <MenuLabel>Show artists on</MenuLabel>
      {listed.length === 0 && <p className="px-2 pb-1 text-sm text-ink-2">No projects yet.</p>}
      {listed.map((project) => (
        <MenuCheck key={project.id} checked={chosen.has(project.id)} onChange={(on) => toggle(project.id, on)}>
          <Dot colour={project.colour} />
          <span className="max-w-64 truncate">{project.name}</span>
        </MenuCheck>
      ))}
      {chosen.size > 0 && (
        <>
          <MenuSeparator />
          <MenuItem onSelect={() => setFilters({ projects: new Set() })}>Show all projects</MenuItem>
        </>
      )}
    </Menu>
  );
}

function BookedOnly() {
  const on = useUi((ui) => ui.filters.bookedOnly);
  return (
    <IconButton
      label="Only artists booked in this period"
      pressed={on}
      icon={<UserRoundCheck size={16} />}
      onClick={() => setFilters({ bookedOnly: !on })}
    />
  );
}

function History() {
  const client = useClient();
  const canUndo = useLive((state) => state.canUndo);
  const canRedo = useLive((state) => state.canRedo);
  return (
    <>
      <IconButton
        label="Undo"
        keys="Ctrl Z"
        icon={<Undo2 size={16} />}
        disabled={!canUndo}
        onClick={() => client.undo()}
      />
      <IconButton
        label="Redo"
        keys="Ctrl ⇧ Z"
        icon={<Redo2 size={16} />}
        disabled={!canRedo}
        onClick={() => client.redo()}
      />
    </>
  );
}

// The bar below the tools while the past is looked at: where in time, back to live, and what differs.
import { ChevronLeft, ChevronRight, GitCompare, RotateCcw, X } from "lucide-react";
import { useEffect, useId, useState } from "react";

import { formatDay, formatRange, formatTime } from "../lib/format.ts";
import { DAY, HOUR, instantOf, wallClock } from "../lib/time.ts";
import { connectPast } from "../schedule/connect-past.ts";
import { currentSurface } from "../schedule/surface.ts";
import { useLive, useLocale, useZone } from "../studio/live.tsx";
import { openDialog, select, useUi } from "../studio/ui.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import type { ChangeKind, Difference } from "./api.ts";
import { changeOf, countsOf, nameOf } from "./marks.ts";
import { setComparing, showPast } from "./past.ts";
import { backToLive, usePast } from "./store.ts";

const SPANS: readonly { value: number; label: string }[] = [
  { value: 6 * HOUR, label: "6 hours" },
  { value: DAY, label: "1 day" },
  { value: 7 * DAY, label: "7 days" },
  { value: 30 * DAY, label: "30 days" },
  { value: 365 * DAY, label: "1 year" },
];
const STEPS = 240;

function viewNow(): { start: number; end: number } {
  const { view } = useUi.getState();
  return view ?? { start: Date.now() - 30 * DAY, end: Date.now() + 30 * DAY };
}

// The surface is told of the past by what comes with this bar.
usePast.setState({ connect: connectPast });

export function Timeline() {
  const id = useId();
  const zone = useZone();
  const locale = useLocale();
  const { asked, seq, at, loading, fault, comparing, differences, more } = usePast();
  const [span, setSpan] = useState(DAY);
  // The right end is the present at the moment of opening: a slider must not move under a hand.
  const [now] = useState(() => Math.ceil(Date.now() / 1000) * 1000);
  const [listing, setListing] = useState(false);
  useBackByEscape();
  const from = now - span;
  const value = asked === null ? STEPS : Math.round(((asked - from) / span) * STEPS);
  const go = (step: number): void => {
    const bounded = Math.max(0, Math.min(STEPS, step));
    showPast(bounded >= STEPS ? null : from + (bounded / STEPS) * span, viewNow());
  };
  const words = asked === null ? "Now" : `${formatDay(asked, zone, locale)}, ${formatTime(asked, zone, locale)}`;
  const wall = wallClock(asked ?? now, zone);
  const seconds = String(Math.floor((asked ?? now) / 1000) % 60).padStart(2, "0");
  return (
    <section
      aria-label="Timeline"
      data-testid="timeline"
      className={`flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-1.5 ${asked === null ? "border-line bg-surface" : "border-warn bg-warn-soft"}`}
    >
      <p role="status" className={`text-sm font-semibold ${asked === null ? "text-ink" : "text-warn"}`}>
        {asked === null ? "Live" : "Read only, as it was"}
      </p>
      <div className="flex min-w-56 flex-1 items-center gap-1">
        <IconButton label="Earlier step" icon={<ChevronLeft size={15} />} onClick={() => go(value - 1)} />
        <label htmlFor={id} className="sr-only">
          Moment
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={STEPS}
          value={Math.max(0, value)}
          aria-valuetext={words}
          onChange={(event) => go(Number(event.target.value))}
          className="h-6 min-w-0 flex-1 accent-(--accent)"
        />
        <IconButton label="Later step" icon={<ChevronRight size={15} />} onClick={() => go(value + 1)} />
      </div>
      <input
        type="datetime-local"
        aria-label="Exact moment"
        step={1}
        value={`${wall.date}T${wall.time}:${seconds}`}
        onChange={(event) => {
          const moment = readMoment(event.target.value, zone);
          if (moment !== null) showPast(moment, viewNow());
        }}
        className="control h-7 w-52 text-xs"
      />
      <select
        aria-label="How far back"
        value={span}
        onChange={(event) => setSpan(Number(event.target.value))}
        className="control h-7 w-24 pr-1 text-xs"
      >
        {SPANS.map((each) => (
          <option key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </select>
      <Button
        size="s"
        weight={comparing ? "chosen" : "plain"}
        aria-pressed={comparing}
        onClick={() => setComparing(!comparing)}
      >
        <GitCompare aria-hidden size={14} />
        Compare with now
      </Button>
      {seq !== null && asked !== null && <RestoreProject seq={seq} />}
      {asked === null ? (
        <IconButton label="Close the timeline" icon={<X size={15} />} onClick={backToLive} />
      ) : (
        <Button size="s" weight="primary" onClick={backToLive}>
          <RotateCcw aria-hidden size={14} />
          Back to live
          <kbd className="font-sans text-2xs opacity-75">Esc</kbd>
        </Button>
      )}
      <p aria-live="polite" className="tabular w-full text-xs text-ink-2 empty:hidden">
        {fault !== null ? (
          <span className="text-bad">{fault}</span>
        ) : loading ? (
          "Reading …"
        ) : (
          asked !== null && momentWords(at, zone, locale)
        )}
        {comparing && asked === null && " Move the slider back to compare."}
        {differences !== null && asked !== null && (
          <>
            {" "}
            <Summary differences={differences} more={more} onList={() => setListing(true)} />
          </>
        )}
      </p>
      {listing && differences !== null && (
        <DifferencesDialog differences={differences} onClose={() => setListing(false)} />
      )}
    </section>
  );
}

/** A whole project goes back as one; that is for owners. */
function RestoreProject({ seq }: { seq: number }) {
  const owner = useLive((state) => state.me?.role === "studio_owner");
  const projects = useLive((state) => state.projects);
  if (!owner) return null;
  return (
    <select
      aria-label="Restore a project to this moment"
      value=""
      onChange={(event) => {
        const project = projects.get(event.target.value);
        if (project === undefined) return;
        openDialog({ kind: "restore", wish: { to: seq, project_id: project.id }, name: `“${project.name}”` });
      }}
      className="control h-7 w-40 pr-1 text-xs"
    >
      <option value="">Restore a project…</option>
      {[...projects.values()]
        .sort((a, b) => a.name.localeCompare(b.name))
        .map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
    </select>
  );
}

/** A wall clock with or without seconds; null where it is none, or lies ahead. */
function readMoment(text: string, zone: string): number | null {
  const [date = "", clock = ""] = text.split("T");
  const minute = instantOf({ date, time: clock.slice(0, 5) }, zone);
  if (minute === null) return null;
  const moment = minute + Number(clock.slice(6, 8)) * 1000;
  return moment > Date.now() ? null : moment;
}

function momentWords(at: number | null, zone: string, locale: string): string {
  if (at === null) return "Before anything happened.";
  return `Nothing changed since ${formatDay(at, zone, locale)}, ${formatTime(at, zone, locale)}, until then.`;
}

function Summary({ differences, more, onList }: { differences: readonly Difference[]; more: boolean; onList: () => void }) {
  const { added, moved, removed, changed } = countsOf(differences);
  if (differences.length === 0) return <>Nothing is other today.</>;
  return (
    <>
      Since then{more ? ", at least" : ""}: {added} added, {moved} moved, {removed} removed, {changed} changed.{" "}
      <button type="button" className="min-h-6 font-medium text-accent underline" onClick={onList}>
        List them
      </button>
    </>
  );
}

/** One key leads back, wherever the focus is; dialogs and fields have theirs first. */
function useBackByEscape(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      backToLive();
      currentSurface()?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

const SIGNS: Record<ChangeKind, { sign: string; words: string }> = {
  added: { sign: "+", words: "Added" },
  moved: { sign: "→", words: "Moved" },
  removed: { sign: "−", words: "Removed" },
  changed: { sign: "~", words: "Changed" },
};

const ORDER: readonly ChangeKind[] = ["added", "moved", "removed", "changed"];

function DifferencesDialog({ differences, onClose }: { differences: readonly Difference[]; onClose: () => void }) {
  return (
    <Dialog title="What is other today" width="m" onClose={onClose}>
      <div className="grid gap-5">
        {ORDER.map((kind) => {
          const found = differences.filter((each) => changeOf(each) === kind);
          if (found.length === 0) return null;
          return (
            <section key={kind}>
              <h3 className="mb-1 text-sm font-semibold">
                {SIGNS[kind].words} <span className="text-ink-3">{found.length}</span>
              </h3>
              <ul className="grid">
                {found.map((each) => (
                  <DifferenceRow key={each.id} difference={each} onClose={onClose} />
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </Dialog>
  );
}

function DifferenceRow({ difference, onClose }: { difference: Difference; onClose: () => void }) {
  const zone = useZone();
  const locale = useLocale();
  const artists = useLive((state) => state.artists);
  const projects = useLive((state) => state.projects);
  const kind = changeOf(difference);
  const range = (record: Difference["before"]): string | null => {
    if (record === null || typeof record["start"] !== "string" || typeof record["end"] !== "string") return null;
    return formatRange(Date.parse(record["start"]), Date.parse(record["end"]), zone, locale);
  };
  const [was, is] = [range(difference.before), range(difference.after)];
  const when = kind === "moved" && was !== null && is !== null ? `${was} → ${is}` : (is ?? was ?? "");
  return (
    <li>
      <button
        type="button"
        className="flex min-h-9 w-full items-center gap-2.5 rounded-md px-2 py-1 text-left hover:bg-hover"
        onClick={() => {
          onClose();
          select([difference.id]);
          currentSurface()?.reveal(difference.id);
        }}
      >
        <span aria-hidden className="grid size-5 shrink-0 place-items-center rounded-sm bg-sunken text-sm font-semibold">
          {SIGNS[kind].sign}
        </span>
        <span className="min-w-0">
          <span className="block truncate text-sm font-medium">{nameOf(difference, artists, projects)}</span>
          <span className="tabular block truncate text-xs text-ink-3">{when}</span>
        </span>
      </button>
    </li>
  );
}

// What is still to be placed, by project: dragged onto the schedule, or placed by keys or taps.
import { GripVertical, PartyPopper, Search, Sparkle } from "lucide-react";
import { useMemo, useRef, useState } from "react";

import { rangeOf } from "@production-tool/shared";

import { classes } from "../lib/classes.ts";
import { formatter } from "../lib/time.ts";
import { useMedia } from "../lib/media.ts";
import { useCanEdit, useClient, useCommands, useLocale, useZone } from "../studio/live.tsx";
import { openDialog, useUi } from "../studio/ui.ts";
import { Dot, EmptyState } from "../ui/bits.tsx";
import { IconButton } from "../ui/button.tsx";
import { fold } from "../ui/options.ts";
import { watchDrag } from "./drag-in.ts";
import { offerSeat } from "./holding.ts";
import { seatWords, type Seat } from "./seats.ts";
import { useOpenSeats } from "./use-seats.ts";

/** Beyond this many the find box is the way. */
const SHOWN = 200;
/** Where the list covers the schedule: places are chosen from words. */
const NARROW = "(max-width: 639px)";

export function ToPlace() {
  const seats = useOpenSeats();
  const [find, setFind] = useState("");
  const groups = useMemo(() => grouped(seats, find), [seats, find]);
  if (seats.length === 0) {
    return (
      <EmptyState icon={<PartyPopper size={26} />} title="Everything has a place">
        Phases that need somebody, and have nobody booked, show up here.
      </EmptyState>
    );
  }
  return (
    <section aria-label="To place" data-testid="to-place" className="grid grid-cols-1 content-start gap-3">
      <div className="flex items-baseline justify-between gap-2">
        <h3 className="text-sm font-semibold">To place</h3>
        <span className="tabular text-xs text-ink-3">{seats.length.toLocaleString("en")}</span>
      </div>
      <p className="text-xs text-ink-2 max-sm:hidden">
        Drag one onto the schedule: the best places light up. Or choose it, and go round them with Tab.
      </p>
      <div className="relative">
        <Search aria-hidden size={14} className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
        <input
          type="text"
          inputMode="search"
          aria-label="Find in what is to be placed"
          placeholder="Find a phase, project or skill"
          autoComplete="off"
          value={find}
          onChange={(event) => setFind(event.target.value)}
          className="control pl-8"
        />
      </div>
      {groups.length === 0 && <p className="text-sm text-ink-2">Nothing matches “{find.trim()}”.</p>}
      {groups.map(([name, colour, group]) => (
        <div key={group[0]?.project.id ?? name} className="grid grid-cols-1 gap-1">
          <h4 className="flex items-center gap-2 text-xs font-medium text-ink-2">
            <Dot colour={colour} />
            <span className="min-w-0 truncate">{name}</span>
          </h4>
          <ul className="-mx-1 grid grid-cols-1">
            {group.map((seat) => (
              <li key={seat.key}>
                <SeatRow seat={seat} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

type Group = readonly [name: string, colour: string, seats: readonly Seat[]];

function grouped(seats: readonly Seat[], find: string): Group[] {
  const words = fold(find).split(/\s+/u).filter(Boolean);
  const found = seats.filter(({ phase, project, skill }) => {
    const text = fold(`${phase.name} ${project.name} ${project.client ?? ""} ${skill?.name ?? ""}`);
    return words.every((word) => text.includes(word));
  });
  const groups = new Map<string, Seat[]>();
  for (const seat of found.slice(0, SHOWN)) {
    const known = groups.get(seat.project.id);
    if (known === undefined) groups.set(seat.project.id, [seat]);
    else known.push(seat);
  }
  return [...groups.values()].map((group) => [group[0]?.project.name ?? "", group[0]?.project.colour ?? "", group]);
}

function SeatRow({ seat }: { seat: Seat }) {
  const client = useClient();
  const commands = useCommands();
  const canEdit = useCanEdit();
  const narrow = useMedia(NARROW);
  const [dragging, setDragging] = useState(false);
  const asking = useRef<AbortController | null>(null);
  const onArtists = useUi((ui) => ui.rows === "artists");
  const { phase, skill } = seat;
  const findSlot = (): void => openDialog({ kind: "find_slot", phaseId: phase.id, skill: skill?.name ?? null });
  const choose = (): void => {
    if (narrow) {
      findSlot();
      return;
    }
    asking.current?.abort();
    asking.current = new AbortController();
    // The keys go on to the schedule with what was chosen.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    void offerSeat(client, commands, seat, asking.current.signal);
  };
  return (
    <div
      className={classes(
        "group flex items-center gap-0.5 rounded-md pr-0.5",
        dragging ? "bg-accent-soft" : "hover:bg-hover",
      )}
    >
      <button
        type="button"
        disabled={!canEdit}
        data-testid="seat"
        onPointerDown={(event) => {
          if (!onArtists) return;
          const words = `${phase.name} · ${seatWords({ ...seat, missing: seat.days })}`;
          watchDrag(event, { client, commands, seat, words, shown: setDragging });
        }}
        onClick={choose}
        className="flex min-h-11 min-w-0 flex-1 items-center gap-1.5 rounded-md px-1 py-1 text-left select-none sm:cursor-grab"
      >
        <GripVertical aria-hidden size={14} className="shrink-0 text-ink-3 opacity-50 group-hover:opacity-100 max-sm:hidden" />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{phase.name}</span>
          <span className="block truncate text-xs text-ink-2">
            {seatWords(seat)} <span className="text-ink-3">· <When seat={seat} /></span>
          </span>
        </span>
      </button>
      {canEdit && (
        <IconButton
          label={`Find a slot for ${phase.name}`}
          icon={<Sparkle size={15} />}
          side="right"
          onClick={findSlot}
        />
      )}
    </div>
  );
}

function When({ seat: { phase } }: { seat: Seat }) {
  const zone = useZone();
  const locale = useLocale();
  if (phase.start === null || phase.end === null) return <>no dates yet</>;
  const { start, end } = rangeOf({ start: phase.start, end: phase.end });
  const short = formatter(zone, locale, { day: "numeric", month: "short" });
  return (
    <>
      {short.format(start)} – {short.format(end - 1)}
    </>
  );
}

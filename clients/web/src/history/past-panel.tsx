// A booking as it was at the moment that is shown, beside what it is now.
import { isFull, rangeOf, type Booking } from "@production-tool/shared";

import { formatRange, ordinal } from "../lib/format.ts";
import { Column, PanelFrame } from "../schedule/panel.tsx";
import { useLive, useLocale, useZone } from "../studio/live.tsx";
import { openDialog, useUi } from "../studio/ui.ts";
import { bookingName, statusWord } from "../studio/words.ts";
import { StatusBadge } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { Activity } from "./activity.tsx";
import { usePast, type PastState } from "./store.ts";

interface Facts {
  readonly name: string;
  readonly status: string;
  readonly artist: string;
  readonly when: string;
  readonly place: string;
  readonly notes: string;
}

export function PastPanel({ state, onClose }: { state: PastState; onClose: () => void }) {
  const id = useUi((ui) => ui.selection[0] ?? "");
  const live = useLive((now) => now.bookings.get(id));
  const artists = useLive((now) => now.artists);
  const projects = useLive((now) => now.projects);
  const differences = usePast((past) => past.differences);
  const seq = usePast((past) => past.seq);
  const zone = useZone();
  const locale = useLocale();
  const then = state.bookings.get(id);
  const added = differences?.some((each) => each.id === id && each.change === "added") === true;
  if (then === undefined && !(added && live !== undefined)) return null;

  const facts = (booking: Booking | undefined, of: Pick<PastState, "artists" | "projects">): Facts | null => {
    if (booking === undefined || !isFull(booking)) return null;
    const { start, end } = rangeOf(booking);
    const project = booking.project_id === null ? undefined : of.projects.get(booking.project_id)?.name;
    return {
      name: bookingName(booking.title, project),
      status: booking.status,
      artist: of.artists.get(booking.artist_id)?.name ?? "An artist",
      when: formatRange(start, end, zone, locale),
      place: booking.status === "hold" && booking.rank !== null ? `${ordinal(booking.rank)} in line` : "",
      notes: booking.notes,
    };
  };
  const before = facts(then, state);
  const after = facts(live, { artists, projects });
  const title = before?.name ?? after?.name ?? "Busy";
  return (
    <PanelFrame label="Booking, as it was" title={title} onClose={onClose}>
      <Column>
        <div className="grid grid-cols-2 gap-4" data-testid="then-and-now">
          <Side title="Then" facts={before} missing="Was not there yet." other={after} />
          <Side title="Now" facts={after} missing="Is gone." other={before} />
        </div>
        {seq !== null && then !== undefined && isFull(then) && (
          <div>
            <Button
              onClick={() =>
                openDialog({
                  kind: "restore",
                  wish: { to: seq, kind: "booking", entity_id: id },
                  name: `“${title}”`,
                })
              }
            >
              Restore this booking…
            </Button>
          </div>
        )}
        <Activity of="booking" id={id} version={live?.version ?? 0} />
      </Column>
    </PanelFrame>
  );
}

interface SideProps {
  title: string;
  facts: Facts | null;
  missing: string;
  other: Facts | null;
}

/** What is other on the other side stands out by weight and by a mark. */
function Side({ title, facts, missing, other }: SideProps) {
  const line = (key: keyof Facts) => {
    const text = facts?.[key] ?? "";
    if (text === "") return null;
    const differs = other !== null && other[key] !== text;
    return (
      <p className={differs ? "text-sm font-semibold text-ink" : "text-sm text-ink-2"}>
        {differs && <span className="sr-only">Other: </span>}
        {text}
        {differs && <span aria-hidden> ≠</span>}
      </p>
    );
  };
  return (
    <section aria-label={title} className="grid content-start gap-1.5">
      <h3 className="text-xs font-medium text-ink-3">{title}</h3>
      {facts === null ? (
        <p className="text-sm text-ink-2">{missing}</p>
      ) : (
        <>
          <div>
            <StatusBadge status={facts.status}>{statusWord(facts.status)}</StatusBadge>
          </div>
          {line("name")}
          {line("artist")}
          {line("when")}
          {line("place")}
          {line("notes")}
        </>
      )}
    </section>
  );
}

// The details while a scenario is open: where a booking stands, where it would stand, by fields instead of drags.
import { isFull, rangeOf, type FullBooking, type ScenarioChange } from "@production-tool/shared";

import { formatRange, plural } from "../lib/format.ts";
import { ArtistChoice } from "../schedule/choices.tsx";
import { Column, PanelFrame, Section } from "../schedule/panel.tsx";
import { RangeEditor } from "../schedule/range-editor.tsx";
import { useCanEdit, useLive, useNames } from "../studio/live.tsx";
import { useUi } from "../studio/ui.ts";
import { StatusBadge } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { drawnOf, nameOfDrawn, type Drawn, type Place } from "./drawn.ts";
import { useOpenScenario, type ScenarioLens } from "./scenario-lens.ts";

const MARKS: Record<ScenarioChange["action"], string> = { place: "Placed", move: "Moved", end: "Ended" };

export function DraftPanel({ onClose }: { onClose: () => void }) {
  const lens = useOpenScenario();
  const selection = useUi((ui) => ui.selection);
  const bookings = useLive((state) => state.bookings);
  const changes = useLive((state) => state.scenarioChanges);
  const [id = ""] = selection;
  if (lens === null) return null;
  if (selection.length > 1) return <Several lens={lens} ids={selection} onClose={onClose} />;
  const change = [...changes.values()].find((each) => each.scenario_id === lens.id && each.booking_id === id);
  const found = bookings.get(id);
  const live = found !== undefined && isFull(found) ? found : null;
  const drawn = change === undefined ? null : drawnOf(change, bookings);
  if (live === null && drawn === null) return null;
  return <One key={id} id={id} lens={lens} live={live} drawn={drawn} onClose={onClose} />;
}

interface OneProps {
  id: string;
  lens: ScenarioLens;
  live: FullBooking | null;
  drawn: Drawn | null;
  onClose: () => void;
}

function One({ id, lens, live, drawn, onClose }: OneProps) {
  const canEdit = useCanEdit();
  const projects = useLive((state) => state.projects);
  const phases = useLive((state) => state.phases);
  const change = drawn?.change;
  const name =
    drawn !== null
      ? nameOfDrawn(drawn, projects, phases)
      : live?.title || projects.get(live?.project_id ?? "")?.name || "Untitled booking";
  const now = live === null ? null : { artistId: live.artist_id, ...rangeOf(live) };
  const place = drawn === null ? now : drawn.after;
  const clash = lens.clashes.get(id);
  return (
    <PanelFrame
      label="Booking in the scenario"
      title={name}
      badge={change !== undefined && <StatusBadge status="requested">{MARKS[change.action]}</StatusBadge>}
      onClose={onClose}
    >
      <Column>
        {clash !== undefined && <p className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">{clash}</p>}
        <Places now={change?.action === "place" ? null : now} then={change === undefined ? undefined : drawn?.after ?? null} />
        {(change?.note ?? "") !== "" && <p className="text-sm text-ink-2">{change?.note}</p>}
        {canEdit && (
          <div className="flex flex-wrap gap-2">
            {change !== undefined && (
              <Button onClick={() => lens.hand.reset([id])}>
                {change.action === "place" ? "Leave it out" : "Back to how it is"}
              </Button>
            )}
            {change?.action !== "end" && change?.action !== "place" && (
              <Button weight="danger" onClick={() => lens.hand.end([id])}>
                End it in this scenario
              </Button>
            )}
          </div>
        )}
      </Column>
      {place !== null && (
        <Column>
          <Section>
            <ArtistChoice
              value={place.artistId}
              disabled={!canEdit}
              onChange={(artistId) => artistId !== null && lens.hand.moveTo([{ id, ...place, artistId }])}
            />
            <RangeEditor
              start={place.start}
              end={place.end}
              version={change?.version ?? live?.version ?? 1}
              disabled={!canEdit}
              onCommit={(range) => lens.hand.moveTo([{ id, artistId: place.artistId, ...range }])}
            />
          </Section>
        </Column>
      )}
    </PanelFrame>
  );
}

/** `then` is undefined where the scenario says nothing of it, null where it ends. */
function Places({ now, then }: { now: Place | null; then: Place | null | undefined }) {
  const names = useNames();
  const words = (place: Place): string =>
    `${names.artist(place.artistId) ?? "An artist"}, ${formatRange(place.start, place.end, names.zone, names.locale)}`;
  return (
    <dl className="tabular grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm">
      <dt className="text-ink-3">Now</dt>
      <dd>{now === null ? "not on the schedule" : words(now)}</dd>
      <dt className="text-ink-3">Scenario</dt>
      <dd className="font-medium">{then === undefined ? "as it is" : then === null ? "ended" : words(then)}</dd>
    </dl>
  );
}

function Several({ lens, ids, onClose }: { lens: ScenarioLens; ids: readonly string[]; onClose: () => void }) {
  const canEdit = useCanEdit();
  const changed = ids.filter((id) => lens.ids.has(id));
  return (
    <PanelFrame label="Bookings in the scenario" title={plural(ids.length, "booking")} onClose={onClose}>
      <Column>
        <p className="text-sm text-ink-2">{changed.length} of them changed in this scenario.</p>
        {canEdit && (
          <div className="flex flex-wrap gap-2">
            <Button disabled={changed.length === 0} onClick={() => lens.hand.reset(changed)}>
              Back to how they are
            </Button>
            <Button weight="danger" onClick={() => lens.hand.end(ids)}>
              End them in this scenario
            </Button>
          </div>
        )}
      </Column>
    </PanelFrame>
  );
}

// The changes of a scenario as a list: placed, moved, ended; each leads to its bar.
import { ArrowRight, Minus, Plus, Undo2 } from "lucide-react";
import { useState, type ReactNode } from "react";

import { formatRange } from "../lib/format.ts";
import { currentSurface } from "../schedule/surface.ts";
import { useCanEdit, useLive, useNames } from "../studio/live.tsx";
import { select } from "../studio/ui.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { nameOfDrawn, type Drawn, type Place } from "./drawn.ts";
import { useOpenScenario } from "./scenario-lens.ts";
import { Part } from "./part.tsx";

/** Beyond this many of a kind the rest shows on demand. */
const SHOWN = 12;

const KINDS = [
  { action: "place", title: "Placed", icon: <Plus aria-hidden size={13} /> },
  { action: "move", title: "Moved", icon: <ArrowRight aria-hidden size={13} /> },
  { action: "end", title: "Ended", icon: <Minus aria-hidden size={13} /> },
] as const;

export function ChangeList({ scenarioId, drawn }: { scenarioId: string; drawn: readonly Drawn[] }) {
  return (
    <div className="grid grid-cols-1 gap-3" data-testid="changes">
      {KINDS.map(({ action, title, icon }) => {
        const those = drawn.filter(({ change }) => change.action === action);
        return those.length > 0 && <Kind key={`${scenarioId}${action}`} title={title} icon={icon} drawn={those} />;
      })}
    </div>
  );
}

function Kind({ title, icon, drawn }: { title: string; icon: ReactNode; drawn: readonly Drawn[] }) {
  const [all, setAll] = useState(false);
  return (
    <Part
      title={
        <span className="flex items-center gap-2">
          <span className="grid size-5 place-items-center rounded-sm bg-ink text-surface">{icon}</span>
          {title}
          <span className="tabular text-xs font-normal text-ink-3">{drawn.length}</span>
        </span>
      }
    >
      <ul className="-mx-2 grid grid-cols-1">
        {drawn.slice(0, all ? drawn.length : SHOWN).map((each) => (
          <li key={each.change.booking_id}>
            <Row drawn={each} />
          </li>
        ))}
      </ul>
      {drawn.length > SHOWN && (
        <div>
          <Button size="s" weight="quiet" className="-ml-2" onClick={() => setAll(!all)}>
            {all ? "Fewer" : `All ${drawn.length}`}
          </Button>
        </div>
      )}
    </Part>
  );
}

function Row({ drawn }: { drawn: Drawn }) {
  const names = useNames();
  const projects = useLive((state) => state.projects);
  const phases = useLive((state) => state.phases);
  const canEdit = useCanEdit();
  const lens = useOpenScenario();
  const { change, before, after } = drawn;
  const name = nameOfDrawn(drawn, projects, phases);
  const when = ({ start, end }: Place): string => formatRange(start, end, names.zone, names.locale);
  const who = ({ artistId }: Place): string => names.artist(artistId) ?? "An artist";
  const show = (): void => {
    select([change.booking_id]);
    setTimeout(() => currentSurface()?.reveal(change.booking_id, true));
  };
  return (
    <div className="flex items-start rounded-md hover:bg-hover">
      <button type="button" onClick={show} data-testid="change" className="min-w-0 flex-1 rounded-md px-2 py-1.5 text-left">
        <span className="block truncate text-sm font-medium">{name}</span>
        {after !== null && (
          <span className="block text-xs text-ink-2">
            {who(after)}, {when(after)}
          </span>
        )}
        {before !== null && (
          <span className="block text-xs text-ink-3">
            {after === null ? "" : "now "}
            {after !== null && before.artistId === after.artistId ? "" : `${who(before)}, `}
            {when(before)}
          </span>
        )}
        {change.note !== "" && <span className="block text-xs text-ink-3 italic">{change.note}</span>}
      </button>
      {canEdit && (
        <IconButton
          label={change.action === "place" ? `Leave out ${name}` : `Leave ${name} as it is`}
          icon={<Undo2 size={14} />}
          className="mt-1 mr-1 size-7"
          onClick={() => lens?.hand.reset([change.booking_id])}
        />
      )}
    </div>
  );
}

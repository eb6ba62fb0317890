// Over the schedule while a scenario is open: whose draft this is, who is in it, and the ways out.
import { Eye, ListFilter, PanelLeft, X } from "lucide-react";
import { useMemo } from "react";

import { classes } from "../lib/classes.ts";
import { useClient, useLive } from "../studio/live.tsx";
import { setUi, useUi } from "../studio/ui.ts";
import { Avatar } from "../ui/bits.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { leaveScenario, showOnlyTouched, useOpenScenario } from "./scenario-lens.ts";

export function ScenarioBar() {
  const lens = useOpenScenario();
  const id = lens?.id ?? "";
  const name = useLive((state) => state.scenarios.get(id)?.name);
  const client = useClient();
  const only = useUi((ui) => ui.filters.only !== null);
  const panel = useUi((ui) => ui.side === "planning");
  if (name === undefined) return null;
  return (
    <div
      role="region"
      aria-label="Scenario"
      data-testid="scenario-bar"
      className="flex min-h-10 shrink-0 items-center gap-2 border-b border-accent-line bg-accent-soft px-3 py-1 text-sm"
    >
      <Eye aria-hidden size={15} className="shrink-0 text-accent" />
      <p className="min-w-0 flex-1 truncate">
        <span className="font-semibold">{name}</span>
        <span className="text-ink-2 max-lg:hidden"> · what you move here changes the scenario, not the schedule</span>
        <span className="text-ink-2 lg:hidden"> · a draft</span>
      </p>
      <PeopleIn scenarioId={id} />
      <IconButton
        label="Only rows that it changes"
        pressed={only}
        icon={<ListFilter size={15} />}
        className={classes("size-7", only && "bg-surface hover:bg-surface")}
        onClick={() => showOnlyTouched(client, id, !only)}
      />
      {!panel && (
        <Button size="s" onClick={() => setUi({ side: "planning" })}>
          <PanelLeft aria-hidden size={14} />
          Changes
        </Button>
      )}
      <IconButton label="Leave the scenario" icon={<X size={15} />} className="size-7" onClick={leaveScenario} />
    </div>
  );
}

/** Others who have it open. */
export function usePeopleIn(scenarioId: string): readonly { id: string; name: string; colour: string }[] {
  const client = useClient();
  const presence = useLive((state) => state.presence);
  const own = useLive((state) => state.connectionId);
  return useMemo(
    () =>
      [...presence.values()]
        .filter((person) => person.connection_id !== own && person.selection.includes(scenarioId))
        .map(({ connection_id: id, name, colour }) => ({ id, name, colour })),
    [client, presence, own, scenarioId],
  );
}

export function PeopleIn({ scenarioId }: { scenarioId: string }) {
  const people = usePeopleIn(scenarioId);
  if (people.length === 0) return null;
  const names = people.map(({ name }) => name).join(", ");
  return (
    <span role="img" aria-label={`Also here: ${names}`} title={names} data-testid="people-in" className="flex shrink-0 -space-x-1.5">
      {people.slice(0, 4).map(({ id, name, colour }) => (
        <span key={id} className="rounded-full ring-2 ring-surface">
          <Avatar name={name} colour={colour} size={22} />
        </span>
      ))}
    </span>
  );
}

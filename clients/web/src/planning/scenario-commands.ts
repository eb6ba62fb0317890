// What is done to a scenario as a whole: opened, named, settled, made true, thrown away.
import { newId, type Client, type CommandError } from "@production-tool/shared";

import { plural } from "../lib/format.ts";
import { toast } from "../ui/toasts.ts";
import { enterScenario, leaveScenario } from "./scenario-lens.ts";

export function openScenario(client: Client, name: string): void {
  const id = newId();
  client.propose("scenario.add", { id, name });
  enterScenario(client, id);
}

export function renameScenario(client: Client, scenarioId: string, change: { name?: string; note?: string }): void {
  client.propose("scenario.edit", { scenario_id: scenarioId, ...change });
}

/** By booking: `mine` keeps the change, `live` drops it. */
export async function settleConflicts(
  client: Client,
  scenarioId: string,
  take: Readonly<Record<string, "mine" | "live">>,
): Promise<CommandError | null> {
  const answer = await client.propose("scenario.rebase", { scenario_id: scenarioId, take: { ...take } }).settled;
  return answer.ok ? null : answer.error;
}

/** All of it at once, or nothing; gives the refusal with the reason for each change. */
export async function commitScenario(client: Client, scenarioId: string): Promise<CommandError | null> {
  const scenario = client.state.scenarios.get(scenarioId);
  if (scenario === undefined) return null;
  const count = [...client.state.scenarioChanges.values()].filter((each) => each.scenario_id === scenarioId).length;
  const options = { baseVersion: scenario.version };
  const answer = await client.propose("scenario.commit", { scenario_id: scenarioId }, options).settled;
  if (!answer.ok) return answer.error;
  leaveScenario();
  toast({
    tone: "good",
    title: `“${scenario.name}” is the schedule now`,
    text: `${plural(count, "change")} made in one step.`,
    actions: [{ label: "Undo", act: () => client.undo() }],
    life: 15_000,
  });
  return null;
}

export function discardScenario(client: Client, scenarioId: string): void {
  const name = client.state.scenarios.get(scenarioId)?.name ?? "";
  leaveScenario();
  client.propose("scenario.discard", { scenario_id: scenarioId });
  toast({ title: `Threw away “${name}”`, actions: [{ label: "Undo", act: () => client.undo() }], life: 8000 });
}

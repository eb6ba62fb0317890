// Asking for a plan from wherever one is, and being told when it is there.
import type { Client } from "@production-tool/shared";

import { inWords } from "../session/api.ts";
import { setUi, showRows, useUi } from "../studio/ui.ts";
import { toast } from "../ui/toasts.ts";
import { dismissJob, startJob, watchJobs, type Job, type JobWish } from "./jobs.ts";
import { enterScenario, leaveScenario } from "./scenario-lens.ts";

/** Hears of jobs for as long as one is signed in. */
export function followJobs(client: Client): void {
  watchJobs(client, (job) => {
    const { side, screen } = useUi.getState();
    const shown = side === "planning" && screen === "schedule";
    if (job.created_by !== client.state.me?.id || shown || (job.state === "cancelled" && job.scenario_id == null)) return;
    toast({
      tone: job.state === "failed" ? "bad" : "good",
      title: job.state === "failed" ? "No plan" : "The plan is ready",
      text: job.error?.message ?? job.name,
      actions: [{ label: "Look at it", act: () => lookAt(client, job) }],
      key: `job ${job.id}`,
    });
  });
}

function lookAt(client: Client, { id, scenario_id: scenarioId }: Job): void {
  setUi({ screen: "schedule", side: "planning" });
  showRows("artists");
  if (scenarioId == null) return;
  enterScenario(client, scenarioId);
  dismissJob(id);
}

/** Starts it, and shows it getting better; says whether it was taken on. */
export async function askFor(client: Client, wish: JobWish): Promise<boolean> {
  followJobs(client);
  try {
    await startJob(wish);
  } catch (fault) {
    toast({ tone: "bad", title: "Not planned", text: inWords(fault) });
    return false;
  }
  leaveScenario();
  // Details would cover it where there is little room.
  setUi({ screen: "schedule", side: "planning", detailsHidden: true });
  return true;
}

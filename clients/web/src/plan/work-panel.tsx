// What the details say in the plan: of a phase, a milestone or a project.
import { useLive } from "../studio/live.tsx";
import { useUi } from "../studio/ui.ts";
import { MilestonePanel } from "./milestone-panel.tsx";
import { PhasePanel } from "./phase-panel.tsx";
import { ProjectPanel } from "./project-panel.tsx";
import { projectIdOf } from "./rows.ts";

export function WorkPanel({ onClose }: { onClose: () => void }) {
  const id = useUi((ui) => ui.selection[0] ?? "");
  const phase = useLive((state) => state.phases.get(id));
  const milestone = useLive((state) => state.milestones.get(id));
  const project = useLive((state) => state.projects.get(projectIdOf(id) ?? ""));
  if (phase !== undefined) return <PhasePanel key={id} phase={phase} onClose={onClose} />;
  if (milestone !== undefined) return <MilestonePanel key={id} milestone={milestone} onClose={onClose} />;
  return project === undefined ? null : <ProjectPanel key={id} project={project} onClose={onClose} />;
}

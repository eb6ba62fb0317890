// Planning, beside the schedule: what is still to be placed.
import { Sparkle } from "lucide-react";

import { PanelFrame } from "../schedule/panel.tsx";
import { openDialog } from "../studio/ui.ts";
import { IconButton } from "../ui/button.tsx";
import { ToPlace } from "./to-place.tsx";

export function PlanningPanel({ onClose }: { onClose: () => void }) {
  return (
    <PanelFrame
      label="Planning"
      title="Planning"
      tools={
        <IconButton
          label="Find a slot"
          icon={<Sparkle size={16} />}
          onClick={() => openDialog({ kind: "find_slot", phaseId: null, skill: null })}
        />
      }
      onClose={onClose}
    >
      <ToPlace />
    </PanelFrame>
  );
}

// A milestone in full: its name, its day, the phase it belongs to, and whether it is reached.
import { Diamond } from "lucide-react";
import { useMemo } from "react";

import type { Milestone } from "@production-tool/shared";

import { DraftArea, DraftField } from "../schedule/draft-field.tsx";
import { Column, PanelFrame, Section } from "../schedule/panel.tsx";
import { RefusalCard } from "../schedule/refusal-card.tsx";
import { useCanEdit, useCommands, useLive } from "../studio/live.tsx";
import { useUi } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";

export function MilestonePanel({ milestone, onClose }: { milestone: Milestone; onClose: () => void }) {
  const canEdit = useCanEdit();
  const commands = useCommands();
  const refusal = useUi((ui) => ui.refusals.get(milestone.id));
  const phases = useLive((state) => state.phases);
  const own = useMemo(
    () =>
      [...phases.values()]
        .filter(({ project_id }) => project_id === milestone.project_id)
        .sort((a, b) => a.name.localeCompare(b.name)),
    [phases, milestone.project_id],
  );
  const version = milestone.version ?? 1;
  return (
    <PanelFrame
      label="Milestone"
      title={milestone.name}
      lead={<Diamond aria-hidden size={15} className="text-ink-3" />}
      onClose={onClose}
    >
      <Column>
        {refusal !== undefined && <RefusalCard id={milestone.id} refusal={refusal} />}
        <label className="flex min-h-6 items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={milestone.done === true}
            disabled={!canEdit}
            onChange={(event) => commands.editMilestone(milestone, { done: event.target.checked })}
            className="size-4 accent-(--accent)"
          />
          Reached
        </label>
        <Section>
          <DraftField
            label="Name"
            value={milestone.name}
            version={version}
            maxLength={200}
            disabled={!canEdit}
            onCommit={(name, base) =>
              name.trim() !== "" && commands.editMilestone(milestone, { name: name.trim() }, base)
            }
          />
          <TextField
            label="Day"
            type="date"
            value={milestone.date}
            min="2000-01-01"
            max="2100-01-01"
            disabled={!canEdit}
            onChange={(event) => event.target.value !== "" && commands.editMilestone(milestone, { date: event.target.value })}
          />
          <SelectField
            label="Phase"
            value={milestone.phase_id ?? ""}
            disabled={!canEdit}
            onChange={(event) => commands.editMilestone(milestone, { phase_id: event.target.value || null })}
          >
            <option value="">The whole project</option>
            {own.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <DraftArea
            label="Notes"
            value={milestone.notes ?? ""}
            version={version}
            maxLength={10_000}
            disabled={!canEdit}
            onCommit={(notes, base) => commands.editMilestone(milestone, { notes }, base)}
          />
        </Section>
        {canEdit && (
          <div>
            <Button
              weight="danger"
              onClick={() => {
                commands.deleteMilestone(milestone);
                onClose();
              }}
            >
              Delete milestone
            </Button>
          </div>
        )}
      </Column>
    </PanelFrame>
  );
}

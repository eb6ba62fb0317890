// "It takes longer": by how much, and a plan that touches as little as it can.
import { useId, useState, type FormEvent } from "react";

import { useClient, useLive } from "../studio/live.tsx";
import { closeDialog } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { askFor } from "./asking.ts";

const MOST_DAYS = 260;

export function SlipDialog({ phaseId }: { phaseId: string }) {
  const formId = useId();
  const client = useClient();
  const phase = useLive((state) => state.phases.get(phaseId));
  const [text, setText] = useState("2");
  const [busy, setBusy] = useState(false);
  const days = Number(text.replace(",", "."));
  const good = days > 0 && days <= MOST_DAYS && days % 0.5 === 0;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!good || phase === undefined || busy) return;
    setBusy(true);
    const event_ = { kind: "slip", phase_id: phaseId, days } as const;
    void askFor(client, { kind: "repair", name: `“${phase.name}” takes ${days} d longer`, event: event_ }).then((taken) => {
      setBusy(false);
      if (taken) closeDialog();
    });
  };
  return (
    <Dialog
      title={`“${phase?.name ?? "The phase"}” takes longer`}
      description="The planner looks for a plan that touches the least, and shows it as a scenario."
      width="s"
      onClose={closeDialog}
      footer={
        <>
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" form={formId} disabled={!good} busy={busy}>
            Mend the plan
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit}>
        <TextField
          label="Working days more than planned"
          inputMode="decimal"
          value={text}
          error={good ? undefined : "Whole or half days, such as 2 or 1.5."}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
    </Dialog>
  );
}

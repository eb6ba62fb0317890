// A question in place, before something that wants a word with it: the words, back, and go.
import { useState, type FormEvent } from "react";

import { Button } from "./button.tsx";
import { TextField } from "./field.tsx";

export interface ReasonFormProps {
  label: string;
  /** The words of the button that goes on. */
  go: string;
  danger?: boolean;
  /** What to say where nothing was given; without it the words may be left out. */
  missing?: string;
  onCancel: () => void;
  onGive: (reason: string) => void;
}

export function ReasonForm({ label, go, danger = false, missing, onCancel, onGive }: ReasonFormProps) {
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | undefined>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (missing !== undefined && reason.trim() === "") setError(missing);
    else onGive(reason.trim());
  };
  return (
    <form
      noValidate
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onCancel();
      }}
      className="grid gap-2 rounded-md bg-sunken p-3"
    >
      <TextField
        label={missing === undefined ? `${label} (may be left out)` : label}
        value={reason}
        maxLength={1000}
        autoFocus
        error={error}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="flex justify-end gap-2">
        <Button size="s" weight="quiet" onClick={onCancel}>
          Go back
        </Button>
        <Button size="s" weight={danger ? "danger" : "primary"} type="submit">
          {go}
        </Button>
      </div>
    </form>
  );
}

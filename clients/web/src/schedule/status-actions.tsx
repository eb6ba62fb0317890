// The buttons that move a booking along its life; those that need a reason ask for it in place.
import { useState, type FormEvent } from "react";

import type { FullBooking } from "@production-tool/shared";

import { useCommands, useLive } from "../studio/live.tsx";
import { statusActions, type StatusAction } from "../studio/words.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";

export function StatusActions({ booking, size = "m" }: { booking: FullBooking; size?: "m" | "l" }) {
  const me = useLive((state) => state.me);
  const commands = useCommands();
  const [asking, setAsking] = useState<StatusAction | null>(null);
  if (me === null) return null;
  const actions = statusActions(booking, me.role, me.artist_id === booking.artist_id);
  if (actions.length === 0) return null;
  if (asking !== null && actions.some(({ op }) => op === asking.op)) {
    return (
      <ReasonForm
        action={asking}
        onCancel={() => setAsking(null)}
        onGive={(reason) => {
          setAsking(null);
          commands.setStatus(booking, asking.op, reason);
        }}
      />
    );
  }
  return (
    <div className="flex flex-wrap gap-2">
      {actions.map((action) => (
        <Button
          key={action.op}
          weight={action.weight}
          size={size}
          onClick={() => (action.reason === "no" ? commands.setStatus(booking, action.op) : setAsking(action))}
        >
          {action.label}
        </Button>
      ))}
    </div>
  );
}

interface ReasonFormProps {
  action: StatusAction;
  onCancel: () => void;
  onGive: (reason: string) => void;
}

function ReasonForm({ action, onCancel, onGive }: ReasonFormProps) {
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | undefined>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (action.reason === "must" && reason.trim() === "") setError("Give a reason; the artist will see it.");
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
        label={action.reason === "must" ? "Reason" : "Reason (may be left out)"}
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
        <Button size="s" weight="danger" type="submit">
          {action.label.replace("…", "")}
        </Button>
      </div>
    </form>
  );
}

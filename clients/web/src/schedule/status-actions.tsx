// The buttons that move a booking along its life; those that need a reason ask for it in place.
import { useState } from "react";

import type { FullBooking } from "@production-tool/shared";

import { useCommands, useLive } from "../studio/live.tsx";
import { statusActions, type StatusAction } from "../studio/words.ts";
import { Button } from "../ui/button.tsx";
import { ReasonForm } from "../ui/reason-form.tsx";

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
        label={asking.asks ?? "Reason"}
        go={asking.label.replace("…", "")}
        danger={asking.weight === "danger"}
        {...(asking.reason === "must" ? { missing: "Give a reason; the artist will see it." } : {})}
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

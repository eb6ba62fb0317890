// What was posted to one webhook, the newest first, and what came back.
import { useState } from "react";

import { Button } from "../ui/button.tsx";
import { Ago, Items } from "./parts.tsx";
import type { Delivery } from "./types.ts";
import { useList } from "./use-list.ts";

export function Deliveries({ hookId, onRedeliver }: { hookId: string; onRedeliver: (seq: number) => void }) {
  const listed = useList<Delivery>(`webhooks/${hookId}/deliveries?limit=50`);
  return (
    <div className="grid gap-2 border-t border-line pt-3">
      <div className="flex items-center justify-between">
        <h2 className="text-xs font-semibold text-ink-2">Latest deliveries</h2>
        <Button size="s" weight="quiet" onClick={listed.reload}>
          Refresh
        </Button>
      </div>
      <Items
        listed={listed}
        name="Deliveries"
        none={{ title: "Nothing posted yet", words: "Send a test, or change something in the schedule." }}
      >
        {(delivery) => <Attempt key={delivery.id} delivery={delivery} onRedeliver={onRedeliver} />}
      </Items>
    </div>
  );
}

function Attempt({ delivery, onRedeliver }: { delivery: Delivery; onRedeliver: (seq: number) => void }) {
  const [open, setOpen] = useState(false);
  const { seq } = delivery;
  return (
    <li className="grid gap-1 rounded-md bg-sunken px-3 py-2 text-xs">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className={delivery.ok ? "font-medium text-good" : "font-medium text-bad"}>
          {delivery.ok ? "Taken" : "Not taken"} {delivery.status ?? ""}
        </span>
        <span className="font-mono">{delivery.type}</span>
        {seq !== null && <span className="text-ink-2">no. {seq}</span>}
        <span className="text-ink-2">
          <Ago at={delivery.at} /> · {delivery.latency_ms} ms
          {delivery.attempt > 1 && ` · attempt ${delivery.attempt}`}
        </span>
        <span className="ml-auto flex gap-1">
          <Button size="s" weight="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            Answer
          </Button>
          {seq !== null && (
            <Button size="s" weight="quiet" onClick={() => onRedeliver(seq)}>
              Redeliver from here
            </Button>
          )}
        </span>
      </div>
      {!delivery.ok && <p className="text-bad">{delivery.error}</p>}
      {open && (
        <pre className="max-h-40 overflow-auto rounded-sm bg-surface p-2 font-mono break-all whitespace-pre-wrap">
          {delivery.response || "The answer had no body."}
        </pre>
      )}
    </li>
  );
}

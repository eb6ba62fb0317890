// Why the last change to a booking was refused, and what could be had instead.
import { CircleAlert, X } from "lucide-react";

import type { NotedRefusal } from "../studio/ui.ts";
import { clearRefusal } from "../studio/ui.ts";
import { Button, IconButton } from "../ui/button.tsx";

export function RefusalCard({ id, refusal }: { id: string; refusal: NotedRefusal }) {
  return (
    <div role="alert" data-testid="refusal" className="rounded-md border border-bad-line bg-bad-soft p-3">
      <div className="flex items-start gap-2">
        <CircleAlert aria-hidden size={15} className="mt-px shrink-0 text-bad" />
        <div className="min-w-0 flex-1">
          <p className="text-sm font-semibold text-bad">{refusal.title}</p>
          <p className="mt-0.5 text-sm text-ink">{refusal.text}</p>
        </div>
        <IconButton
          label="Dismiss"
          icon={<X size={14} />}
          className="-mt-1 -mr-1 size-6"
          onClick={() => clearRefusal(id)}
        />
      </div>
      {refusal.ways.length > 0 && (
        <div className="mt-2.5 grid gap-1.5">
          <p className="text-xs font-medium text-ink-2">Instead</p>
          <ul className="grid grid-cols-1 gap-1.5">
            {refusal.ways.map((way) => (
              <li key={way.label} className="grid grid-cols-1 justify-items-start gap-0.5">
                <Button size="s" className="max-w-full" onClick={way.act}>
                  <span className="truncate">{way.label}</span>
                </Button>
                {way.detail !== undefined && <span className="pl-0.5 text-xs text-ink-2">{way.detail}</span>}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

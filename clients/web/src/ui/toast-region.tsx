// Shows the toasts, reads them out, and lets go of each after its time unless somebody is at it.
import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { useEffect, useState } from "react";

import { classes } from "../lib/classes.ts";
import { Button, IconButton } from "./button.tsx";
import { dismissToast, useToasts, type Toast } from "./toasts.ts";

const ICONS = {
  plain: <Info size={16} className="text-ink-3" />,
  good: <CircleCheck size={16} className="text-good" />,
  bad: <CircleAlert size={16} className="text-bad" />,
} as const;

export function ToastRegion() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <section
      aria-label="Messages"
      className="pointer-events-none fixed inset-x-3 bottom-16 z-50 flex flex-col items-center gap-2 sm:bottom-5"
    >
      <ol aria-live="polite" aria-relevant="additions" className="flex w-full flex-col items-center gap-2">
        {toasts.map((item) => (
          <ToastCard key={item.id} item={item} />
        ))}
      </ol>
    </section>
  );
}

function ToastCard({ item }: { item: Toast }) {
  const [kept, setKept] = useState(false);
  useEffect(() => {
    if (kept) return;
    const timer = setTimeout(() => dismissToast(item.id), item.life);
    return () => clearTimeout(timer);
  }, [kept, item.id, item.life]);
  return (
    <li
      data-testid="toast"
      onPointerEnter={() => setKept(true)}
      onPointerLeave={() => setKept(false)}
      onFocus={() => setKept(true)}
      onBlur={() => setKept(false)}
      className={classes(
        "pointer-events-auto flex w-full items-start gap-2.5 rounded-lg border bg-surface py-2.5 pr-2 pl-3 shadow-m animate-rise sm:w-100",
        item.tone === "bad" ? "border-bad-line" : "border-line",
      )}
    >
      <span aria-hidden className="mt-px shrink-0">
        {ICONS[item.tone]}
      </span>
      <div className="min-w-0 flex-1">
        <p className="text-sm font-semibold text-ink">{item.title}</p>
        {item.text !== undefined && <p className="mt-0.5 text-sm text-ink-2">{item.text}</p>}
        {item.actions.length > 0 && (
          <div className="mt-2 flex flex-wrap gap-1.5">
            {item.actions.map((action) => (
              <Button
                key={action.label}
                size="s"
                aria-label={action.describe}
                onClick={() => {
                  dismissToast(item.id);
                  action.act();
                }}
              >
                {action.label}
              </Button>
            ))}
          </div>
        )}
      </div>
      <IconButton label="Dismiss" icon={<X size={14} />} className="size-6" onClick={() => dismissToast(item.id)} />
    </li>
  );
}

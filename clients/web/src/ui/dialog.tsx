// Modal dialogs on the browser's own <dialog>: it traps focus, makes the page inert and gives focus back.
import { X } from "lucide-react";
import { useId, useLayoutEffect, useState, type ReactNode } from "react";

import { classes } from "../lib/classes.ts";
import { PortalContext } from "./portal.ts";

export interface DialogProps {
  title: string;
  description?: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  width?: "s" | "m" | "l";
}

const WIDTHS = { s: "sm:max-w-md", m: "sm:max-w-xl", l: "sm:max-w-3xl" } as const;
const FIELD = "[autofocus], input:not([type=file], :disabled), select:not(:disabled), textarea:not(:disabled)";

export function Dialog({ title, description, onClose, children, footer, width = "m" }: DialogProps) {
  const id = useId();
  const [dialog, setDialog] = useState<HTMLDialogElement | null>(null);
  useLayoutEffect(() => {
    if (dialog === null) return;
    dialog.showModal();
    // The first field rather than the close button: it is what a person came for.
    (dialog.querySelector<HTMLElement>(FIELD) ?? dialog).focus();
    return () => dialog.close();
  }, [dialog]);
  return (
    <dialog
      ref={setDialog}
      tabIndex={-1}
      aria-labelledby={`${id}-title`}
      aria-describedby={description === undefined ? undefined : `${id}-description`}
      onCancel={(event) => {
        if (event.target !== dialog) return;
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === dialog) onClose();
      }}
      className={classes(
        "m-0 w-full max-w-full overflow-visible bg-surface text-ink shadow-l outline-none backdrop:bg-(--scrim)",
        "fixed inset-x-0 top-auto bottom-0 rounded-t-lg animate-rise backdrop:animate-fade",
        "sm:inset-x-0 sm:top-[8dvh] sm:bottom-auto sm:mx-auto sm:rounded-lg",
        WIDTHS[width],
      )}
    >
      <PortalContext value={dialog}>
        <div className="flex max-h-[92dvh] flex-col sm:max-h-[84dvh]">
          <div className="flex items-start gap-3 border-b border-line px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <h2 id={`${id}-title`} className="text-lg font-semibold">
                {title}
              </h2>
              {description !== undefined && (
                <p id={`${id}-description`} className="mt-0.5 text-sm text-ink-2">
                  {description}
                </p>
              )}
            </div>
            <button
              type="button"
              aria-label="Close"
              onClick={onClose}
              className="-mt-1 -mr-2 grid size-8 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-hover hover:text-ink"
            >
              <X aria-hidden size={16} />
            </button>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4 thin-scroll">{children}</div>
          {footer !== undefined && (
            <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </div>
          )}
        </div>
      </PortalContext>
    </dialog>
  );
}

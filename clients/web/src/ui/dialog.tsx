// Modal dialogs, and the sheet form of one for narrow screens.
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";

import { classes } from "../lib/classes.ts";
import { IconButton } from "./button.tsx";

export interface DialogProps {
  title: string;
  description?: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  width?: "s" | "m" | "l";
}

const WIDTHS = { s: "sm:max-w-md", m: "sm:max-w-xl", l: "sm:max-w-3xl" } as const;

export function Dialog({ title, description, onClose, children, footer, width = "m" }: DialogProps) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-(--scrim) animate-fade" />
        <Radix.Content
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className={classes(
            "fixed z-40 flex flex-col bg-surface shadow-l outline-none animate-rise",
            "inset-x-0 bottom-0 max-h-[92dvh] rounded-t-l",
            "sm:inset-x-4 sm:top-[8dvh] sm:bottom-auto sm:mx-auto sm:max-h-[84dvh] sm:rounded-l",
            WIDTHS[width],
          )}
        >
          <header className="flex items-start gap-3 border-b border-line px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="mt-0.5 text-sm text-ink-2">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" keys="Esc" icon={<X size={16} />} className="-mr-2" />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4 thin-scroll">{children}</div>
          {footer !== undefined && (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

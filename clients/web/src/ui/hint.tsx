// A tooltip with the name of a control and its key; the control itself carries the accessible name.
import { Tooltip } from "radix-ui";
import type { ReactElement, ReactNode } from "react";

import { usePortal } from "./portal.ts";

export function HintProvider({ children }: { children: ReactNode }) {
  return (
    <Tooltip.Provider delayDuration={450} skipDelayDuration={250}>
      {children}
    </Tooltip.Provider>
  );
}

export interface HintProps {
  label: string;
  keys?: string | undefined;
  side?: "top" | "right" | "bottom" | "left";
  children: ReactElement;
}

export function Hint({ label, keys, side = "bottom", children }: HintProps) {
  const portal = usePortal();
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal container={portal}>
        <Tooltip.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex max-w-72 items-center gap-2 rounded-sm bg-ink px-2 py-1 text-xs text-bg shadow-m animate-fade"
        >
          {label}
          {keys !== undefined && <kbd className="font-sans text-2xs opacity-75">{keys}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

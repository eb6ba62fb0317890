// The frame of what stands beside the schedule: details at the right (a sheet on narrow screens), lists at the left.
import { X } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "../ui/button.tsx";

export interface PanelFrameProps {
  label: string;
  title: string;
  lead?: ReactNode;
  badge?: ReactNode;
  tools?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

export function PanelFrame({ label, title, lead, badge, tools, onClose, children }: PanelFrameProps) {
  return (
    <div
      role="region"
      aria-label={label}
      className="flex h-full min-h-0 flex-col"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <header className="flex min-h-(--tools-height) shrink-0 items-center gap-2 border-b border-line py-1.5 pr-2 pl-4">
        {lead}
        <h2 className="line-clamp-2 min-w-0 flex-1 text-sm font-semibold">{title}</h2>
        {badge}
        {tools}
        <IconButton label="Close" keys="Esc" icon={<X size={16} />} onClick={onClose} />
      </header>
      <div className="@container min-h-0 flex-1 overflow-y-auto thin-scroll">
        <div className="grid grid-cols-1 content-start gap-4 p-4 @2xl:grid-cols-2 @2xl:gap-x-8">{children}</div>
      </div>
    </div>
  );
}

/** One of the columns a wide panel has; in a narrow one they stand below each other. */
export function Column({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-1 content-start gap-4">{children}</div>;
}

export function Section({ children }: { children: ReactNode }) {
  return (
    <div className="grid grid-cols-1 content-start gap-3 border-t border-line pt-4 first:border-t-0 first:pt-0">
      {children}
    </div>
  );
}

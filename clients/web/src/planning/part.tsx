// A titled part of the planning panel.
import type { ReactNode } from "react";

export function Part({ title, tools, children }: { title: ReactNode; tools?: ReactNode; children: ReactNode }) {
  return (
    <div className="grid grid-cols-1 content-start gap-2 border-t border-line pt-3">
      <div className="flex min-h-6 items-center justify-between gap-2">
        <h3 className="text-sm font-semibold">{title}</h3>
        {tools}
      </div>
      {children}
    </div>
  );
}

// Small pieces used all over: avatars, status badges, keys, skeletons, empty states.
import type { ReactNode } from "react";

import { classes } from "../lib/classes.ts";
import { inkFor } from "../lib/colour.ts";
import { initials } from "../lib/format.ts";

export function Mark({ size = 22 }: { size?: number }) {
  return <img src="/mark.svg" alt="" width={size} height={size} className="shrink-0" />;
}

export function Avatar({ name, colour, size = 24 }: { name: string; colour: string; size?: number }) {
  return (
    <span
      aria-hidden
      // Drawn, not written: initials are no part of what a button around them is called.
      data-initials={initials(name)}
      className="inline-grid shrink-0 place-items-center rounded-full font-semibold select-none before:content-[attr(data-initials)]"
      style={{
        background: colour,
        color: inkFor(colour),
        width: size,
        height: size,
        fontSize: Math.round(size * 0.42),
      }}
    />
  );
}

const STATUS_LOOK: Record<string, string> = {
  hold: "bg-hold-soft text-hold",
  pencil: "bg-pencil-soft text-pencil",
  confirmed: "bg-confirmed-soft text-confirmed",
  requested: "bg-hold-soft text-hold",
  approved: "bg-confirmed-soft text-confirmed",
};

export function StatusBadge({ status, children }: { status: string; children: ReactNode }) {
  return (
    <span
      data-status={status}
      className={classes(
        "inline-flex h-5 items-center rounded-sm px-1.5 text-xs font-medium whitespace-nowrap",
        STATUS_LOOK[status] ?? "bg-ended-soft text-ended",
      )}
    >
      {children}
    </span>
  );
}

export function Dot({ colour, size = 10 }: { colour: string; size?: number }) {
  return (
    <span
      aria-hidden
      className="inline-block shrink-0 rounded-full"
      style={{ background: colour, width: size, height: size }}
    />
  );
}

export function Keys({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-grid h-5 min-w-5 place-items-center rounded-sm border border-line bg-sunken px-1 font-sans text-xs text-ink-2">
      {children}
    </kbd>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={classes("block rounded-sm bg-pressed animate-shimmer", className)} />;
}

export function EmptyState({
  title,
  children,
  actions,
  icon,
}: {
  title: string;
  children: ReactNode;
  actions?: ReactNode;
  icon?: ReactNode;
}) {
  return (
    <div className="mx-auto grid max-w-sm justify-items-center gap-2 px-6 py-10 text-center">
      {icon !== undefined && <span className="mb-1 text-ink-3">{icon}</span>}
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="text-sm text-ink-2">{children}</p>
      {actions !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

export function Notice({ tone, children }: { tone: "bad" | "warn" | "plain" | "good"; children: ReactNode }) {
  const look = {
    bad: "bg-bad-soft text-bad",
    warn: "bg-warn-soft text-warn",
    good: "bg-good-soft text-good",
    plain: "bg-sunken text-ink-2",
  }[tone];
  return <div className={classes("rounded-md px-3 py-2 text-sm", look)}>{children}</div>;
}

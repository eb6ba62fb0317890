// Buttons: one shape, four weights, and an icon-only form that always has a name and a tooltip.
import type { ComponentProps, ReactNode } from "react";

import { classes } from "../lib/classes.ts";
import { Hint } from "./hint.tsx";

export type ButtonWeight = "primary" | "plain" | "quiet" | "chosen" | "danger";

const WEIGHTS: Record<ButtonWeight, string> = {
  primary: "bg-primary text-on-primary border-transparent hover:bg-primary-hover",
  plain: "bg-surface text-ink border-line-strong hover:bg-hover",
  quiet: "bg-transparent text-ink-2 border-transparent hover:bg-hover hover:text-ink",
  chosen: "bg-accent-soft text-accent border-transparent hover:bg-accent-soft",
  danger: "bg-surface text-bad border-bad-line hover:bg-bad-soft",
};

const SHAPE =
  "inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none " +
  "transition-colors duration-100 aria-disabled:opacity-45 disabled:opacity-45 disabled:pointer-events-none";

export interface ButtonProps extends ComponentProps<"button"> {
  weight?: ButtonWeight;
  size?: "s" | "m" | "l";
  busy?: boolean;
}

const SIZES = { s: "h-7 px-2 text-xs", m: "h-8 px-3 text-sm", l: "h-10 px-4 text-base" } as const;

export function Button({ weight = "plain", size = "m", busy = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      disabled={rest.disabled === true || busy}
      className={classes(SHAPE, SIZES[size], WEIGHTS[weight], className)}
    >
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label" | "children"> {
  label: string;
  keys?: string;
  pressed?: boolean;
  icon: ReactNode;
  side?: "top" | "right" | "bottom" | "left";
}

export function IconButton({ label, keys, pressed, icon, side = "bottom", className, ...rest }: IconButtonProps) {
  return (
    <Hint label={label} keys={keys} side={side}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={pressed}
        className={classes(
          "inline-grid size-8 shrink-0 place-items-center rounded-md text-ink-2 transition-colors duration-100",
          "hover:bg-hover hover:text-ink disabled:pointer-events-none disabled:opacity-40",
          pressed === true && "bg-accent-soft text-accent hover:bg-accent-soft hover:text-accent",
          className,
        )}
      >
        {icon}
      </button>
    </Hint>
  );
}

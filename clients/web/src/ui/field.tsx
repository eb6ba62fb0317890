// A labelled form field with its hint and its error, tied together for assistive technology.
import { useId, type ComponentProps, type ReactNode } from "react";

import { classes } from "../lib/classes.ts";

export interface FieldFrame {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  className?: string | undefined;
  hideLabel?: boolean;
}

export interface FieldWiring {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

export function Field({
  label,
  hint,
  error,
  className,
  hideLabel = false,
  children,
}: FieldFrame & { children: (wiring: FieldWiring) => ReactNode }) {
  const id = useId();
  const described = error !== undefined || hint !== undefined;
  return (
    <div className={classes("grid content-start gap-1", className)}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "text-xs font-medium text-ink-2"}>
        {label}
      </label>
      {children({
        id,
        "aria-describedby": described ? `${id}-note` : undefined,
        "aria-invalid": error === undefined ? undefined : true,
      })}
      {described && (
        <p id={`${id}-note`} className={classes("text-xs", error === undefined ? "text-ink-3" : "text-bad")}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

type Bare<Tag extends "input" | "select" | "textarea"> = Omit<ComponentProps<Tag>, "className" | "id">;

export function TextField({ label, hint, error, className, hideLabel, ...input }: FieldFrame & Bare<"input">) {
  return (
    <Field {...frame({ label, hint, error, className, hideLabel })}>
      {(wiring) => <input autoComplete="off" {...input} {...wiring} className="control" />}
    </Field>
  );
}

export function SelectField({
  label,
  hint,
  error,
  className,
  hideLabel,
  children,
  ...select
}: FieldFrame & Bare<"select">) {
  return (
    <Field {...frame({ label, hint, error, className, hideLabel })}>
      {(wiring) => (
        <select {...select} {...wiring} className="control pr-1">
          {children}
        </select>
      )}
    </Field>
  );
}

export function TextArea({ label, hint, error, className, hideLabel, ...area }: FieldFrame & Bare<"textarea">) {
  return (
    <Field {...frame({ label, hint, error, className, hideLabel })}>
      {(wiring) => (
        <textarea rows={3} {...area} {...wiring} className="control h-auto min-h-16 resize-y py-1.5 leading-snug" />
      )}
    </Field>
  );
}

/** Drops what is undefined, since optional fields here are absent, never undefined. */
function frame(given: {
  label: string;
  hint: ReactNode;
  error: string | undefined;
  className: string | undefined;
  hideLabel: boolean | undefined;
}): FieldFrame {
  return {
    label: given.label,
    error: given.error,
    className: given.className,
    ...(given.hint === undefined ? {} : { hint: given.hint }),
    ...(given.hideLabel === undefined ? {} : { hideLabel: given.hideLabel }),
  };
}

// A text box that picks one of many, and may offer to make what was typed.
import { Check, ChevronsUpDown, Plus } from "lucide-react";
import { Popover } from "radix-ui";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";

import { classes } from "../lib/classes.ts";
import { Field } from "./field.tsx";
import { usePortal } from "./portal.ts";
import { rankOptions, type ComboOption } from "./options.ts";

export interface ComboboxProps {
  label: string;
  hideLabel?: boolean;
  hint?: string;
  error?: string | undefined;
  value: string | null;
  options: readonly ComboOption[];
  placeholder?: string;
  disabled?: boolean;
  /** Where given, a line "none of these" that clears the choice. */
  noneLabel?: string;
  /** Where given, an unknown name can be made into a new choice. */
  createLabel?: (typed: string) => string;
  onChange: (value: string | null) => void;
  onCreate?: (typed: string) => void;
  className?: string;
}

interface Row {
  key: string;
  label: string;
  detail?: string | undefined;
  colour?: string | undefined;
  act: () => void;
  chosen: boolean;
  kind: "option" | "none" | "create";
}

export function Combobox(props: ComboboxProps) {
  const { value, options, disabled = false, onChange, onCreate, createLabel, noneLabel } = props;
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const portal = usePortal();
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const chosen = options.find((option) => option.value === value);

  const rows = useMemo<Row[]>(() => {
    const words = typed.trim();
    const found = rankOptions(options, words);
    const made: Row[] = found.map((option) => ({
      key: option.value,
      label: option.label,
      detail: option.detail,
      colour: option.colour,
      act: () => onChange(option.value),
      chosen: option.value === value,
      kind: "option",
    }));
    if (words === "" && noneLabel !== undefined) {
      made.unshift({ key: "none", label: noneLabel, act: () => onChange(null), chosen: value === null, kind: "none" });
    }
    const known = options.some((option) => option.label.toLowerCase() === words.toLowerCase());
    if (words !== "" && !known && onCreate !== undefined && createLabel !== undefined) {
      made.push({
        key: "create",
        label: createLabel(words),
        act: () => onCreate(words),
        chosen: false,
        kind: "create",
      });
    }
    return made;
  }, [typed, options, value, noneLabel, createLabel, onChange, onCreate]);

  const at = Math.min(active, rows.length - 1);
  useEffect(() => {
    if (open) document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [open, at, listId]);

  const close = (): void => {
    setOpen(false);
    setTyped("");
    setActive(0);
  };
  const take = (row: Row | undefined): void => {
    row?.act();
    close();
  };
  const show = (): void => {
    if (open || disabled) return;
    setOpen(true);
    setActive(
      Math.max(
        0,
        rows.findIndex((row) => row.chosen),
      ),
    );
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) show();
      else setActive((at + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % Math.max(1, rows.length));
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      event.stopPropagation();
      take(rows[at]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab" && open) {
      close();
    }
  };

  return (
    <Field
      label={props.label}
      error={props.error}
      {...(props.hint === undefined ? {} : { hint: props.hint })}
      {...(props.hideLabel === undefined ? {} : { hideLabel: props.hideLabel })}
      className={props.className}
    >
      {(wiring) => (
        <Popover.Root open={open} onOpenChange={(next) => !next && close()}>
          <Popover.Anchor asChild>
            <div className="relative">
              {chosen?.colour !== undefined && typed === "" && (
                <span
                  aria-hidden
                  className="absolute top-1/2 left-2.5 size-2.5 -translate-y-1/2 rounded-full"
                  style={{ background: chosen.colour }}
                />
              )}
              <input
                {...wiring}
                ref={input}
                type="text"
                role="combobox"
                autoComplete="off"
                spellCheck={false}
                disabled={disabled}
                aria-expanded={open}
                aria-controls={open ? listId : undefined}
                aria-autocomplete="list"
                aria-activedescendant={open && rows.length > 0 ? `${listId}-${at}` : undefined}
                placeholder={open && chosen !== undefined ? chosen.label : (props.placeholder ?? noneLabel)}
                value={open ? typed : (chosen?.label ?? "")}
                onChange={(event) => {
                  setTyped(event.target.value);
                  setActive(0);
                  setOpen(true);
                }}
                onClick={show}
                onBlur={() => open && close()}
                onKeyDown={onKeyDown}
                className={classes("control truncate pr-7", chosen?.colour !== undefined && typed === "" && "pl-7")}
              />
              <ChevronsUpDown
                aria-hidden
                size={13}
                className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-ink-3"
              />
            </div>
          </Popover.Anchor>
          <Popover.Portal container={portal}>
            <Popover.Content
              // The input owns the list inside; the box around it is nothing to be told about.
              role="presentation"
              align="start"
              sideOffset={4}
              collisionPadding={8}
              onOpenAutoFocus={(event) => event.preventDefault()}
              onCloseAutoFocus={(event) => event.preventDefault()}
              onInteractOutside={(event) => event.target === input.current && event.preventDefault()}
              onMouseDown={(event) => event.preventDefault()}
              className="z-50 w-(--radix-popover-trigger-width) min-w-56 rounded-md border border-line bg-surface p-1 shadow-m"
            >
              <ul id={listId} role="listbox" aria-label={props.label} className="max-h-64 overflow-y-auto thin-scroll">
                {rows.map((row, index) => (
                  <li
                    key={row.key}
                    id={`${listId}-${index}`}
                    role="option"
                    aria-selected={row.chosen}
                    onMouseMove={() => setActive(index)}
                    onClick={() => take(row)}
                    className={classes(
                      "flex min-h-8 cursor-default items-center gap-2 rounded-sm px-2 text-sm select-none",
                      index === at && "bg-hover",
                      row.kind === "none" && "text-ink-2",
                    )}
                  >
                    {row.kind === "create" && <Plus aria-hidden size={14} className="text-accent" />}
                    {row.colour !== undefined && (
                      <span aria-hidden className="size-2.5 shrink-0 rounded-full" style={{ background: row.colour }} />
                    )}
                    <span className="min-w-0 flex-1 truncate">{row.label}</span>
                    {row.detail !== undefined && <span className="truncate text-xs text-ink-3">{row.detail}</span>}
                    {row.chosen && <Check aria-hidden size={14} className="shrink-0" />}
                  </li>
                ))}
                {rows.length === 0 && (
                  <li role="option" aria-selected={false} aria-disabled className="px-2 py-1.5 text-sm text-ink-2">
                    Nothing called “{typed.trim()}”
                  </li>
                )}
              </ul>
            </Popover.Content>
          </Popover.Portal>
        </Popover.Root>
      )}
    </Field>
  );
}

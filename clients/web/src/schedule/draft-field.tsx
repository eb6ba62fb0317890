// Text that is saved when its field is left or Enter is pressed, and taken back with Escape.
import { useEffect, useRef, type KeyboardEvent, type Ref } from "react";

import { useDraft, type Draft } from "../lib/draft.ts";
import { Field } from "../ui/field.tsx";
import { toast } from "../ui/toasts.ts";
import { ChangedMeanwhile } from "./changed-meanwhile.tsx";

export interface DraftFieldProps {
  label: string;
  value: string;
  /** The version of what the value is a field of. */
  version: number;
  maxLength: number;
  placeholder?: string;
  disabled?: boolean;
  /** `version` is the one the typing is based on: what others set since then must not be overwritten. */
  onCommit: (text: string, version: number) => void;
  ref?: Ref<HTMLInputElement>;
}

export function DraftField({ label, value, version, maxLength, placeholder, disabled, onCommit, ref }: DraftFieldProps) {
  const draft = useDraft(value, version);
  const commit = useCommit(label, draft, onCommit);
  return (
    <div>
      <Field label={label}>
        {(wiring) => (
          <input
            {...wiring}
            ref={ref}
            type="text"
            autoComplete="off"
            maxLength={maxLength}
            placeholder={placeholder}
            disabled={disabled}
            value={draft.text}
            onChange={(event) => draft.change(event.target.value)}
            onBlur={commit}
            onKeyDown={(event) => {
              if (event.key === "Enter") commit();
              else takeBack(event, draft);
            }}
            className="control"
          />
        )}
      </Field>
      <Theirs draft={draft} onKeep={() => onCommit(draft.text, version)} />
    </div>
  );
}

export function DraftArea({
  label,
  value,
  version,
  maxLength,
  disabled,
  onCommit,
}: Omit<DraftFieldProps, "ref" | "placeholder">) {
  const draft = useDraft(value, version);
  const commit = useCommit(label, draft, onCommit);
  return (
    <div>
      <Field label={label}>
        {(wiring) => (
          <textarea
            {...wiring}
            rows={3}
            maxLength={maxLength}
            disabled={disabled}
            value={draft.text}
            onChange={(event) => draft.change(event.target.value)}
            onBlur={commit}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) commit();
              else takeBack(event, draft);
            }}
            className="control h-auto min-h-16 resize-y py-1.5 leading-snug"
          />
        )}
      </Field>
      <Theirs draft={draft} onKeep={() => onCommit(draft.text, version)} />
    </div>
  );
}

/**
 * Saves what was typed, but not over what somebody else set meanwhile: that is for the person to say.
 * Where the field is taken away in the middle of it, what was typed can still be copied.
 */
function useCommit(label: string, draft: Draft, onCommit: DraftFieldProps["onCommit"]): () => void {
  const latest = useRef({ draft, saved: "" });
  latest.current = { ...latest.current, draft };
  useEffect(
    () => () => {
      const { draft: left, saved } = latest.current;
      if (left.dirty && left.text !== saved && left.text.trim() !== "") keepText(label, left.text);
    },
    [label],
  );
  return () => {
    if (!draft.dirty || draft.theirs !== null) return;
    latest.current = { draft, saved: draft.text };
    onCommit(draft.text, draft.since);
  };
}

function keepText(label: string, text: string): void {
  toast({
    title: `${label} was not saved`,
    text: text.length > 140 ? `${text.slice(0, 140)}…` : text,
    actions: [{ label: "Copy the text", act: () => void navigator.clipboard.writeText(text) }],
    life: 60_000,
  });
}

function Theirs({ draft, onKeep }: { draft: Draft; onKeep: () => void }) {
  if (draft.theirs === null) return null;
  return <ChangedMeanwhile to={draft.theirs} onKeep={onKeep} onTake={draft.reset} />;
}

/** The first Escape takes the typing back; only the next one closes what is around. */
function takeBack(event: KeyboardEvent, draft: { dirty: boolean; reset: () => void }): void {
  if (event.key !== "Escape" || !draft.dirty) return;
  event.preventDefault();
  event.stopPropagation();
  draft.reset();
}

// Text that is saved when its field is left or Enter is pressed, and taken back with Escape.
import type { KeyboardEvent, Ref } from "react";

import { useDraft } from "../lib/draft.ts";
import { Field } from "../ui/field.tsx";

export interface DraftFieldProps {
  label: string;
  value: string;
  maxLength: number;
  placeholder?: string;
  disabled?: boolean;
  onCommit: (text: string) => void;
  ref?: Ref<HTMLInputElement>;
}

export function DraftField({ label, value, maxLength, placeholder, disabled, onCommit, ref }: DraftFieldProps) {
  const draft = useDraft(value);
  const commit = (): void => {
    if (draft.dirty) onCommit(draft.text);
  };
  return (
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
  );
}

export function DraftArea({
  label,
  value,
  maxLength,
  disabled,
  onCommit,
}: Omit<DraftFieldProps, "ref" | "placeholder">) {
  const draft = useDraft(value);
  const commit = (): void => {
    if (draft.dirty) onCommit(draft.text);
  };
  return (
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
  );
}

/** The first Escape takes the typing back; only the next one closes what is around. */
function takeBack(event: KeyboardEvent, draft: { dirty: boolean; reset: () => void }): void {
  if (event.key !== "Escape" || !draft.dirty) return;
  event.preventDefault();
  event.stopPropagation();
  draft.reset();
}

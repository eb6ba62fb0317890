// Start and end of an existing booking: edited as a draft, applied as one command.
import { useState, type ReactNode } from "react";

import { formatRange } from "../lib/format.ts";
import { Button } from "../ui/button.tsx";
import { useLocale, useZone } from "../studio/live.tsx";
import { ChangedMeanwhile } from "./changed-meanwhile.tsx";
import { RangeInputs } from "./range-inputs.tsx";
import { rangeFields, readRange, sameFields, type RangeFields } from "./range.ts";

export interface RangeEditorProps {
  start: number;
  end: number;
  /** The version of the booking whose range it is. */
  version: number;
  disabled: boolean;
  /** `version` is the one the new range is based on. */
  onCommit: (range: { start: number; end: number }, version: number) => void;
  /** What applying other dates would bring about. */
  foresee?: (range: { start: number; end: number }) => ReactNode;
}

interface RangeDraft {
  readonly fields: RangeFields;
  /** What was stored, and its version, when the typing began. */
  readonly from: RangeFields;
  readonly since: number;
}

export function RangeEditor({ start, end, version, disabled, onCommit, foresee }: RangeEditorProps) {
  const zone = useZone();
  const locale = useLocale();
  const stored = rangeFields(start, end, zone);
  const [draft, setDraft] = useState<RangeDraft | null>(null);
  // Somebody else moving the booking must not undo what is being typed here, so a draft stays.
  const fields = draft?.fields ?? stored;
  const dirty = draft !== null && !sameFields(draft.fields, stored);
  const changed = dirty && !sameFields(draft.from, stored);
  const read = readRange(fields, zone);
  const apply = (base: number): void => {
    if (!dirty || !read.ok) return;
    setDraft(null);
    onCommit(read, base);
  };
  const change = (next: RangeFields): void =>
    setDraft(dirty ? { ...draft, fields: next } : { fields: next, from: stored, since: version });
  return (
    <div
      className="grid gap-2"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !dirty) return;
        event.preventDefault();
        event.stopPropagation();
        setDraft(null);
      }}
    >
      <RangeInputs
        fields={fields}
        zone={zone}
        disabled={disabled}
        onChange={change}
        onEnter={() => !changed && draft !== null && apply(draft.since)}
      />
      {changed && (
        <ChangedMeanwhile
          to={formatRange(start, end, zone, locale)}
          keepDisabled={!read.ok}
          onKeep={() => apply(version)}
          onTake={() => setDraft(null)}
        />
      )}
      {dirty && read.ok && foresee?.(read)}
      {dirty && !changed && (
        <div className="flex justify-end gap-2">
          <Button size="s" weight="quiet" onClick={() => setDraft(null)}>
            Keep as it was
          </Button>
          <Button size="s" weight="primary" disabled={!read.ok} onClick={() => apply(draft.since)}>
            Apply dates
          </Button>
        </div>
      )}
    </div>
  );
}

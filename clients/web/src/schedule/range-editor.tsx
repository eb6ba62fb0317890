// Start and end of an existing booking: edited as a draft, applied as one command.
import { useState } from "react";

import { Button } from "../ui/button.tsx";
import { useZone } from "../studio/live.tsx";
import { RangeInputs } from "./range-inputs.tsx";
import { rangeFields, readRange, sameFields, type RangeFields } from "./range.ts";

export interface RangeEditorProps {
  start: number;
  end: number;
  disabled: boolean;
  onCommit: (range: { start: number; end: number }) => void;
}

export function RangeEditor({ start, end, disabled, onCommit }: RangeEditorProps) {
  const zone = useZone();
  const stored = rangeFields(start, end, zone);
  const [draft, setDraft] = useState<RangeFields | null>(null);
  // Somebody else moving the booking must not undo what is being typed here, so a draft stays.
  const fields = draft ?? stored;
  const dirty = draft !== null && !sameFields(draft, stored);
  const read = readRange(fields, zone);
  const apply = (): void => {
    if (!dirty || !read.ok) return;
    setDraft(null);
    onCommit(read);
  };
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
      <RangeInputs fields={fields} zone={zone} disabled={disabled} onChange={setDraft} onEnter={apply} />
      {dirty && (
        <div className="flex justify-end gap-2">
          <Button size="s" weight="quiet" onClick={() => setDraft(null)}>
            Keep as it was
          </Button>
          <Button size="s" weight="primary" disabled={!read.ok} onClick={apply}>
            Apply dates
          </Button>
        </div>
      )}
    </div>
  );
}

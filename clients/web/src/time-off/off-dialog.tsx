// Asking for time off, or entering it for an artist who said so.
import { useId, useState, type FormEvent } from "react";

import { addDays, startOfDay } from "../lib/time.ts";
import { ArtistChoice } from "../schedule/choices.tsx";
import { RangeInputs } from "../schedule/range-inputs.tsx";
import { rangeFields, readRange } from "../schedule/range.ts";
import { useCanEdit, useCommands, useLive, useZone } from "../studio/live.tsx";
import { closeDialog } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";

export function TimeOffDialog({ artistId }: { artistId: string | null }) {
  const formId = useId();
  const commands = useCommands();
  const canEdit = useCanEdit();
  const studioZone = useZone();
  const own = useLive((state) => state.me?.artist_id ?? null);
  const [artist, setArtist] = useState<string | null>(canEdit ? artistId : own);
  const [error, setError] = useState<string | undefined>();
  // A day off is a day where the artist lives.
  const zone = useLive((state) => (artist === null ? undefined : state.artists.get(artist)?.zone)) ?? studioZone;
  const [fields, setFields] = useState(() => {
    const first = addDays(startOfDay(Date.now(), studioZone), 1, studioZone);
    return rangeFields(first, addDays(first, 1, studioZone), studioZone);
  });
  const [note, setNote] = useState("");
  const [approved, setApproved] = useState(canEdit);
  const read = readRange(fields, zone);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (artist === null) setError("Choose who is away.");
    if (artist === null || !read.ok) return;
    commands.askOff({ artistId: artist, start: read.start, end: read.end, note: note.trim(), approved });
    closeDialog();
  };
  return (
    <Dialog
      title="Time off"
      width="s"
      onClose={closeDialog}
      footer={
        <>
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" form={formId}>
            {approved ? "Enter time off" : "Ask for time off"}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="grid gap-3.5">
        {canEdit && (
          <ArtistChoice
            value={artist}
            error={error}
            onChange={(id) => {
              setArtist(id);
              setError(undefined);
            }}
          />
        )}
        <RangeInputs fields={fields} zone={zone} onChange={setFields} />
        <TextField
          label="Note (may be left out)"
          value={note}
          maxLength={1000}
          onChange={(event) => setNote(event.target.value)}
        />
        {canEdit && (
          <label className="flex min-h-6 items-center gap-2 text-sm">
            <input
              type="checkbox"
              checked={approved}
              onChange={(event) => setApproved(event.target.checked)}
              className="size-4 accent-(--accent)"
            />
            Approved: nothing can be booked then
          </label>
        )}
      </form>
    </Dialog>
  );
}

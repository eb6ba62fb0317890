// A new booking without dragging: artist, dates and the rest in one form.
import { useId, useState, type FormEvent } from "react";

import type { LiveStatus } from "@production-tool/shared";

import { addDays, startOfDay } from "../lib/time.ts";
import { useCommands, useZone } from "../studio/live.tsx";
import { closeDialog, useUi } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextArea, TextField } from "../ui/field.tsx";
import { ArtistChoice, ProjectChoice } from "./choices.tsx";
import { currentLens } from "./lens.ts";
import { RangeInputs } from "./range-inputs.tsx";
import { rangeFields, readRange } from "./range.ts";
import { StatusChoice } from "./status-choice.tsx";

export function BookingDialog({ artistId }: { artistId: string | null }) {
  const formId = useId();
  const commands = useCommands();
  const zone = useZone();
  const [artist, setArtist] = useState<string | null>(artistId);
  const [artistError, setArtistError] = useState<string | undefined>();
  const [title, setTitle] = useState("");
  const [project, setProject] = useState<string | null>(null);
  const [status, setStatus] = useState<LiveStatus>("hold");
  const [notes, setNotes] = useState("");
  const [fields, setFields] = useState(() => {
    const first = addDays(startOfDay(useUi.getState().view?.source === "user" ? middle() : Date.now(), zone), 1, zone);
    return rangeFields(first, addDays(first, 1, zone), zone);
  });
  const read = readRange(fields, zone);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (artist === null) setArtistError("Choose who is booked.");
    if (artist === null || !read.ok) return;
    (currentLens()?.hand ?? commands).place({
      artist_id: artist,
      start: read.start,
      end: read.end,
      title: title.trim(),
      project_id: project,
      status,
      notes,
    });
    closeDialog();
  };

  return (
    <Dialog
      title="New booking"
      width="s"
      onClose={closeDialog}
      footer={
        <>
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" form={formId}>
            Book
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="grid gap-3.5">
        <ArtistChoice
          value={artist}
          error={artistError}
          onChange={(id) => {
            setArtist(id);
            setArtistError(undefined);
          }}
        />
        <TextField
          label="Title"
          placeholder="What is it for?"
          maxLength={300}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <ProjectChoice value={project} onChange={setProject} />
        <RangeInputs fields={fields} zone={zone} onChange={setFields} />
        <StatusChoice value={status} onChange={setStatus} />
        <TextArea label="Notes" maxLength={10_000} value={notes} onChange={(event) => setNotes(event.target.value)} />
      </form>
    </Dialog>
  );
}

/** The middle of what is on screen. */
function middle(): number {
  const view = useUi.getState().view;
  return view === null ? Date.now() : (view.start + view.end) / 2;
}

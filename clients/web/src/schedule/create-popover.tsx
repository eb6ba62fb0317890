// The light popover after dragging over free time: name it, say for what, Enter saves.
import { TriangleAlert } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";

import type { LiveStatus } from "@production-tool/shared";

import { daysOffOf } from "../holidays/store.ts";
import { formatLength, formatRange } from "../lib/format.ts";
import { useCommands, useLive, useLocale, useZone } from "../studio/live.tsx";
import { setUi, useUi, type Draft } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { ProjectChoice } from "./choices.tsx";
import { currentLens } from "./lens.ts";
import { StatusChoice } from "./status-choice.tsx";
import { currentSurface } from "./surface.ts";

/** The project of the last booking made here: the next one is likely for the same. */
let lastProject: string | null = null;

export function CreatePopover() {
  const draft = useUi((ui) => ui.draft);
  if (draft === null) return null;
  return <DraftForm key={`${draft.rowId}${draft.start}${draft.end}`} draft={draft} />;
}

function DraftForm({ draft }: { draft: Draft }) {
  const commands = useCommands();
  const zone = useZone();
  const locale = useLocale();
  const artist = useLive((state) => state.artists.get(draft.rowId)?.name ?? "");
  const who = useLive((state) => state.artists.get(draft.rowId));
  const studio = useLive((state) => state.tenant);
  const off = who === undefined ? undefined : daysOffOf(who, studio);
  const closed = off?.find(({ start, end }) => start < draft.end && draft.start < end);
  const known = useLive((state) => lastProject !== null && state.projects.has(lastProject));
  const [title, setTitle] = useState("");
  const [project, setProject] = useState<string | null>(known ? lastProject : null);
  const [status, setStatus] = useState<LiveStatus>("hold");
  const close = (): void => {
    setUi({ draft: null });
    currentSurface()?.focus();
  };
  const save = (): void => {
    lastProject = project;
    (currentLens()?.hand ?? commands).place({
      artist_id: draft.rowId,
      start: draft.start,
      end: draft.end,
      title: title.trim(),
      project_id: project,
      status,
    });
    close();
  };
  return (
    <Popover.Root open onOpenChange={(open) => !open && close()}>
      <Popover.Anchor asChild>
        <span
          aria-hidden
          className="pointer-events-none fixed size-px"
          style={{ left: draft.anchor.x, top: draft.anchor.y }}
        />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          aria-label="New booking"
          side="bottom"
          align="center"
          sideOffset={14}
          collisionPadding={10}
          data-testid="create-booking"
          onCloseAutoFocus={(event) => event.preventDefault()}
          className="z-30 w-80 max-w-[calc(100vw-20px)] rounded-lg border border-line bg-surface p-3.5 shadow-l animate-rise"
        >
          <form
            className="grid gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              save();
            }}
          >
            <p className="text-xs text-ink-2">
              <span className="font-semibold text-ink">{artist}</span>
              <span className="tabular block">
                {formatRange(draft.start, draft.end, zone, locale)} · {formatLength(draft.start, draft.end, zone)}
              </span>
            </p>
            <TextField
              label="Title"
              hideLabel
              placeholder="What is it for?"
              autoFocus
              maxLength={300}
              value={title}
              onChange={(event) => setTitle(event.target.value)}
            />
            <ProjectChoice hideLabel value={project} onChange={setProject} />
            <StatusChoice value={status} onChange={setStatus} />
            {closed !== undefined && (
              <p className="flex items-start gap-1.5 text-xs text-warn">
                <TriangleAlert aria-hidden size={14} className="shrink-0" />
                {closed.name}: {artist} does not work then.
              </p>
            )}
            {draft.conflict !== null && (
              <p className="flex items-start gap-1.5 text-xs text-warn">
                <TriangleAlert aria-hidden size={14} className="shrink-0" />
                {draft.conflict.words}
              </p>
            )}
            <div className="flex justify-end gap-2">
              <Button weight="quiet" onClick={close}>
                Cancel
              </Button>
              <Button weight="primary" type="submit">
                Book
              </Button>
            </div>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

// Before something is given back what it was: what that would change, or why it cannot be.
import { useEffect, useState } from "react";

import type { CommandArgs } from "@production-tool/shared";

import { formatRange, plural } from "../lib/format.ts";
import { inWords } from "../session/api.ts";
import { useCommands, useLive, useNames } from "../studio/live.tsx";
import { closeDialog } from "../studio/ui.ts";
import { Notice, Skeleton } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { previewRestore, type Difference } from "./api.ts";
import { changeOf, nameOf } from "./marks.ts";
import { backToLive } from "./store.ts";

const LISTED = 60;

type Foreseen =
  | { readonly phase: "asking" }
  | { readonly phase: "refused"; readonly words: string }
  | { readonly phase: "known"; readonly changes: readonly Difference[] };

export function RestoreDialog({ wish, name }: { wish: CommandArgs["history.restore"]; name: string }) {
  const commands = useCommands();
  const [foreseen, setForeseen] = useState<Foreseen>({ phase: "asking" });
  useEffect(() => {
    const stop = new AbortController();
    previewRestore(wish, stop.signal).then(
      (changes) => setForeseen({ phase: "known", changes }),
      (fault: unknown) => {
        if (!stop.signal.aborted) setForeseen({ phase: "refused", words: inWords(fault) });
      },
    );
    return () => stop.abort();
  }, [wish]);
  const changes = foreseen.phase === "known" ? foreseen.changes : [];
  return (
    <Dialog
      title={`Restore ${name}`}
      width="s"
      description="It becomes what it was then, by new changes: nothing that happened since is lost, and it can be undone."
      onClose={closeDialog}
      footer={
        <>
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button
            weight="primary"
            disabled={changes.length === 0}
            onClick={() => {
              commands.restore(wish);
              backToLive();
              closeDialog();
            }}
          >
            Restore
          </Button>
        </>
      }
    >
      <div aria-live="polite" className="grid gap-2" data-testid="restore-preview">
        {foreseen.phase === "asking" && <Skeleton className="h-16 w-full" />}
        {foreseen.phase === "refused" && <Notice tone="bad">{foreseen.words}</Notice>}
        {foreseen.phase === "known" && changes.length === 0 && (
          <p className="text-sm text-ink-2">It is today what it was then: there is nothing to restore.</p>
        )}
        {changes.length > 0 && (
          <>
            <p className="text-sm">{plural(changes.length, "change")}:</p>
            <ul className="grid gap-1.5">
              {changes.slice(0, LISTED).map((each) => (
                <Change key={`${each.kind} ${each.id}`} difference={each} />
              ))}
            </ul>
            {changes.length > LISTED && <p className="text-xs text-ink-3">and {changes.length - LISTED} more</p>}
          </>
        )}
      </div>
    </Dialog>
  );
}

const WORDS = { added: "comes back", moved: "moves", removed: "goes", changed: "changes" } as const;

function Change({ difference }: { difference: Difference }) {
  const names = useNames();
  const artists = useLive((state) => state.artists);
  const projects = useLive((state) => state.projects);
  const { after } = difference;
  const start = after === null ? undefined : after["start"];
  const end = after === null ? undefined : after["end"];
  const when =
    typeof start === "string" && typeof end === "string" && start.includes("T")
      ? formatRange(Date.parse(start), Date.parse(end), names.zone, names.locale)
      : difference.fields.map(({ field }) => field.replaceAll("_", " ")).join(", ");
  return (
    <li className="text-sm">
      <span className="font-medium">{nameOf(difference, artists, projects)}</span> {WORDS[changeOf(difference)]}
      {when !== "" && <span className="tabular block text-xs text-ink-3">{when}</span>}
    </li>
  );
}

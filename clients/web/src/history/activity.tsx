// What happened to a booking, an artist or a project, in sentences, newest first.
import { History } from "lucide-react";
import { useEffect, useId, useState } from "react";

import { formatDay, formatTime } from "../lib/format.ts";
import { inWords } from "../session/api.ts";
import { useLive, useLocale, useZone } from "../studio/live.tsx";
import { Skeleton } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { readActivity, type ActivityEntry, type ActivityOf } from "./api.ts";

export interface ActivityProps {
  of: ActivityOf;
  id: string;
  /** Goes up whenever there may be more to tell. */
  version: number;
}

/** Closed at first: it is asked for only by who wants to know. */
export function Activity(props: ActivityProps) {
  const [open, setOpen] = useState(false);
  const list = useId();
  return (
    <section className="grid gap-3 border-t border-line pt-4">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={list}
        onClick={() => setOpen(!open)}
        className="flex min-h-6 items-center gap-2 justify-self-start text-sm font-semibold hover:underline"
      >
        <History aria-hidden size={15} className="text-ink-3" />
        Activity
      </button>
      <div id={list}>{open && <Entries {...props} />}</div>
    </section>
  );
}

type Told =
  | { readonly phase: "loading" }
  | { readonly phase: "failed"; readonly words: string }
  | { readonly phase: "told"; readonly entries: readonly ActivityEntry[]; readonly next: string | null };

/**
 * The last version that no own command is still waiting behind; null until there is one. A version on the
 * screen may be foretold: the log that is read for it lacks the change, and confirming it changes nothing.
 */
function useSettled(version: number): number | null {
  const waiting = useLive((state) => state.pending.length > 0);
  const [settled, setSettled] = useState(waiting ? null : version);
  if (!waiting && settled !== version) setSettled(version);
  return settled;
}

function Entries({ of, id, version }: ActivityProps) {
  const zone = useZone();
  const settled = useSettled(version);
  const [told, setTold] = useState<Told>({ phase: "loading" });
  const [pages, setPages] = useState(1);
  useEffect(() => {
    const stop = new AbortController();
    const read = async (): Promise<void> => {
      const entries: ActivityEntry[] = [];
      let next: string | null = null;
      for (let page = 0; page < pages && (page === 0 || next !== null); page += 1) {
        const found = await readActivity(of, id, zone, next, stop.signal);
        entries.push(...found.entries);
        next = found.next;
      }
      setTold({ phase: "told", entries, next });
    };
    read().catch((fault: unknown) => {
      if (!stop.signal.aborted) setTold({ phase: "failed", words: inWords(fault) });
    });
    return () => stop.abort();
  }, [of, id, zone, settled, pages]);
  if (told.phase === "loading") return <Skeleton className="h-16 w-full" />;
  if (told.phase === "failed") {
    return (
      <p role="alert" className="text-sm text-bad">
        {told.words}
      </p>
    );
  }
  if (told.entries.length === 0) return <p className="text-sm text-ink-2">Nothing has happened yet.</p>;
  return (
    <div className="grid gap-3">
      <ol aria-label="Activity" className="grid gap-2.5" data-testid="activity">
        {told.entries.map((entry) => (
          <Entry key={entry.seq} entry={entry} />
        ))}
      </ol>
      {told.next !== null && (
        <Button size="s" className="justify-self-start" onClick={() => setPages(pages + 1)}>
          Show earlier
        </Button>
      )}
    </div>
  );
}

function Entry({ entry }: { entry: ActivityEntry }) {
  const zone = useZone();
  const locale = useLocale();
  const at = Date.parse(entry.at);
  return (
    <li className="grid gap-0.5 border-l-2 border-line pl-3">
      <p className="text-sm text-ink">{entry.sentence}</p>
      <p className="tabular text-xs text-ink-3">
        {formatDay(at, zone, locale)}, {formatTime(at, zone, locale)}
      </p>
    </li>
  );
}

// Days busy elsewhere, out of a calendar file that was shared with the app or chosen: each can be asked for as time off.
import { useEffect, useState } from "preact/hooks";

import { rangeOf } from "@production-tool/shared";
import { formatRange } from "@production-tool/web/lib/format";
import { call, inWords } from "@production-tool/web/session/api";

import { requestTimeOff } from "../live/answers.ts";
import { useTimesOff } from "../live/bookings.ts";
import { locale, useLive, useZone } from "../live/live.ts";
import { daysOf, wholeDays } from "../time/ranges.ts";
import { Button } from "../ui/button.tsx";
import { Sheet } from "../ui/sheet.tsx";

interface BusySpan {
  readonly title: string;
  readonly start: string;
  readonly end: string;
  readonly whole_days: boolean;
}

interface BusyTimes {
  readonly spans: readonly BusySpan[];
  readonly more: number;
  readonly notes: readonly string[];
}

/** Whole days of the zone: an evening's event keeps the day free of other work. */
function asked(span: BusySpan, zone: string): { readonly start: number; readonly end: number } {
  return wholeDays(daysOf(span, zone), zone) ?? rangeOf(span);
}

export function CalendarFileSheet({ content, onClose }: { content: string; onClose: () => void }) {
  const zone = useZone();
  const [read, setRead] = useState<BusyTimes | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    call<BusyTimes>("calendar-files/read", { json: { content, zone }, signal: abort.signal }).then(
      ({ data }) => setRead(data),
      (fault: unknown) => {
        if (!abort.signal.aborted) setProblem(inWords(fault));
      },
    );
    return () => abort.abort();
  }, [content, zone]);
  return (
    <Sheet title="From your calendar" onClose={onClose}>
      {problem !== null && <p role="alert" class="warning">{problem}</p>}
      {problem === null && read === null && <p role="status">Reading the file…</p>}
      {read !== null && <Choice read={read} onClose={onClose} />}
    </Sheet>
  );
}

function Choice({ read, onClose }: { read: BusyTimes; onClose: () => void }) {
  const zone = useZone();
  const artist = useLive(({ me }) => me?.artist_id ?? null);
  const away = useTimesOff();
  const known = (span: BusySpan): boolean => {
    const { start, end } = asked(span, zone);
    return away.some((off) => rangeOf(off).start <= start && end <= rangeOf(off).end);
  };
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [titles, setTitles] = useState(false);
  const toggle = (index: number): void => {
    const next = new Set(chosen);
    if (!next.delete(index)) next.add(index);
    setChosen(next);
  };
  const ask = (): void => {
    if (artist === null) return;
    for (const [index, span] of read.spans.entries()) {
      if (!chosen.has(index)) continue;
      const { start, end } = asked(span, zone);
      requestTimeOff(artist, start, end, zone, titles ? span.title : "");
    }
    onClose();
  };
  if (read.spans.length === 0) return <p>There is nothing ahead in this file that keeps you busy.</p>;
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <p class="soft">Choose what to ask off for, as whole days.</p>
      <ul class="plain-list stack-s">
        {read.spans.map((span, index) => (
          <li key={index}>
            <label class="check">
              <input type="checkbox" checked={chosen.has(index)} disabled={known(span)} onChange={() => toggle(index)} />
              <span>
                <strong>{span.title}</strong>
                <br />
                <span class="soft">
                  {formatRange(rangeOf(span).start, rangeOf(span).end, zone, locale)}
                  {known(span) && " · already time off"}
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {[...(read.more > 0 ? [`${read.more} later events are not shown`] : []), ...read.notes].map((note) => (
        <p key={note} class="soft">
          {note}.
        </p>
      ))}
      <label class="check">
        <input type="checkbox" checked={titles} onChange={() => setTitles(!titles)} />
        <span>Tell the studio what for</span>
      </label>
      <Button weight="primary" type="submit" disabled={chosen.size === 0}>
        {chosen.size <= 1 ? "Ask for time off" : `Ask for ${chosen.size} times off`}
      </Button>
    </form>
  );
}

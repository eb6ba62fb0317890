// Days away: asked for by a drag over the calendar, and what became of what was asked.
import { useEffect, useState } from "preact/hooks";

import { rangeOf } from "@production-tool/shared";
import { formatRange } from "@production-tool/web/lib/format";

import { cancelTimeOff, requestTimeOff } from "../live/answers.ts";
import { useOwn, useTimesOff } from "../live/bookings.ts";
import { locale, useLive, useZone } from "../live/live.ts";
import { useNow } from "../time/now.ts";
import type { Days } from "../time/days.ts";
import { wholeDays } from "../time/ranges.ts";
import { Button } from "../ui/button.tsx";
import { Month } from "../ui/month.tsx";
import { late } from "../ui/late.tsx";
import { When } from "../ui/when.tsx";
import { readShared } from "../worker/shared-file.ts";
import { touching, useMarks, useToday } from "./marks.ts";

const CalendarFileSheet = late(() => import("./calendar-file.tsx").then((part) => part.CalendarFileSheet));

export function TimeOffScreen() {
  const timesOff = useTimesOff();
  const now = useNow(60_000);
  const ahead = timesOff.filter((off) => rangeOf(off).end > now);
  return (
    <>
      <header class="screen-head">
        <h1>Time off</h1>
        <p class="soft">Drag over the days you are away, or tap the first and the last.</p>
      </header>
      <Request />
      <FromFile />
      {ahead.length > 0 && (
        <section class="stack" aria-label="Asked for and approved">
          <h2>Asked for and approved</h2>
          {ahead.map((off) => (
            <article key={off.id} class="card off">
              <div class="card-head">
                <h3>{off.note || "Time off"}</h3>
                <span class={`status ${off.state}`}>{off.state === "approved" ? "Approved" : "Asked for"}</span>
              </div>
              <When range={off} />
              <div class="answers">
                <Button weight="quiet" onPress={() => cancelTimeOff(off)}>
                  {off.state === "approved" ? "I will be there after all" : "Take the request back"}
                </Button>
              </div>
            </article>
          ))}
        </section>
      )}
    </>
  );
}

/** What another app shared with this one, or a file that is chosen here, where the system has no sharing. */
function FromFile() {
  const [content, setContent] = useState<string | null>(null);
  useEffect(() => {
    if (location.search !== "?shared") return;
    history.replaceState(history.state, "", location.pathname);
    void readShared().then(setContent, () => undefined);
  }, []);
  return (
    <>
      <label class="button">
        From a calendar file
        <input
          class="heard"
          type="file"
          accept=".ics,text/calendar"
          onChange={({ currentTarget }) => {
            void currentTarget.files?.[0]?.text().then(setContent);
            currentTarget.value = "";
          }}
        />
      </label>
      {content !== null && <CalendarFileSheet content={content} onClose={() => setContent(null)} />}
    </>
  );
}

function Request() {
  const zone = useZone();
  const today = useToday();
  const marks = useMarks();
  const artist = useLive(({ me }) => me?.artist_id ?? null);
  const own = useOwn();
  const [days, setDays] = useState<Days | null>(null);
  const [note, setNote] = useState("");
  const range = days && wholeDays(days, zone);
  const booked = days === null ? [] : touching(own, days, zone).filter(({ status }) => status !== "hold");
  return (
    <form
      class="stack"
      aria-label="Ask for time off"
      onSubmit={(event) => {
        event.preventDefault();
        if (range === null || artist === null) return;
        requestTimeOff(artist, range.start, range.end, zone, note.trim());
        setDays(null);
        setNote("");
      }}
    >
      <Month today={today} start={today} chosen={days} onChoose={setDays} marks={marks} />
      {range !== null && (
        <>
          <p role="status">{formatRange(range.start, range.end, zone, locale)}</p>
          {booked.length > 0 && (
            <p class="warning">
              You are booked on some of these days. The studio can approve this only once that work is moved.
            </p>
          )}
          <label class="field">
            <span>What for (may be left out)</span>
            <input type="text" value={note} maxLength={1000} onInput={({ currentTarget }) => setNote(currentTarget.value)} />
          </label>
          <Button weight="primary" type="submit">
            Ask for these days
          </Button>
          <Button weight="quiet" onPress={() => setDays(null)}>
            Clear
          </Button>
        </>
      )}
    </form>
  );
}

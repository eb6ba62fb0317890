// What is coming: as a list, a week, or a month.
import { useMemo, useState } from "preact/hooks";

import { rangeOf, type FullBooking, type TimeOff } from "@production-tool/shared";
import { formatter } from "@production-tool/web/lib/time";

import { useOwn, useTimesOff } from "../live/bookings.ts";
import { locale, useZone } from "../live/live.ts";
import { useNow } from "../time/now.ts";
import { monday, plus, within, type Days } from "../time/days.ts";
import { daysOf } from "../time/ranges.ts";
import { BackIcon, NextIcon } from "../ui/icons.tsx";
import { Button } from "../ui/button.tsx";
import { Month } from "../ui/month.tsx";
import { When } from "../ui/when.tsx";
import { BookingCard, BookingLine } from "./card.tsx";
import { touching, useMarks, useToday } from "./marks.ts";

const VIEWS = ["List", "Week", "Month"] as const;
type View = (typeof VIEWS)[number];

export function ScheduleScreen() {
  const [view, setView] = useState<View>("List");
  return (
    <>
      <header class="screen-head">
        <h1>Schedule</h1>
        <div class="segments" role="group" aria-label="How to show it">
          {VIEWS.map((one) => (
            <button key={one} type="button" aria-pressed={view === one} onClick={() => setView(one)}>
              {one}
            </button>
          ))}
        </div>
      </header>
      {view === "List" && <Agenda />}
      {view === "Week" && <Week />}
      {view === "Month" && <MonthView />}
    </>
  );
}

const dayWords = (day: string): string =>
  formatter("UTC", locale, { weekday: "long", day: "numeric", month: "long" }).format(Date.parse(`${day}T12:00:00Z`));

function Agenda() {
  const own = useOwn();
  const timesOff = useTimesOff();
  const zone = useZone();
  const today = useToday();
  const now = useNow(60_000);
  const days = useMemo(() => byFirstDay([...timesOff, ...own], zone, today, now), [own, timesOff, zone, today, now]);
  if (days.length === 0) return <p class="empty">Nothing ahead.</p>;
  return (
    <>
      {days.map(([day, items]) => (
        <section key={day} class="stack" aria-label={dayWords(day)}>
          <h2>{day === today ? "Today" : dayWords(day)}</h2>
          {items.map((item) =>
            "status" in item ? <BookingCard key={item.id} booking={item} /> : <AwayCard key={item.id} off={item} when />,
          )}
        </section>
      ))}
    </>
  );
}

type Item = FullBooking | TimeOff;

/** What is not over, by the day it begins on; what has begun stands under today. */
function byFirstDay(items: readonly Item[], zone: string, today: string, now: number): readonly [string, readonly Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    if (rangeOf(item).end <= now) continue;
    const { first } = daysOf(item, zone);
    const day = first < today ? today : first;
    groups.set(day, [...(groups.get(day) ?? []), item]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function AwayCard({ off, when = false }: { off: TimeOff; when?: boolean }) {
  return (
    <article class="card off">
      <h3>{off.state === "approved" ? "Time off" : "Time off, asked for"}</h3>
      {when && <When range={off} />}
    </article>
  );
}

function Week() {
  const today = useToday();
  const [start, setStart] = useState(() => monday(today));
  const days = Array.from({ length: 7 }, (_, index) => plus(start, index));
  return (
    <>
      <div class="month-head">
        <button class="button quiet square" type="button" aria-label="Week before" onClick={() => setStart(plus(start, -7))}>
          <BackIcon />
        </button>
        <h2 aria-live="polite">
          {dayWords(start).replace(/^\S+ /u, "")} – {dayWords(plus(start, 6)).replace(/^\S+ /u, "")}
        </h2>
        <button class="button quiet square" type="button" aria-label="Week after" onClick={() => setStart(plus(start, 7))}>
          <NextIcon />
        </button>
      </div>
      {start !== monday(today) && (
        <Button weight="quiet" onPress={() => setStart(monday(today))}>
          This week
        </Button>
      )}
      <ol class="plain-list week">
        {days.map((day) => (
          <li key={day}>
            <DayLine day={day} today={day === today} />
          </li>
        ))}
      </ol>
    </>
  );
}

function DayLine({ day, today }: { day: string; today: boolean }) {
  return (
    <section class={`day-line${today ? " today" : ""}`} aria-label={dayWords(day)}>
      <h3>
        {formatter("UTC", locale, { weekday: "short" }).format(Date.parse(`${day}T12:00:00Z`))}
        <span>{Number(day.slice(8))}</span>
      </h3>
      <div class="stack">
        <OnDays days={{ first: day, last: day }} nothing="Free" />
      </div>
    </section>
  );
}

function MonthView() {
  const today = useToday();
  const marks = useMarks();
  const [day, setDay] = useState<Days>({ first: today, last: today });
  return (
    <>
      <Month today={today} start={today} single chosen={day} onChoose={setDay} marks={marks} />
      <section class="stack" aria-label="On this day">
        <h2>{within(today, day) ? "Today" : dayWords(day.first)}</h2>
        <OnDays days={day} nothing="Nothing on this day." />
      </section>
    </>
  );
}

function OnDays({ days, nothing }: { days: Days; nothing: string }) {
  const zone = useZone();
  const bookings = touching(useOwn(), days, zone);
  const away = touching(useTimesOff(), days, zone);
  if (bookings.length + away.length === 0) return <p class="soft">{nothing}</p>;
  return (
    <>
      {away.map((off) => (
        <AwayCard key={off.id} off={off} />
      ))}
      {bookings.map((booking) => (
        <BookingLine key={booking.id} booking={booking} day={days.first} />
      ))}
    </>
  );
}

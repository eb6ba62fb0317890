// Fetches the days off of everybody on the schedule, once per country, and again when a calendar changes.
import type { Client } from "@production-tool/shared";

import { addDays, instantOf } from "../lib/time.ts";
import { call } from "../session/api.ts";
import { calendarOf, keyOf, useHolidays, type CalendarOf, type DayOff } from "./store.ts";

interface WireDay {
  readonly day: string;
  readonly name: string;
}

/** Starts keeping the days off; gives what stops it. A fetch that fails is made again with the next change. */
export function keepHolidays(client: Client): () => void {
  const fetched = new Map<string, Promise<readonly WireDay[]>>();
  let known: { artists: unknown; tenant: unknown } | null = null;
  let stopped = false;

  async function refresh(): Promise<void> {
    const { artists, tenant, status } = client.state;
    if (status !== "live" || (known?.artists === artists && known.tenant === tenant)) return;
    // Closing days are the studio's: they may be others now.
    if (known?.tenant !== tenant) fetched.clear();
    const of = { artists, tenant };
    known = of;
    const calendars = new Map<string, CalendarOf>();
    for (const artist of artists.values()) {
      const calendar = calendarOf(artist, tenant);
      calendars.set(keyOf(calendar), calendar);
    }
    const found = await Promise.all(
      [...calendars].map(async ([key, calendar]) => [key, spans(await daysIn(calendar), calendar.zone)] as const),
    );
    // An earlier look that was answered later must not bring the former closing days back.
    if (!stopped && known === of) useHolidays.setState({ of: new Map(found) });
  }

  function daysIn({ country, subdivision }: CalendarOf): Promise<readonly WireDay[]> {
    const key = `${country}/${subdivision}`;
    const asked = fetched.get(key) ?? ask(country, subdivision);
    fetched.set(key, asked);
    asked.catch(() => fetched.delete(key));
    return asked;
  }

  const update = (): void => {
    refresh().catch(() => {
      known = null;
    });
  };
  update();
  const stop = client.subscribe(update);
  return () => {
    stopped = true;
    stop();
    useHolidays.setState({ of: new Map() });
  };
}

async function ask(country: string, subdivision: string): Promise<readonly WireDay[]> {
  const year = new Date().getUTCFullYear();
  const query = new URLSearchParams({ first: `${year - 1}-01-01`, last: `${year + 1}-12-31`, country });
  if (subdivision !== "") query.set("subdivision", subdivision);
  return (await call<WireDay[]>(`holidays?${query.toString()}`)).data;
}

/** Calendar days in the zone of those who have them off; neighbours of one name are one. */
function spans(days: readonly WireDay[], zone: string): DayOff[] {
  const found: DayOff[] = [];
  for (const { day, name } of days) {
    const start = instantOf({ date: day, time: "00:00" }, zone);
    if (start !== null) found.push({ start, end: addDays(start, 1, zone), name });
  }
  return found.sort((a, b) => a.start - b.start);
}

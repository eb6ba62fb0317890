// Days nobody works, by calendar: public holidays of a country, and the studio's own closing days.
import { create } from "zustand";

import type { Artist, Tenant } from "@production-tool/shared";

export interface DayOff {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** By the calendar's key; an artist's days are where they live. */
export const useHolidays = create<{ of: ReadonlyMap<string, readonly DayOff[]> }>(() => ({ of: new Map() }));

export interface CalendarOf {
  readonly country: string;
  readonly subdivision: string;
  readonly zone: string;
}

/** Artists keep the studio's holidays unless they say otherwise. */
export function calendarOf(artist: Artist, studio: Tenant | null): CalendarOf {
  const own = artist.holiday_country != null;
  return {
    country: (own ? artist.holiday_country : studio?.holiday_country) ?? "",
    subdivision: (own ? artist.holiday_subdivision : studio?.holiday_subdivision) ?? "",
    zone: artist.zone,
  };
}

export function keyOf({ country, subdivision, zone }: CalendarOf): string {
  return `${country}/${subdivision}/${zone}`;
}

/** The days off of an artist, as far as they have been fetched. */
export function daysOffOf(artist: Artist, studio: Tenant | null): readonly DayOff[] | undefined {
  return useHolidays.getState().of.get(keyOf(calendarOf(artist, studio)));
}

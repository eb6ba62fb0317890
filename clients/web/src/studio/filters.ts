// Which artists and bookings the schedule shows. Filtering never hides that somebody's time is taken.
import { rangeOf, type Artist, type Booking, type Project } from "@production-tool/shared";

import { fold } from "../ui/options.ts";

export interface Filters {
  /** Words; each has to be in an artist's name, skills, tags, or the projects they are booked on. */
  readonly search: string;
  /** Project ids; empty means all. */
  readonly projects: ReadonlySet<string>;
  /** Only artists with a booking in the time on screen. */
  readonly bookedOnly: boolean;
  /** Only these artists; null means all. */
  readonly only: ReadonlySet<string> | null;
}

export const NO_FILTERS: Filters = { search: "", projects: new Set(), bookedOnly: false, only: null };

export function isFiltering(filters: Filters): boolean {
  return filters.search.trim() !== "" || filters.projects.size > 0 || filters.bookedOnly || filters.only !== null;
}

/** Whether the answer changes with the bookings, and not with the artists alone. */
export function needsBookings(filters: Filters): boolean {
  return isFiltering(filters);
}

export interface Studio {
  readonly artists: ReadonlyMap<string, Artist>;
  readonly projects: ReadonlyMap<string, Project>;
  readonly bookings: ReadonlyMap<string, Booking>;
}

/** What is known of an artist's bookings, as far as the filters ask. */
interface Work {
  readonly projects: Set<string>;
  inView: boolean;
}

function workByArtist(bookings: Iterable<Booking>, view: { start: number; end: number } | null): Map<string, Work> {
  const found = new Map<string, Work>();
  for (const booking of bookings) {
    let work = found.get(booking.artist_id);
    if (work === undefined) {
      work = { projects: new Set(), inView: false };
      found.set(booking.artist_id, work);
    }
    if ("project_id" in booking && booking.project_id !== null) work.projects.add(booking.project_id);
    if (view !== null && !work.inView) {
      const { start, end } = rangeOf(booking);
      work.inView = start < view.end && end > view.start;
    }
  }
  return found;
}

function haystack(artist: Artist, work: Work | undefined, projects: ReadonlyMap<string, Project>): string {
  const parts = [artist.name, ...(artist.skills ?? []).map((skill) => skill.name), ...(artist.tags ?? [])];
  for (const id of work?.projects ?? []) parts.push(projects.get(id)?.name ?? "", projects.get(id)?.client ?? "");
  return fold(parts.join("\n"));
}

const byName = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

/** The artists to show: `own` first, then by name. Archived ones only while they still have bookings. */
export function visibleArtists(
  studio: Studio,
  filters: Filters,
  view: { start: number; end: number } | null,
  own: string | null = null,
): readonly Artist[] {
  const words = fold(filters.search).split(/\s+/u).filter(Boolean);
  const work = workByArtist(studio.bookings.values(), filters.bookedOnly ? view : null);
  const shown = [...studio.artists.values()].filter((artist) => {
    if (filters.only?.has(artist.id) === false) return false;
    const has = work.get(artist.id);
    if (!artist.active && has === undefined) return false;
    if (filters.bookedOnly && has?.inView !== true) return false;
    if (filters.projects.size > 0 && ![...filters.projects].some((id) => has?.projects.has(id) === true)) return false;
    if (words.length === 0) return true;
    const text = haystack(artist, has, studio.projects);
    return words.every((word) => text.includes(word));
  });
  const isOwn = ({ id }: Artist): number => Number(id === own);
  return shown.sort((a, b) => isOwn(b) - isOwn(a) || byName.compare(a.name, b.name) || a.id.localeCompare(b.id));
}

// The open seats of the studio, worked out anew when the work or who is booked for it changes.
import { useMemo } from "react";

import { useNow } from "../lib/now.ts";
import { HOUR } from "../lib/time.ts";
import { useLive } from "../studio/live.tsx";
import { openSeats, type Seat } from "./seats.ts";

export function useOpenSeats(): readonly Seat[] {
  const projects = useLive((state) => state.projects);
  const phases = useLive((state) => state.phases);
  const artists = useLive((state) => state.artists);
  const bookings = useLive((state) => state.bookings);
  const hour = Math.floor(useNow() / HOUR);
  return useMemo(
    () => openSeats({ projects, phases, artists, bookings }, hour * HOUR),
    [projects, phases, artists, bookings, hour],
  );
}

// The one Gantt surface of this window, handed to whoever steers it.
import { create } from "zustand";

import type { GanttSurface } from "../gantt/types.ts";

const useHolder = create<{ surface: GanttSurface | null }>(() => ({ surface: null }));

export function useSurface(): GanttSurface | null {
  return useHolder((state) => state.surface);
}

export function currentSurface(): GanttSurface | null {
  return useHolder.getState().surface;
}

export function holdSurface(surface: GanttSurface | null): void {
  useHolder.setState({ surface });
}

// Mounts the canvas Gantt once and wires it: data in by patches, gestures out as commands.
import { useEffect, useRef } from "react";

import { toInstant } from "@production-tool/shared";

import { shownOnce } from "../app/late.tsx";
import { Gantt } from "../gantt/index.ts";
import type { GanttCallbacks } from "../gantt/types.ts";
import { usePast } from "../history/store.ts";
import { useTheme } from "../lib/theme.ts";
import { useCanEdit, useClient, useCommands, useLocale, useZone } from "../studio/live.tsx";
import { openDetails, openDialog, select, setUi, useUi } from "../studio/ui.ts";
import { connectSurface } from "./connect-surface.ts";
import { currentLens, type Hand } from "./lens.ts";
import { trackPointer } from "./pointer.ts";
import { watchPress } from "./press.ts";
import { currentSurface, holdSurface } from "./surface.ts";

export function GanttHost() {
  const host = useRef<HTMLDivElement>(null);
  const live = useRef<HTMLDivElement>(null);
  const client = useClient();
  const commands = useCommands();
  const canEdit = useCanEdit();
  const zone = useZone();
  const locale = useLocale();
  const theme = useTheme((state) => state.theme);
  const firstTheme = useRef(theme);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const pointer = trackPointer(element);
    const press = watchPress(element);
    let dragged: string | null = null;
    const announce = (text: string): void => {
      if (live.current !== null) live.current.textContent = text;
    };
    const hand = (): Hand => currentLens()?.hand ?? commands;
    const callbacks: GanttCallbacks = {
      onCreate: ({ rowId, start, end, conflict, via }) => {
        setUi({ draft: { rowId, start, end, conflict, anchor: pointer.at(via) } });
      },
      onMove: (move) => hand().dropped(move),
      onResize: (resize) => hand().resized(resize),
      onSelect: select,
      onOpen: openDetails,
      onDelete: (ids) => hand().removed(ids),
      onDrag: (place) => {
        if (place === null) {
          if (dragged !== null) client.endGhost(dragged);
          dragged = null;
          return;
        }
        dragged = place.id;
        press.dragged();
        // On the schedule itself nothing moves.
        if (currentLens() !== null) return;
        client.sendGhost({
          booking_id: place.id,
          artist_id: place.rowId,
          start: toInstant(place.start),
          end: toInstant(place.end),
        });
      },
      onViewChange: (view) => {
        const { following } = useUi.getState();
        setUi({
          view,
          zoom: view.zoom,
          ...(view.source === "user" && following !== null ? { following: null } : {}),
        });
      },
      onTakeSuggestion: (_slot, index) => {
        const { offers } = useUi.getState();
        setUi({ offers: [] });
        offers[index]?.act();
      },
      onDismissSuggestions: () => setUi({ offers: [] }),
      announce,
      onHelp: () => openDialog({ kind: "shortcuts" }),
      ...(canEdit ? { onContext: (menu) => usePast.getState().state === null && currentLens() === null && setUi({ menu }) } : {}),
    };
    const surface = new Gantt(element, callbacks, {
      zone,
      locale,
      now: Date.now,
      theme: firstTheme.current,
      creatable: canEdit,
      zoom: "week",
      label: "Schedule",
    });
    holdSurface(surface);
    const disconnect = connectSurface(surface, client);
    shownOnce
      .then(() => import("../gantt/heat/index.ts"))
      .then(({ HEAT }) => surface.setHeat(HEAT))
      .catch(() => undefined);
    return () => {
      disconnect();
      pointer.stop();
      press.stop();
      holdSurface(null);
      surface.destroy();
    };
  }, [client, commands, canEdit, zone, locale]);

  useEffect(() => {
    currentSurface()?.setTheme(theme);
  }, [theme]);

  return (
    <>
      <div ref={host} data-testid="gantt" className="absolute inset-0" />
      <div ref={live} aria-live="polite" className="sr-only" />
    </>
  );
}

// Gestures while a scenario is open: they change the scenario, and the schedule stays as it is.
import {
  isFull,
  newId,
  toInstant,
  type ChangeWish,
  type Client,
  type FullBooking,
  type ScenarioChange,
} from "@production-tool/shared";

import { plural } from "../lib/format.ts";
import type { Hand } from "../schedule/lens.ts";
import { currentSurface } from "../schedule/surface.ts";
import { select } from "../studio/ui.ts";
import { toast } from "../ui/toasts.ts";
import { isWhere, wishFor, type Place } from "./drawn.ts";

export interface ScenarioHand extends Hand {
  /** Each booking to a place; one that comes back to where it stands is no change any more. */
  moveTo(moves: readonly ({ readonly id: string } & Place)[]): void;
  /** Given up in the scenario; what was to be placed is not any more. */
  end(ids: readonly string[]): void;
  /** As it is on the schedule. */
  reset(ids: readonly string[]): void;
}

export function createHand(client: Client, scenarioId: string): ScenarioHand {
  function known(bookingId: string): ScenarioChange | undefined {
    for (const change of client.state.scenarioChanges.values()) {
      if (change.scenario_id === scenarioId && change.booking_id === bookingId) return change;
    }
    return undefined;
  }

  function liveOf(id: string): FullBooking | undefined {
    const booking = client.state.bookings.get(id);
    return booking !== undefined && isFull(booking) ? booking : undefined;
  }

  function change(changes: readonly ChangeWish[], said?: string): void {
    if (changes.length === 0) return;
    const { settled } = client.propose("scenario.change", { scenario_id: scenarioId, changes: [...changes] });
    if (said !== undefined) {
      toast({ title: said, actions: [{ label: "Undo", act: () => client.undo() }], key: "scenario-change", life: 6000 });
    }
    void settled.then((answer) => {
      if (answer.ok) return;
      for (const { booking_id: id } of changes) currentSurface()?.snapBack(id, answer.error.message);
    });
  }

  function reset(ids: readonly string[]): void {
    const held = ids.filter((id) => known(id) !== undefined);
    if (held.length > 0) client.propose("scenario.drop_change", { scenario_id: scenarioId, booking_ids: held });
  }

  function moveTo(moves: readonly ({ readonly id: string } & Place)[]): void {
    const back: string[] = [];
    const wishes = moves.flatMap(({ id, ...place }): ChangeWish[] => {
      const live = liveOf(id);
      if (live !== undefined && isWhere(live, place)) {
        back.push(id);
        return [];
      }
      const wish = wishFor(id, place, known(id), live);
      return wish === null ? [] : [wish];
    });
    change(wishes);
    reset(back);
  }

  function end(ids: readonly string[]): void {
    const placed = ids.filter((id) => known(id)?.action === "place");
    reset(placed);
    const ends = ids.flatMap((id): ChangeWish[] => {
      const live = liveOf(id);
      if (live === undefined || placed.includes(id)) return [];
      const held = known(id);
      return [
        {
          action: "end",
          booking_id: id,
          base_version: held?.base_version ?? live.version,
          on_version: held?.version ?? 0,
          ...(live.status === "confirmed" ? { confirmed: true } : {}),
        },
      ];
    });
    change(ends, `${plural(ends.length, "booking")} would end in this scenario.`);
  }

  return {
    moveTo,
    end,
    reset,
    removed: end,

    dropped(move) {
      if (!move.copy) {
        moveTo(move.items.map(({ id, rowId, start, end }) => ({ id, artistId: rowId, start, end })));
        return;
      }
      const copies = move.items.flatMap(({ id, rowId, start, end }): ChangeWish[] => {
        const [live, held] = [liveOf(id), known(id)];
        const of = live ?? held;
        if (of === undefined) return [];
        const where = { artist_id: rowId, start: toInstant(start), end: toInstant(end) };
        const { title, project_id, phase_id, zone } = of;
        return [{ action: "place", booking_id: newId(), on_version: 0, title, project_id, phase_id, zone, ...where }];
      });
      change(copies);
      select(copies.map(({ booking_id: id }) => id));
    },

    resized({ id, rowId, start, end }) {
      moveTo([{ id, artistId: rowId, start, end }]);
    },

    place(wish) {
      const id = newId();
      change(
        [
          {
            action: "place",
            booking_id: id,
            on_version: 0,
            artist_id: wish.artist_id,
            start: toInstant(wish.start),
            end: toInstant(wish.end),
            zone: client.state.tenant?.zone ?? null,
            title: wish.title,
            project_id: wish.project_id,
            status: wish.status,
            ...(wish.phase_id === undefined ? {} : { phase_id: wish.phase_id }),
            ...(wish.granularity === undefined ? {} : { granularity: wish.granularity }),
            ...(wish.notes === undefined ? {} : { note: wish.notes }),
          },
        ],
        wish.said === undefined ? undefined : `${wish.said.replace(/\.$/u, "")} in this scenario.`,
      );
      select([id]);
    },
  };
}

// What is asked of bookings that repeat: placing a pattern, changing all of it or its rest, giving it up.
import { newId, type CommandArgs, type FullBooking, type Pattern } from "@production-tool/shared";

import type { Asker } from "./asking.ts";
import type { Steps } from "./steps.ts";

export type SeriesWish = Omit<CommandArgs["series.place"], "id" | "pattern" | "on_refusal"> & { readonly pattern: Pattern };

export type SeriesEdit = Omit<CommandArgs["series.edit"], "series_id" | "from_booking_id" | "on_refusal">;

/** Which of a series: all, or this booking and those after it. */
export type SeriesScope = "all" | "rest";

export function createSeriesCommands({ ask }: Asker, { tellItems }: Steps) {
  function place(wish: SeriesWish, skip = false): void {
    ask({
      op: "series.place",
      args: { ...wish, id: newId(), on_refusal: skip ? "skip" : "refuse_all" },
      said: "Placed the series.",
      refused: (error) => tellItems(error, () => place(wish, true)),
    });
  }

  function edit(booking: FullBooking, scope: SeriesScope, change: SeriesEdit, skip = false): void {
    if (booking.series_id === null) return;
    ask({
      op: "series.edit",
      args: {
        series_id: booking.series_id,
        ...(scope === "rest" ? { from_booking_id: booking.id } : {}),
        ...change,
        on_refusal: skip ? "skip" : "refuse_all",
      },
      said: scope === "rest" ? "Changed the rest of the series." : "Changed the series.",
      refused: (error) => tellItems(error, () => edit(booking, scope, change, true)),
    });
  }

  return {
    placeSeries: (wish: SeriesWish) => place(wish),
    editSeries: (booking: FullBooking, scope: SeriesScope, change: SeriesEdit) => edit(booking, scope, change),

    releaseSeries(booking: FullBooking, scope: SeriesScope, reason: string): void {
      if (booking.series_id === null) return;
      ask({
        op: "series.release",
        args: {
          series_id: booking.series_id,
          ...(scope === "rest" ? { from_booking_id: booking.id } : {}),
          ...(reason === "" ? {} : { reason }),
        },
        said: scope === "rest" ? "Released the rest of the series." : "Released the series.",
      });
    },

    /** This one goes its own way from now on. */
    leaveSeries(booking: FullBooking): void {
      ask({
        op: "booking.edit",
        args: { booking_id: booking.id, series_id: null },
        baseVersion: booking.version,
        bookingIds: [booking.id],
        said: "Taken out of the series.",
      });
    },
  };
}

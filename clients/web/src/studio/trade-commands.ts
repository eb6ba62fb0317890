// What the trade's two sides do about dates and places in line: proposing, answering, challenging.
import { newId, toInstant, type Challenge, type FullBooking } from "@production-tool/shared";

import type { Asker } from "./asking.ts";

export function createTradeCommands({ ask }: Asker) {
  return {
    /** The artist cannot do these dates, and names others. */
    propose(booking: FullBooking, start: number, end: number, note: string): void {
      ask({
        op: "booking.counter",
        args: {
          booking_id: booking.id,
          start: toInstant(start),
          end: toInstant(end),
          ...(note === "" ? {} : { note }),
        },
        baseVersion: booking.version,
        bookingIds: [booking.id],
        wanted: booking.artist_id,
      });
    },

    answerProposal(booking: FullBooking, take: boolean): void {
      ask({
        op: "booking.answer_counter",
        args: { booking_id: booking.id, take },
        baseVersion: booking.version,
        bookingIds: [booking.id],
        wanted: booking.artist_id,
      });
    },

    challenge(booking: FullBooking): void {
      ask({ op: "challenge.open", args: { booking_id: booking.id, id: newId() }, bookingIds: [booking.id] });
    },

    /** For the challenged booking; a refusal is told at it. */
    answerChallenge(challenge: Challenge, bookingId: string, answer: "confirm" | "release"): void {
      ask({
        op: "challenge.answer",
        args: { challenge_id: challenge.id, booking_id: bookingId, answer },
        bookingIds: [bookingId],
      });
    },

    withdrawChallenge(challenge: Challenge): void {
      ask({ op: "challenge.withdraw", args: { challenge_id: challenge.id }, bookingIds: [challenge.booking_id] });
    },
  };
}

// What is asked about time off: to be away, the studio's answer, and taking it back.
import { newId, toInstant, type CommandArgs, type TimeOff } from "@production-tool/shared";

import type { Asker } from "./asking.ts";
import { offBarId } from "./marks.ts";

export interface OffWish {
  readonly artistId: string;
  readonly start: number;
  readonly end: number;
  readonly note: string;
  /** The studio's own word: asked for and approved in one step. */
  readonly approved: boolean;
}

export function createOffCommands({ ask, bulk }: Asker) {
  return {
    askOff({ artistId, start, end, note, approved }: OffWish): void {
      const id = newId();
      const args: CommandArgs["time_off.request"] = {
        id,
        artist_id: artistId,
        start: toInstant(start),
        end: toInstant(end),
        ...(note === "" ? {} : { note }),
      };
      if (!approved) ask({ op: "time_off.request", args, bookingIds: [offBarId(id)], said: "Time off asked for." });
      else {
        const yes = { op: "time_off.answer", args: { time_off_id: id, answer: "approve" } } as const;
        bulk([{ op: "time_off.request", args }, yes], [], "Time off entered.");
      }
    },

    answerOff(off: TimeOff, answer: "approve" | "refuse", reason: string): void {
      ask({
        op: "time_off.answer",
        args: { time_off_id: off.id, answer, ...(reason === "" ? {} : { reason }) },
        baseVersion: off.version,
        bookingIds: [offBarId(off.id)],
        said: answer === "approve" ? "Time off approved." : "Time off refused.",
      });
    },

    cancelOff(off: TimeOff, reason: string): void {
      ask({
        op: "time_off.cancel",
        args: { time_off_id: off.id, ...(reason === "" ? {} : { reason }) },
        baseVersion: off.version,
        bookingIds: [offBarId(off.id)],
        said: off.state === "approved" ? "Time off cancelled." : "Request withdrawn.",
      });
    },
  };
}

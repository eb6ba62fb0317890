// Giving a thing, or a whole project, back what it was at a moment of the past.
import type { CommandArgs } from "@production-tool/shared";

import type { Asker } from "./asking.ts";
import type { Steps } from "./steps.ts";

export type RestoreWish = CommandArgs["history.restore"];

export function createRestoreCommands({ ask }: Asker, { tellItems }: Steps) {
  return {
    restore(wish: RestoreWish): void {
      ask({
        op: "history.restore",
        args: wish,
        said: "Restored.",
        refused: (error) => tellItems(error, null),
      });
    },
  };
}

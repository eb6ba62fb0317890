// Every change this window asks for, in the app's own terms.
import { newId, type Client, type CommandArgs } from "@production-tool/shared";

import type { GanttSurface } from "../gantt/types.ts";
import { freeColour } from "../lib/colour.ts";
import { createAsker } from "./asking.ts";
import { createBookingCommands } from "./booking-commands.ts";
import type { Names } from "./refusal.ts";
import { createBulkCommands } from "./bulk-commands.ts";
import { createOffCommands } from "./off-commands.ts";
import { createRestoreCommands } from "./restore-commands.ts";
import { createSeriesCommands } from "./series-commands.ts";
import { createSteps } from "./steps.ts";
import { createWorkCommands } from "./work-commands.ts";
import { createTradeCommands } from "./trade-commands.ts";

export type Commands = ReturnType<typeof createCommands>;

export function createCommands(client: Client, names: () => Names, surface: () => GanttSurface | null) {
  const asker = createAsker(client, names, surface);
  const steps = createSteps(client, asker, names);
  const { ask } = asker;
  return {
    ...createBookingCommands(asker, steps, names),
    ...createTradeCommands(asker),
    ...createOffCommands(asker),
    ...createSeriesCommands(asker, steps),
    ...createRestoreCommands(asker, steps),
    ...createWorkCommands(asker, steps),
    ...createBulkCommands(client, steps, names),

    /** Gives the id at once; the project is there before the answer is. */
    addProject(project: Omit<CommandArgs["project.add"], "id">): string {
      const id = newId();
      const taken = [...client.state.projects.values()].map(({ colour }) => colour);
      ask({ op: "project.add", args: { colour: freeColour(taken), ...project, id } });
      return id;
    },

    editProject(args: CommandArgs["project.edit"], baseVersion: number): void {
      ask({ op: "project.edit", args, baseVersion });
    },

    editStudio(args: CommandArgs["tenant.edit"], baseVersion: number): void {
      ask({ op: "tenant.edit", args, baseVersion, said: "Studio settings saved." });
    },

    addArtist(artist: Omit<CommandArgs["artist.add"], "id">): string {
      const id = newId();
      ask({ op: "artist.add", args: { ...artist, id } });
      return id;
    },

    editArtist(args: CommandArgs["artist.edit"], baseVersion: number): void {
      ask({ op: "artist.edit", args, baseVersion });
    },

    archiveArtist(id: string, name: string): void {
      ask({ op: "artist.archive", args: { artist_id: id }, said: `Archived ${name}.` });
    },

    archiveProject(id: string, name: string): void {
      ask({ op: "project.archive", args: { project_id: id }, said: `Archived ${name}.` });
    },
  };
}

/** Owns what is told of the keyboard's place in a row, and tells it again where that turns out to be otherwise. */
import type { Stage } from "./stage.ts";

export interface Place {
  tell(): void;
  /** For new rows: a calendar that arrives only now may close the day that was told of as free. */
  retell(): void;
  /** Something else is told from now on. */
  forget(): void;
}

export function createPlace(stage: Stage): Place {
  let told: { readonly rowId: string; readonly time: number; readonly found: string } | null = null;

  function here(): typeof told {
    const { row, barId, time } = stage.focus;
    const info = stage.schedule.rows[row];
    if (info === undefined || barId !== null) return null;
    const holds = ({ start, end }: { start: number; end: number }): boolean => start <= time && end > time;
    const under = stage.schedule.line(row).bars.find(holds);
    const closed = info.row.daysOff?.find(holds);
    return { rowId: info.row.id, time, found: under?.title ?? closed?.name ?? "free" };
  }

  function tell(): void {
    told = here();
    if (told === null) return;
    const words = stage.labels.moment(stage.shown, told.time, stage.options.now());
    stage.callbacks.announce(`${stage.rowName(stage.focus.row)}, ${words}, ${told.found}`);
  }

  return {
    tell,
    retell() {
      const now = told === null ? null : here();
      if (now?.rowId === told?.rowId && now?.time === told?.time && now?.found !== told?.found) tell();
    },
    forget() {
      told = null;
    },
  };
}

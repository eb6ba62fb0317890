// Says whether this window is live, and how many edits still wait for the server's word.
import { classes } from "../lib/classes.ts";
import { plural } from "../lib/format.ts";
import { useLive } from "../studio/live.tsx";
import { Hint } from "../ui/hint.tsx";
import { connectionWords } from "./connection.ts";

const LOOKS = {
  good: "text-good bg-good-soft",
  wait: "text-warn bg-warn-soft",
  bad: "text-bad bg-bad-soft",
} as const;

export function ConnectionPill() {
  const status = useLive((state) => state.status);
  const unsettled = useLive((state) => state.pending.length);
  const { label, detail, tone } = connectionWords(status, unsettled);
  return (
    <Hint label={detail}>
      <span
        role="status"
        tabIndex={0}
        data-testid="connection"
        data-status={status}
        data-unsettled={unsettled}
        className={classes("inline-flex h-6 items-center gap-1.5 rounded-full px-2 text-xs font-medium", LOOKS[tone])}
      >
        <span
          aria-hidden
          className={classes("size-1.5 rounded-full bg-current", tone === "wait" && "animate-shimmer")}
        />
        {label}
        {unsettled > 0 && (
          <span className="tabular max-sm:sr-only">
            {" · "}
            {plural(unsettled, "edit")} waiting
          </span>
        )}
      </span>
    </Hint>
  );
}

// An artist's own time off: what is asked for and what is granted, taking it back, and asking.
import { useMemo } from "react";

import { rangeOf, type TimeOff } from "@production-tool/shared";

import { formatLength, formatRange } from "../lib/format.ts";
import { useCommands, useLive, useLocale, useZone } from "../studio/live.tsx";
import { openDialog } from "../studio/ui.ts";
import { StatusBadge } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";

export function OwnTimeOff({ artistId }: { artistId: string }) {
  const timesOff = useLive((state) => state.timesOff);
  const own = useMemo(
    () =>
      [...timesOff.values()]
        .filter((off) => off.artist_id === artistId && rangeOf(off).end > Date.now())
        .sort((a, b) => a.start.localeCompare(b.start)),
    [timesOff, artistId],
  );
  return (
    <section aria-label="Time off">
      <div className="mb-2 flex items-center justify-between gap-3">
        <h2 className="text-sm font-semibold text-ink-2">Time off</h2>
        <Button size="l" onClick={() => openDialog({ kind: "time_off", artistId })}>
          Ask for time off
        </Button>
      </div>
      {own.length === 0 ? (
        <p className="text-sm text-ink-3">None is asked for.</p>
      ) : (
        <ul className="grid gap-3">
          {own.map((off) => (
            <OffCard key={off.id} off={off} />
          ))}
        </ul>
      )}
    </section>
  );
}

function OffCard({ off }: { off: TimeOff }) {
  const zone = useZone();
  const locale = useLocale();
  const commands = useCommands();
  const { start, end } = rangeOf(off);
  return (
    <li className="grid gap-3 rounded-lg border border-line bg-surface p-4 shadow-s" data-testid="own-time-off">
      <div className="flex items-start gap-3">
        <p className="tabular min-w-0 flex-1 text-base">
          {formatRange(start, end, zone, locale)}
          <span className="block text-sm text-ink-3">{formatLength(start, end, zone)}</span>
        </p>
        <StatusBadge status={off.state}>{off.state === "approved" ? "Approved" : "Requested"}</StatusBadge>
      </div>
      {(off.note ?? "") !== "" && <p className="text-sm text-ink-2">“{off.note}”</p>}
      <div>
        <Button size="l" onClick={() => commands.cancelOff(off, "")}>
          {off.state === "approved" ? "Cancel it" : "Withdraw the request"}
        </Button>
      </div>
    </li>
  );
}

// Time off in full: who, when, why, what stands in its way, and the answer to it.
import { CalendarOff, TriangleAlert, Wrench } from "lucide-react";
import { useMemo, useState } from "react";

import { isFull, rangeOf, toMs, type FullBooking, type TimeOff } from "@production-tool/shared";

import { formatAgo, formatLength, formatRange } from "../lib/format.ts";
import { Column, PanelFrame, Section } from "../schedule/panel.tsx";
import { RefusalCard } from "../schedule/refusal-card.tsx";
import { offBarId } from "../studio/marks.ts";
import { askFor } from "../planning/asking.ts";
import { useCanEdit, useClient, useCommands, useLive, useLocale, useNames, useZone } from "../studio/live.tsx";
import { openDetails, useUi } from "../studio/ui.ts";
import { bookingName, statusWord } from "../studio/words.ts";
import { StatusBadge } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { ReasonForm } from "../ui/reason-form.tsx";

export function OffPanel({ off, onClose }: { off: TimeOff; onClose: () => void }) {
  const zone = useZone();
  const locale = useLocale();
  const artist = useLive((state) => state.artists.get(off.artist_id));
  const asker = useLive((state) => (off.requested_by == null ? undefined : state.members.get(off.requested_by)?.name));
  const refusal = useUi((ui) => ui.refusals.get(offBarId(off.id)));
  const { start, end } = rangeOf(off);
  const local = artist !== undefined && artist.zone !== zone ? formatRange(start, end, artist.zone, locale) : null;
  return (
    <PanelFrame
      label="Time off"
      title={artist?.name ?? "An artist"}
      lead={<CalendarOff aria-hidden size={16} className="text-ink-3" />}
      badge={<StatusBadge status={off.state}>{off.state === "approved" ? "Approved" : "Requested"}</StatusBadge>}
      onClose={onClose}
    >
      <Column>
        <div className="grid gap-3">
          <p className="tabular text-sm">
            {formatRange(start, end, zone, locale)}
            <span className="block text-xs text-ink-3">{formatLength(start, end, zone)}</span>
            {local !== null && <span className="block text-xs text-ink-3">{local} for them</span>}
          </p>
          {(off.note ?? "") !== "" && <p className="text-sm whitespace-pre-line text-ink">“{off.note}”</p>}
          {(off.reason ?? "") !== "" && <p className="text-sm text-ink-2">Answer: “{off.reason}”</p>}
          {refusal !== undefined && <RefusalCard id={offBarId(off.id)} refusal={refusal} />}
          <OffActions off={off} />
        </div>
      </Column>
      <Column>
        <Overlapping off={off} />
        {off.created_at !== undefined && (
          <p className="text-xs text-ink-3">
            Asked for {formatAgo(toMs(off.created_at), Date.now(), locale)}
            {asker === undefined ? "" : ` by ${asker}`}.
          </p>
        )}
      </Column>
    </PanelFrame>
  );
}

function OffActions({ off }: { off: TimeOff }) {
  const canEdit = useCanEdit();
  const own = useLive((state) => state.me?.artist_id === off.artist_id);
  const commands = useCommands();
  const [asking, setAsking] = useState<"refuse" | "cancel" | null>(null);
  if (asking === "refuse") {
    return (
      <ReasonForm
        label="Reason"
        go="Refuse"
        danger
        onCancel={() => setAsking(null)}
        onGive={(reason) => commands.answerOff(off, "refuse", reason)}
      />
    );
  }
  if (asking === "cancel") {
    return (
      <ReasonForm
        label="Reason"
        go={off.state === "approved" ? "Cancel time off" : "Withdraw request"}
        danger
        onCancel={() => setAsking(null)}
        onGive={(reason) => commands.cancelOff(off, reason)}
      />
    );
  }
  return (
    <div className="flex flex-wrap gap-2 empty:hidden">
      {canEdit && off.state === "requested" && (
        <>
          <Button weight="primary" onClick={() => commands.answerOff(off, "approve", "")}>
            Approve
          </Button>
          <Button weight="danger" onClick={() => setAsking("refuse")}>
            Refuse…
          </Button>
        </>
      )}
      {(own || (canEdit && off.state === "approved")) && (
        <Button onClick={() => setAsking("cancel")}>{off.state === "approved" ? "Cancel time off…" : "Withdraw…"}</Button>
      )}
    </div>
  );
}

/** Bookings on these dates: what binds bars an approval, what does not will have to be seen to. */
function Overlapping({ off }: { off: TimeOff }) {
  const line = useLive((state) => state.lines.get(off.artist_id));
  const found = useMemo(
    () => (line ?? []).filter((b): b is FullBooking => isFull(b) && b.start < off.end && off.start < b.end),
    [line, off],
  );
  if (found.length === 0) return null;
  const binding = found.filter(({ status }) => status !== "hold").length;
  return (
    <Section>
      <h3 className="flex items-center gap-1.5 text-sm font-semibold">
        <TriangleAlert aria-hidden size={14} className="text-warn" />
        Booked on these dates
      </h3>
      <p className="text-xs text-ink-2">
        {binding > 0
          ? "Pencilled and confirmed work has to move before this can be approved."
          : "Holds do not stand in the way of an approval, but cannot be kept after it."}
      </p>
      <Mend off={off} />
      <ul className="-mx-2 grid">
        {found.map((booking) => (
          <Overlap key={booking.id} booking={booking} />
        ))}
      </ul>
    </Section>
  );
}

/** A plan without them on these dates, that touches the least. */
function Mend({ off }: { off: TimeOff }) {
  const client = useClient();
  const canEdit = useCanEdit();
  const name = useLive((state) => state.artists.get(off.artist_id)?.name) ?? "An artist";
  if (!canEdit) return null;
  const { artist_id, start, end } = off;
  return (
    <div>
      <Button
        onClick={() =>
          void askFor(client, { kind: "repair", name: `${name} is away`, event: { kind: "absence", artist_id, start, end } })
        }
      >
        <Wrench aria-hidden size={14} />
        Mend the plan
      </Button>
    </div>
  );
}

function Overlap({ booking }: { booking: FullBooking }) {
  const names = useNames();
  const { start, end } = rangeOf(booking);
  const project = booking.project_id === null ? undefined : names.project(booking.project_id);
  return (
    <li>
      <button
        type="button"
        onClick={() => openDetails(booking.id)}
        className="flex min-h-9 w-full items-center gap-2 rounded-md px-2 py-1 text-left hover:bg-hover"
      >
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{bookingName(booking.title, project)}</span>
          <span className="tabular block truncate text-xs text-ink-3">
            {formatRange(start, end, names.zone, names.locale)}
          </span>
        </span>
        <StatusBadge status={booking.status}>{statusWord(booking.status)}</StatusBadge>
      </button>
    </li>
  );
}

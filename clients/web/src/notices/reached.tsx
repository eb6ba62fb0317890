// Whether the artist was reached: what they were told of a booking, delivered, seen, answered.
import { Check, Eye, Mail, Smartphone, TriangleAlert } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";

import type { FullBooking } from "@production-tool/shared";

import { formatDay, formatTime } from "../lib/format.ts";
import { useLive, useLocale, useZone } from "../studio/live.tsx";
import { readReceipts, type Receipt, type Receipts } from "./api.ts";
import { useNotices } from "./store.ts";

const ANSWERS = {
  accepted: "Accepted",
  declined: "Declined",
  withdrawn: "Withdrawn",
  countered: "Proposed other dates",
} as const;

const STATES = {
  waiting: "waits to be sent",
  sending: "is being sent",
  sent: "sent",
  failed: "could not be sent",
  bounced: "was refused",
  dropped: "was not needed any more",
} as const;

/** Shown where there is something to say; it asks again when news comes. */
export function Reached({ booking }: { booking: FullBooking }) {
  const news = useNotices((state) => state.receipts.get(booking.id) ?? 0);
  const live = useLive((state) => state.status === "live");
  const [found, setFound] = useState<{ id: string; receipts: Receipts } | null>(null);
  const { id, version } = booking;
  useEffect(() => {
    if (!live) return;
    const stop = new AbortController();
    readReceipts(id, stop.signal).then(
      (receipts) => setFound({ id, receipts }),
      () => undefined, // what was known is still true
    );
    return () => stop.abort();
  }, [id, version, news, live]);
  if (found?.id !== id) return null;
  const { receipts } = found;
  if (receipts.notices.length === 0 && receipts.bounced === null) return null;
  return <Steps receipts={receipts} />;
}

function Steps({ receipts }: { receipts: Receipts }) {
  const zone = useZone();
  const locale = useLocale();
  const when = (at: string): string =>
    `${formatDay(Date.parse(at), zone, locale)}, ${formatTime(Date.parse(at), zone, locale)}`;
  const newest = receipts.notices[0];
  return (
    <section aria-label="Reached" data-testid="reached" className="grid gap-1.5 border-t border-line pt-3 text-sm">
      {receipts.bounced !== null && (
        <p className="flex items-start gap-1.5 rounded-md bg-warn-soft px-3 py-2 text-warn">
          <TriangleAlert aria-hidden size={15} className="mt-0.5 shrink-0" />
          No e-mail reaches the artist: {receipts.bounced}
        </p>
      )}
      {newest?.channels.map((one) => (
        <Step key={one.channel} icon={one.channel === "email" ? <Mail size={15} /> : <Smartphone size={15} />}>
          {wordOf(one)} {when(one.at)}
          {one.error !== "" && one.state !== "sent" && <span className="block text-xs text-ink-3">{one.error}</span>}
        </Step>
      ))}
      {receipts.seen_at !== null && <Step icon={<Eye size={15} />}>Seen {when(receipts.seen_at)}</Step>}
      {receipts.answered !== null && receipts.answered_at !== null && (
        <Step icon={<Check size={15} />}>
          {ANSWERS[receipts.answered]} {when(receipts.answered_at)}
          {receipts.answered_by?.endsWith("(by link)") === true && " by link"}
        </Step>
      )}
    </section>
  );
}

function wordOf({ channel, state }: Receipt["channels"][number]): string {
  return `${channel === "email" ? "E-mail" : "Push"} ${STATES[state]}`;
}

function Step({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className="flex items-start gap-2 text-ink-2">
      <span aria-hidden className="mt-0.5 text-ink-3">
        {icon}
      </span>
      <span className="min-w-0">{children}</span>
    </p>
  );
}

// An artist's own bookings as a readable list: what wants an answer first, then what comes.
import { CalendarCheck } from "lucide-react";
import { useMemo } from "react";

import { rangeOf, toMs, type FullBooking } from "@production-tool/shared";

import { formatAgo, formatLength, formatRange, plural } from "../lib/format.ts";
import { useNow } from "../lib/now.ts";
import { RefusalCard } from "../schedule/refusal-card.tsx";
import { StatusActions } from "../schedule/status-actions.tsx";
import { useLive, useLocale, useZone } from "../studio/live.tsx";
import { useUi } from "../studio/ui.ts";
import { bookingName, standingForArtist, statusWord } from "../studio/words.ts";
import { Dot, EmptyState, Skeleton, StatusBadge } from "../ui/bits.tsx";
import { OwnTimeOff } from "./own-time-off.tsx";
import { ProposeDates } from "./propose-dates.tsx";
import { sortAgenda } from "./sort.ts";

export function AgendaScreen() {
  const me = useLive((state) => state.me);
  const line = useLive((state) => (me?.artist_id == null ? undefined : state.lines.get(me.artist_id)));
  const loaded = useLive((state) => state.seq > 0 || state.status === "live");
  const groups = useMemo(() => sortAgenda(line ?? [], Date.now()), [line]);
  return (
    <main className="min-h-0 min-w-0 flex-1 overflow-y-auto thin-scroll">
      <div className="mx-auto grid max-w-2xl gap-8 px-4 py-6 sm:px-6 sm:py-8">
        <header>
          <h1 className="text-2xl font-semibold tracking-tight">My bookings</h1>
          <p className="mt-1 text-base text-ink-2" role="status">
            {loaded ? summary(groups.toAnswer.length) : "Loading your bookings…"}
          </p>
          <p className="mt-1 text-sm text-ink-3">
            On your phone, open{" "}
            <a href="/phone/" className="text-accent underline">
              {location.host}/phone/
            </a>
            : an app that also works without a network.
          </p>
        </header>
        {!loaded && <AgendaSkeleton />}
        {loaded && groups.toAnswer.length + groups.coming.length === 0 && (
          <EmptyState icon={<CalendarCheck size={30} />} title="Nothing ahead">
            When the studio asks for your time, it appears here and you can say yes or no.
          </EmptyState>
        )}
        <Group title="Waiting for your answer" bookings={groups.toAnswer} />
        <Group title="Coming up" bookings={groups.coming} />
        {loaded && me?.artist_id != null && <OwnTimeOff artistId={me.artist_id} />}
      </div>
    </main>
  );
}

function summary(count: number): string {
  if (count === 0) return "You have answered everything.";
  return `${plural(count, "booking")} ${count === 1 ? "waits" : "wait"} for your answer.`;
}

function Group({ title, bookings }: { title: string; bookings: readonly FullBooking[] }) {
  if (bookings.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-sm font-semibold text-ink-2">{title}</h2>
      <ol className="grid gap-3">
        {bookings.map((booking) => (
          <AgendaCard key={booking.id} booking={booking} />
        ))}
      </ol>
    </section>
  );
}

function AgendaCard({ booking }: { booking: FullBooking }) {
  const zone = useZone();
  const own = useLive((state) => state.artists.get(booking.artist_id)?.zone ?? zone);
  const locale = useLocale();
  const project = useLive((state) =>
    booking.project_id === null ? undefined : state.projects.get(booking.project_id),
  );
  const pending = useLive((state) => state.pendingIds.has(booking.id));
  const refusal = useUi((ui) => ui.refusals.get(booking.id));
  const { start, end } = rangeOf(booking);
  const due = booking.status === "hold" && booking.response_deadline !== null ? toMs(booking.response_deadline) : null;
  const now = useNow(due);
  return (
    <li className="grid gap-3 rounded-lg border border-line bg-surface p-4 shadow-s" data-testid="agenda-booking">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h3 className="text-lg font-semibold">{bookingName(booking.title, project?.name)}</h3>
          {project !== undefined && booking.title.trim() !== "" && (
            <p className="flex items-center gap-2 text-sm text-ink-2">
              <Dot colour={project.colour} />
              {project.name}
            </p>
          )}
        </div>
        <StatusBadge status={booking.status}>{statusWord(booking.status)}</StatusBadge>
      </div>
      <p className="tabular text-base">
        {formatRange(start, end, zone, locale)}
        <span className="block text-sm text-ink-3">
          {formatLength(start, end, zone)} · {zone}
        </span>
        {formatRange(start, end, own, locale) !== formatRange(start, end, zone, locale) && (
          <span className="block text-sm text-ink-2">
            {formatRange(start, end, own, locale)} your time, {own}
          </span>
        )}
      </p>
      <p className="text-sm text-ink-2">
        {standingForArtist(booking)}
        {due !== null && ` Answer due ${formatAgo(due, now, locale)}.`}
      </p>
      {booking.notes !== "" && <p className="text-sm whitespace-pre-line text-ink-2">{booking.notes}</p>}
      {refusal !== undefined && <RefusalCard id={booking.id} refusal={refusal} />}
      <StatusActions booking={booking} size="l" />
      <ProposeDates booking={booking} />
      {pending && <p className="text-xs text-ink-3">Your answer is on its way.</p>}
    </li>
  );
}

function AgendaSkeleton() {
  return (
    <div aria-hidden className="grid gap-3">
      {[0, 1, 2].map((index) => (
        <div key={index} className="grid gap-3 rounded-lg border border-line bg-surface p-4">
          <Skeleton className="h-5 w-48" />
          <Skeleton className="h-4 w-64" />
          <Skeleton className="h-10 w-40" />
        </div>
      ))}
    </div>
  );
}

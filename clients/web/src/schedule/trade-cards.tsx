// The studio's side of the trade: other dates proposed by the artist, and challenges made and met.
import { CalendarSync, Check, Swords, TriangleAlert } from "lucide-react";
import { useMemo, type ReactNode } from "react";

import { rangeOf, toMs, type Challenge, type FullBooking } from "@production-tool/shared";

import { formatDay, formatLength, formatRange, formatTime, ordinal } from "../lib/format.ts";
import { useNow } from "../lib/now.ts";
import { useCommands, useLive, useLocale, useNames, useZone } from "../studio/live.tsx";
import { compareProposal } from "../studio/proposal.ts";
import { openDetails } from "../studio/ui.ts";
import { canChallenge, timeLeft, type Contest } from "../studio/trade.ts";
import { bookingName, statusWord } from "../studio/words.ts";
import { Button } from "../ui/button.tsx";

export function TradeCards({ booking, contest }: { booking: FullBooking; contest: Contest }) {
  const commands = useCommands();
  const { own, against } = contest;
  return (
    <div className="grid gap-3">
      {booking.counter !== null && <ProposalCard booking={booking} counter={booking.counter} />}
      {against.map((challenge) => (
        <ChallengedCard key={challenge.id} booking={booking} challenge={challenge} />
      ))}
      {own?.state === "open" && <WaitingCard challenge={own} />}
      {own?.state === "won" && <WonCard booking={booking} challenge={own} />}
      {own === null && canChallenge(booking) && (
        <div>
          <Button onClick={() => commands.challenge(booking)}>
            <Swords aria-hidden size={15} />
            Challenge
          </Button>
          <p className="mt-1 text-xs text-ink-3">Everybody ahead in line has to confirm or release these days.</p>
        </div>
      )}
    </div>
  );
}

function ProposalCard({ booking, counter }: { booking: FullBooking; counter: NonNullable<FullBooking["counter"]> }) {
  const commands = useCommands();
  const artist = useLive((state) => state.artists.get(booking.artist_id)?.name) ?? "The artist";
  return (
    <Card title={`${artist} proposes other dates`} icon={<CalendarSync aria-hidden size={15} />} testId="proposal">
      <dl className="grid grid-cols-2 gap-3">
        <Dates term="Asked" {...rangeOf(booking)} />
        <Dates term="Proposed" {...rangeOf(counter)} />
      </dl>
      <Comparison booking={booking} />
      {counter.note !== "" && <p className="text-sm whitespace-pre-line text-ink">“{counter.note}”</p>}
      <Choices>
        <Button size="s" weight="primary" onClick={() => commands.answerProposal(booking, true)}>
          Take these dates
        </Button>
        <Button size="s" onClick={() => commands.answerProposal(booking, false)}>
          Keep ours
        </Button>
      </Choices>
    </Card>
  );
}

/** What is other than asked, and what stands on the proposed dates. */
function Comparison({ booking }: { booking: FullBooking }) {
  const names = useNames();
  const bookings = useLive((state) => state.bookings);
  const lines = useLive((state) => state.lines);
  const timesOff = useLive((state) => state.timesOff);
  const found = useMemo(
    () => compareProposal(booking, { bookings, lines, timesOff }, names.zone),
    [booking, bookings, lines, timesOff, names.zone],
  );
  if (found === null) return null;
  const { changes, meets, rank, fits, off } = found;
  const when = (each: { start: string; end: string }): string => {
    const { start, end } = rangeOf(each);
    return formatRange(start, end, names.zone, names.locale);
  };
  return (
    <div className="grid gap-2 border-t border-line pt-2.5 text-sm" data-testid="comparison">
      <p className="tabular text-ink-2">{changes.join(" · ")}</p>
      {meets.length + off.length === 0 ? (
        <p className="flex items-center gap-1.5 text-good">
          <Check aria-hidden size={14} />
          Nothing else stands on these dates.
        </p>
      ) : (
        <>
          <p className={fits ? "text-ink" : "flex items-center gap-1.5 font-medium text-bad"}>
            {!fits && <TriangleAlert aria-hidden size={14} />}
            {fits ? `Would be ${ordinal(rank)} in line there, with:` : "Cannot be taken as things stand:"}
          </p>
          <ul className="grid gap-1">
            {meets.map((other) => (
              <li key={other.id}>
                <button
                  type="button"
                  className="w-full rounded-sm text-left hover:underline"
                  onClick={() => openDetails(other.id)}
                >
                  <Awaited bookingId={other.id} />
                  <span className="tabular block text-xs text-ink-3">{when(other)}</span>
                </button>
              </li>
            ))}
            {off.map((each) => (
              <li key={each.id}>
                <span className="font-medium">{each.state === "approved" ? "Time off" : "Time off, requested"}</span>
                <span className="tabular block text-xs text-ink-3">{when(each)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Dates({ term, start, end }: { term: string; start: number; end: number }) {
  const zone = useZone();
  const locale = useLocale();
  return (
    <div>
      <dt className="text-xs font-medium text-ink-2">{term}</dt>
      <dd className="tabular text-sm text-ink">
        {formatRange(start, end, zone, locale)}
        <span className="block text-xs text-ink-3">{formatLength(start, end, zone)}</span>
      </dd>
    </div>
  );
}

function ChallengedCard({ booking, challenge }: { booking: FullBooking; challenge: Challenge }) {
  const commands = useCommands();
  const name = useBookingName(challenge.booking_id);
  const target = challenge.targets.find(({ booking_id }) => booking_id === booking.id);
  if (target === undefined) return null;
  return (
    <Card title={`Challenged by “${name}”`} icon={<Swords aria-hidden size={15} />} testId="challenged">
      <p className="text-sm text-ink">
        <Deadline lead="Answer by" at={target.deadline} />. Without an answer the shared days go to the challenger.
      </p>
      <Choices>
        <Button size="s" weight="primary" onClick={() => commands.answerChallenge(challenge, booking.id, "confirm")}>
          Confirm
        </Button>
        <Button size="s" weight="danger" onClick={() => commands.answerChallenge(challenge, booking.id, "release")}>
          Release the days
        </Button>
      </Choices>
    </Card>
  );
}

function WaitingCard({ challenge }: { challenge: Challenge }) {
  const commands = useCommands();
  const waiting = challenge.targets.filter(({ outcome }) => outcome === "pending");
  return (
    <Card title="Challenge under way" icon={<Swords aria-hidden size={15} />} testId="challenge">
      <p className="text-sm text-ink">Waiting for these to confirm or release:</p>
      <ul className="grid gap-1.5">
        {waiting.map((target) => (
          <li key={target.booking_id} className="text-sm text-ink">
            <Awaited bookingId={target.booking_id} />
            <span className="block text-xs text-ink-2">
              <Deadline lead="Until" at={target.deadline} />
            </span>
          </li>
        ))}
      </ul>
      <Choices>
        <Button size="s" onClick={() => commands.withdrawChallenge(challenge)}>
          Withdraw challenge
        </Button>
      </Choices>
    </Card>
  );
}

function WonCard({ booking, challenge }: { booking: FullBooking; challenge: Challenge }) {
  if (challenge.confirm_by === null) return null;
  return (
    <Card title="Challenge won" icon={<Swords aria-hidden size={15} />} testId="challenge">
      <p className="text-sm text-ink">
        <Deadline lead="Confirm by" at={challenge.confirm_by} />, or it goes to the end of the line.
        {booking.status === "hold" && " The artist has to accept before that."}
      </p>
    </Card>
  );
}

function Awaited({ bookingId }: { bookingId: string }) {
  const name = useBookingName(bookingId);
  const status = useLive((state) => state.bookings.get(bookingId)?.status);
  return (
    <span className="font-medium">
      {name}
      {status !== undefined && <span className="font-normal text-ink-2"> · {statusWord(status)}</span>}
    </span>
  );
}

function useBookingName(id: string): string {
  const names = useNames();
  const booking = useLive((state) => state.bookings.get(id));
  if (booking === undefined || !("title" in booking)) return "Another booking";
  return bookingName(booking.title, booking.project_id === null ? undefined : names.project(booking.project_id));
}

/** "Until Mon 12 Jan, 14:00 (2 h 10 min left)", the rest of it ticking. */
function Deadline({ lead, at }: { lead: string; at: string }) {
  const zone = useZone();
  const locale = useLocale();
  const due = toMs(at);
  const now = useNow(due);
  return (
    <span className="tabular">
      {lead} {formatDay(due, zone, locale)}, {formatTime(due, zone, locale)} ({timeLeft(due, now)})
    </span>
  );
}

function Choices({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap gap-2">{children}</div>;
}

interface CardProps {
  title: string;
  icon: ReactNode;
  testId: string;
  children: ReactNode;
}

function Card({ title, icon, testId, children }: CardProps) {
  return (
    <section
      aria-label={title}
      data-testid={testId}
      className="grid gap-2.5 rounded-md border border-line bg-sunken p-3"
    >
      <h3 className="flex items-center gap-2 text-sm font-semibold">
        {icon}
        <span className="min-w-0 flex-1">{title}</span>
      </h3>
      {children}
    </section>
  );
}

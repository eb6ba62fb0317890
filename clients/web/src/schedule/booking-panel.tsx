// One booking in full: what it is, where it stands, and every change to it without dragging.
import { Loader, TriangleAlert, Wrench } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";

import { rangeOf, toMs, type FullBooking } from "@production-tool/shared";

import { formatAgo, formatDay, formatRange, formatTime, ordinal } from "../lib/format.ts";
import { ProposeDates } from "../agenda/propose-dates.tsx";
import { Activity } from "../history/activity.tsx";
import { Reached } from "../notices/reached.tsx";
import { useNow } from "../lib/now.ts";
import { askFor } from "../planning/asking.ts";
import { SeriesSection } from "../series/series-section.tsx";
import { offBarId, requestOver, requestsByArtist } from "../studio/marks.ts";
import { useCanEdit, useClient, useCommands, useLive, useLocale, useZone } from "../studio/live.tsx";
import { select, setUi, useUi } from "../studio/ui.ts";
import { timeLeft } from "../studio/trade.ts";
import { bookingName, standing, standingForArtist, statusWord } from "../studio/words.ts";
import { Dot, StatusBadge } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import { Hint } from "../ui/hint.tsx";
import { ArtistChoice, ProjectChoice } from "./choices.tsx";
import { DraftArea, DraftField } from "./draft-field.tsx";
import { Column, PanelFrame, Section } from "./panel.tsx";
import { RangeEditor } from "./range-editor.tsx";
import { RefusalCard } from "./refusal-card.tsx";
import { StatusActions } from "./status-actions.tsx";
import { TradeSection } from "./trade-section.tsx";

export function BookingPanel({ booking, onClose }: { booking: FullBooking; onClose: () => void }) {
  const canEdit = useCanEdit();
  const commands = useCommands();
  const project = useLive((state) =>
    booking.project_id === null ? undefined : state.projects.get(booking.project_id),
  );
  const pending = useLive((state) => state.pendingIds.has(booking.id));
  const refusal = useUi((ui) => ui.refusals.get(booking.id));
  const focusAsked = useUi((ui) => ui.detailsFocus === booking.id);
  const title = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!focusAsked) return;
    setUi({ detailsFocus: null });
    title.current?.focus();
    title.current?.select();
  }, [focusAsked]);
  const { start, end } = rangeOf(booking);
  const edit = (change: { title?: string; notes?: string; project_id?: string | null; phase_id?: string | null }, base?: number): void =>
    commands.edit(booking, change, base);

  return (
    <PanelFrame
      label="Booking"
      title={bookingName(booking.title, project?.name)}
      lead={project === undefined ? undefined : <Dot colour={project.colour} />}
      badge={
        <>
          <span role="status" data-testid="unsettled">
            {pending && (
              <Hint label="Waiting for the server’s word">
                <Loader
                  role="img"
                  aria-label="Waiting for the server’s word"
                  size={14}
                  className="animate-turn text-ink-3"
                />
              </Hint>
            )}
          </span>
          <StatusBadge status={booking.status}>{statusWord(booking.status)}</StatusBadge>
        </>
      }
      onClose={onClose}
    >
      <Column>
        <div className="grid grid-cols-1 content-start gap-3">
          <p className="text-sm text-ink-2">{canEdit ? standing(booking) : standingForArtist(booking)}</p>
          {refusal !== undefined && <RefusalCard id={booking.id} refusal={refusal} />}
          <OverRequest booking={booking} />
          <StatusActions booking={booking} />
          {canEdit && <ProposeDates booking={booking} onBehalf />}
          <TradeSection booking={booking} />
          {canEdit && <SeriesSection booking={booking} />}
          {canEdit && <Reached booking={booking} />}
        </div>
        <Section>
          <DraftField
            ref={title}
            label="Title"
            value={booking.title}
            version={booking.version}
            maxLength={300}
            placeholder={project?.name ?? "What is it for?"}
            disabled={!canEdit}
            onCommit={(text, base) => edit({ title: text.trim() }, base)}
          />
          <ProjectChoice value={booking.project_id} disabled={!canEdit} onChange={(id) => edit({ project_id: id })} />
          {booking.project_id !== null && (
            <PhaseChoice booking={booking} disabled={!canEdit} onChange={(id) => edit({ phase_id: id })} />
          )}
          <ArtistChoice
            value={booking.artist_id}
            disabled={!canEdit}
            onChange={(id) => id !== null && id !== booking.artist_id && commands.reassign(booking, id)}
          />
          {canEdit && booking.phase_id !== null && <SomebodyElse booking={booking} />}
        </Section>
      </Column>
      <Column>
        <Section>
          <RangeEditor
            start={start}
            end={end}
            version={booking.version}
            disabled={!canEdit}
            onCommit={(next, base) => commands.setRange(booking, next.start, next.end, base)}
          />
          <DraftArea
            label="Notes"
            value={booking.notes}
            version={booking.version}
            maxLength={10_000}
            disabled={!canEdit}
            onCommit={(text, base) => edit({ notes: text }, base)}
          />
        </Section>
        <Facts booking={booking} />
        {canEdit && <Activity of="booking" id={booking.id} version={booking.version} />}
      </Column>
    </PanelFrame>
  );
}

interface PhaseChoiceProps {
  booking: FullBooking;
  disabled: boolean;
  onChange: (id: string | null) => void;
}

/** Which part of its project the booking is for: it counts against what that needs. */
function PhaseChoice({ booking, disabled, onChange }: PhaseChoiceProps) {
  const phases = useLive((state) => state.phases);
  const own = useMemo(
    () =>
      [...phases.values()]
        .filter(({ project_id }) => project_id === booking.project_id)
        .sort((a, b) => (a.start ?? "9").localeCompare(b.start ?? "9")),
    [phases, booking.project_id],
  );
  if (own.length === 0) return null;
  return (
    <SelectField
      label="Phase"
      value={booking.phase_id ?? ""}
      disabled={disabled}
      onChange={(event) => onChange(event.target.value || null)}
    >
      <option value="">No phase</option>
      {own.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}

/** They cannot do it after all: a plan with somebody else, that touches the least. */
function SomebodyElse({ booking }: { booking: FullBooking }) {
  const client = useClient();
  const artist = useLive((state) => state.artists.get(booking.artist_id)?.name) ?? "the artist";
  const name = `Somebody else than ${artist}${booking.title === "" ? "" : ` for “${booking.title}”`}`;
  return (
    <div>
      <Button
        size="s"
        onClick={() => void askFor(client, { kind: "repair", name, event: { kind: "cancellation", booking_id: booking.id } })}
      >
        <Wrench aria-hidden size={13} />
        Plan somebody else
      </Button>
    </div>
  );
}

/** A hold over time off that somebody asked for and nobody has answered. */
function OverRequest({ booking }: { booking: FullBooking }) {
  const zone = useZone();
  const locale = useLocale();
  const timesOff = useLive((state) => state.timesOff);
  const off = useMemo(
    () => requestOver(booking, requestsByArtist(timesOff.values()).get(booking.artist_id)),
    [booking, timesOff],
  );
  const artist = useLive((state) => state.artists.get(booking.artist_id)?.name) ?? "The artist";
  if (off === null) return null;
  const { start, end } = rangeOf(off);
  return (
    <div className="grid gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn" data-testid="over-request">
      <p className="flex items-start gap-1.5">
        <TriangleAlert aria-hidden size={15} className="mt-0.5 shrink-0" />
        {artist} asked for time off {formatRange(start, end, zone, locale)}.
      </p>
      <div>
        <Button size="s" onClick={() => select([offBarId(off.id)])}>
          See the request
        </Button>
      </div>
    </div>
  );
}

function deadlineOf(booking: FullBooking, which: "response_deadline" | "expires_at"): number | null {
  const at = booking[which];
  return booking.status !== "hold" || at === null ? null : toMs(at);
}

/** "2nd", or with each part's own dates where they differ. */
function placeWords(booking: FullBooking, zone: string, locale: string): string {
  const { rank, segments } = booking;
  if (segments.length < 2) return ordinal(rank ?? 1);
  return segments
    .map((segment) => {
      const { start, end } = rangeOf(segment);
      return `${ordinal(segment.rank)} ${formatRange(start, end, zone, locale)}`;
    })
    .join(", ");
}

function Facts({ booking }: { booking: FullBooking }) {
  const zone = useZone();
  const locale = useLocale();
  const members = useLive((state) => state.members);
  const creator = booking.created_by === null ? undefined : members.get(booking.created_by)?.name;
  const [answer, expiry] = [deadlineOf(booking, "response_deadline"), deadlineOf(booking, "expires_at")];
  const now = useNow(answer, expiry);
  const facts: [string, string][] = [];
  if (booking.rank !== null && booking.status === "hold") facts.push(["Place in line", placeWords(booking, zone, locale)]);
  if (answer !== null && booking.response === "none") facts.push(["Answer due", due(answer)]);
  if (expiry !== null) facts.push(["Expires", due(expiry)]);
  const made = formatAgo(toMs(booking.created_at), now, locale);
  facts.push(["Made", `${made}${creator === undefined ? "" : ` by ${creator}`}`]);
  if (booking.updated_at !== booking.created_at) {
    facts.push(["Changed", formatAgo(toMs(booking.updated_at), now, locale)]);
  }
  function due(at: number): string {
    return `${formatDay(at, zone, locale)}, ${formatTime(at, zone, locale)} (${timeLeft(at, now)})`;
  }
  return (
    <dl className="grid grid-cols-[auto_1fr] content-start gap-x-4 gap-y-1 border-t border-line pt-4 text-xs">
      {facts.map(([term, said]) => (
        <div key={term} className="contents">
          <dt className="text-ink-3">{term}</dt>
          <dd className="text-right text-ink-2">{said}</dd>
        </div>
      ))}
    </dl>
  );
}

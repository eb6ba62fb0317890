// One booking in full: what it is, where it stands, and every change to it without dragging.
import { Loader } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";

import { rangeOf, toMs, type FullBooking } from "@production-tool/shared";

import { formatAgo } from "../lib/format.ts";
import { useCanEdit, useCommands, useLive, useLocale } from "../studio/live.tsx";
import { setUi, useUi } from "../studio/ui.ts";
import { bookingName, standing, standingForArtist, statusWord } from "../studio/words.ts";
import { Dot, StatusBadge } from "../ui/bits.tsx";
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
  const edit = (change: { title?: string; notes?: string; project_id?: string | null }, base?: number): void =>
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
          <StatusActions booking={booking} />
          <TradeSection booking={booking} />
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
          <ArtistChoice
            value={booking.artist_id}
            disabled={!canEdit}
            onChange={(id) => id !== null && id !== booking.artist_id && commands.reassign(booking, id)}
          />
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
      </Column>
    </PanelFrame>
  );
}

function Facts({ booking }: { booking: FullBooking }) {
  const locale = useLocale();
  const members = useLive((state) => state.members);
  const creator = booking.created_by === null ? undefined : members.get(booking.created_by)?.name;
  const facts = useMemo(() => {
    const now = Date.now();
    const list: [string, string][] = [];
    if (booking.rank !== null && booking.status === "hold") list.push(["Place in line", String(booking.rank)]);
    if (booking.status === "hold" && booking.response_deadline !== null) {
      list.push(["Answer due", formatAgo(toMs(booking.response_deadline), now, locale)]);
    }
    if (booking.status === "hold" && booking.expires_at !== null) {
      list.push(["Expires", formatAgo(toMs(booking.expires_at), now, locale)]);
    }
    list.push([
      "Made",
      `${formatAgo(toMs(booking.created_at), now, locale)}${creator === undefined ? "" : ` by ${creator}`}`,
    ]);
    if (booking.updated_at !== booking.created_at) {
      list.push(["Changed", formatAgo(toMs(booking.updated_at), now, locale)]);
    }
    return list;
  }, [booking, creator, locale]);
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

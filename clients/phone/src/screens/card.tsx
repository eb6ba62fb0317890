// A booking on a card: what, when, where it stands, and until when it wants an answer.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { toMs, type FullBooking } from "@production-tool/shared";
import { bookingName, standingForArtist } from "@production-tool/web/studio/words";

import { locale, useLive, useZone } from "../live/live.ts";
import { markSeen } from "../live/notices.ts";
import { go, pathOf, type Route } from "../route.ts";
import { hoursOnDay } from "../time/ranges.ts";
import { payWords, workDays } from "../time/pay.ts";
import { Linked } from "../ui/linked.tsx";
import { Status } from "../ui/status.tsx";
import { TimeLeft, When } from "../ui/when.tsx";
import { AnswerButtons } from "./answer.tsx";

export function BookingCard({ booking, answers = false }: { booking: FullBooking; answers?: boolean }) {
  const project = useLive((state) => state.projects.get(booking.project_id ?? ""));
  const sending = useLive((state) => state.pendingIds.has(booking.id));
  const shown = useShown(answers, () => markSeen(booking.id, booking.version), booking.version);
  return (
    <article ref={shown} class="card" data-booking={booking.id}>
      <BookingLink booking={booking}>
        <div class="card-head">
          <h3>{bookingName(booking.title, project?.name)}</h3>
          <Status booking={booking} />
        </div>
        <Work booking={booking} />
        <When range={booking} />
      </BookingLink>
      {booking.status === "hold" && <p class="standing">{standingForArtist(booking)}</p>}
      {booking.status === "hold" && <Pay booking={booking} />}
      {answers && booking.notes !== "" && (
        <p class="notes short">
          <Linked text={booking.notes} />
        </p>
      )}
      <Deadline booking={booking} />
      {sending && <p class="soft sending">Your answer is on its way.</p>}
      {answers && <AnswerButtons booking={booking} />}
    </article>
  );
}

/** Calls back once most of the element has been on the screen, and again for another version of it. */
function useShown(wanted: boolean, onShown: () => void, version: number) {
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    const target = element.current;
    if (!wanted || target === null) return;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) onShown();
      },
      { threshold: 0.6 },
    );
    watch.observe(target);
    return () => watch.disconnect();
  }, [wanted, version]);
  return element;
}

/** A booking in short, where its day is said already. */
export function BookingLine({ booking, day }: { booking: FullBooking; day: string }) {
  const project = useLive((state) => state.projects.get(booking.project_id ?? ""));
  const zone = useZone();
  const clock = hoursOnDay(booking, day, zone);
  return (
    <BookingLink booking={booking}>
      <div class="booking-line">
        <div class="card-head">
          <strong>{bookingName(booking.title, project?.name)}</strong>
          <Status booking={booking} />
        </div>
        <Work booking={booking} />
        {clock !== null && <p class="soft figures">{clock}</p>}
      </div>
    </BookingLink>
  );
}

/** Project and phase, where the title does not say them already. */
export function Work({ booking }: { booking: FullBooking }) {
  const project = useLive((state) => state.projects.get(booking.project_id ?? ""));
  const phase = useLive((state) => state.phases.get(booking.phase_id ?? ""));
  if (project === undefined || (phase === undefined && booking.title.trim() === "")) return null;
  return (
    <p class="soft project">
      <span class="dot" style={{ background: project.colour }} />
      {phase === undefined ? project.name : `${project.name} · ${phase.name}`}
    </p>
  );
}

/** What it comes to at the artist's own rate; nothing where none is agreed. */
export function Pay({ booking }: { booking: FullBooking }) {
  const artist = useLive((state) => state.artists.get(state.me?.artist_id ?? ""));
  const zone = useZone();
  const rate = artist?.rate ?? null;
  if (artist === undefined || rate === null) return null;
  const days = workDays(booking, artist.working_hours ?? [], zone);
  return <p class="pay figures">{payWords(days, rate, locale)}</p>;
}

function BookingLink({ booking, children }: { booking: FullBooking; children: ComponentChildren }) {
  const route: Route = { screen: "booking", id: booking.id };
  return (
    <a
      class="card-link"
      href={pathOf(route)}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey) return;
        event.preventDefault();
        go(route);
      }}
    >
      {children}
    </a>
  );
}

export function Deadline({ booking }: { booking: FullBooking }) {
  const { status, response, response_deadline: deadline } = booking;
  if (status !== "hold" || response !== "none" || deadline === null) return null;
  return (
    <p class="deadline">
      Answer due <TimeLeft at={toMs(deadline)} />
    </p>
  );
}

// A booking on a card: what, when, where it stands, and until when it wants an answer.
import type { ComponentChildren } from "preact";

import { toMs, type FullBooking } from "@production-tool/shared";
import { bookingName, standingForArtist } from "@production-tool/web/studio/words";

import { useLive } from "../live/live.ts";
import { go, pathOf, type Route } from "../route.ts";
import { Status } from "../ui/status.tsx";
import { TimeLeft, When } from "../ui/when.tsx";
import { AnswerButtons } from "./answer.tsx";

export function BookingCard({ booking, answers = false }: { booking: FullBooking; answers?: boolean }) {
  const project = useLive((state) => state.projects.get(booking.project_id ?? ""));
  const sending = useLive((state) => state.pendingIds.has(booking.id));
  return (
    <article class="card" data-booking={booking.id}>
      <BookingLink booking={booking}>
        <div class="card-head">
          <h3>{bookingName(booking.title, project?.name)}</h3>
          <Status booking={booking} />
        </div>
        {project !== undefined && booking.title.trim() !== "" && (
          <p class="soft project">
            <span class="dot" style={{ background: project.colour }} />
            {project.name}
          </p>
        )}
        <When range={booking} />
      </BookingLink>
      {booking.status === "hold" && <p class="standing">{standingForArtist(booking)}</p>}
      <Deadline booking={booking} />
      {sending && <p class="soft sending">Your answer is on its way.</p>}
      {answers && <AnswerButtons booking={booking} />}
    </article>
  );
}

/** A booking in one line, where its day is said already. */
export function BookingLine({ booking }: { booking: FullBooking }) {
  const project = useLive((state) => state.projects.get(booking.project_id ?? ""));
  return (
    <BookingLink booking={booking}>
      <div class="card-head booking-line">
        <span class="project">
          {project !== undefined && <span class="dot" style={{ background: project.colour }} />}
          {bookingName(booking.title, project?.name)}
        </span>
        <Status booking={booking} />
      </div>
    </BookingLink>
  );
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

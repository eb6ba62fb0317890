// One booking with all that is known of it; also where a link in a message leads.
import { useEffect, useState } from "preact/hooks";

import { isFull, type FullBooking } from "@production-tool/shared";
import { bookingName, standingForArtist } from "@production-tool/web/studio/words";
import { call, inWords } from "@production-tool/web/session/api";

import { useLive } from "../live/live.ts";
import { markSeen } from "../live/notices.ts";
import { goBack } from "../route.ts";
import { BackIcon } from "../ui/icons.tsx";
import { Linked } from "../ui/linked.tsx";
import { Status } from "../ui/status.tsx";
import { When } from "../ui/when.tsx";
import { AnswerButtons } from "./answer.tsx";
import { Deadline, Pay } from "./card.tsx";
import { isLoaded } from "./holds.tsx";

export function BookingScreen({ id }: { id: string }) {
  const found = useLive((state) => state.bookings.get(id));
  const loaded = useLive(isLoaded);
  const live = found !== undefined && isFull(found) ? found : null;
  return (
    <>
      <header class="screen-head back">
        <button class="button quiet square" type="button" aria-label="Back" onClick={goBack}>
          <BackIcon />
        </button>
        <h1>Booking</h1>
      </header>
      {live !== null && <Details booking={live} />}
      {live === null && loaded && <Ended id={id} />}
      {live === null && !loaded && <p class="soft">Loading…</p>}
    </>
  );
}

function Details({ booking }: { booking: FullBooking }) {
  const project = useLive((state) => state.projects.get(booking.project_id ?? ""));
  const phase = useLive((state) => state.phases.get(booking.phase_id ?? ""));
  const sending = useLive((state) => state.pendingIds.has(booking.id));
  const studio = useLive((state) => state.tenant?.name);
  useEffect(() => markSeen(booking.id, booking.version), [booking.id, booking.version]);
  return (
    <article class="card" data-booking={booking.id}>
      <div class="card-head">
        <h2>{bookingName(booking.title, project?.name)}</h2>
        <Status booking={booking} />
      </div>
      {project !== undefined && (
        <p class="soft project">
          <span class="dot" style={{ background: project.colour }} />
          {phase === undefined ? project.name : `${project.name} · ${phase.name}`}
        </p>
      )}
      <When range={booking} />
      <p class="standing">{standingForArtist(booking)}</p>
      <Deadline booking={booking} />
      {booking.counter !== null && (
        <section class="counter" aria-label="What you proposed">
          <h3>You proposed</h3>
          <When range={booking.counter} />
          {booking.counter.note !== "" && <p class="soft">“{booking.counter.note}”</p>}
        </section>
      )}
      <Pay booking={booking} />
      {booking.notes !== "" && (
        <section class="stack-s" aria-label="Notes and directions">
          <h3>Notes and directions</h3>
          <p class="notes">
            <Linked text={booking.notes} />
          </p>
        </section>
      )}
      {studio !== undefined && <p class="soft">Asked by {studio}.</p>}
      {sending && <p class="soft sending">Your answer is on its way.</p>}
      <AnswerButtons booking={booking} />
    </article>
  );
}

/** Ended bookings are history, which the server tells; without a network there is only that. */
function Ended({ id }: { id: string }) {
  const [told, setTold] = useState<FullBooking | string | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    call<FullBooking>(`bookings/${encodeURIComponent(id)}`, { signal: abort.signal }).then(
      ({ data }) => setTold(data),
      (fault: unknown) => {
        if (!abort.signal.aborted) setTold(inWords(fault));
      },
    );
    return () => abort.abort();
  }, [id]);
  if (told === null) return <p class="soft">Looking it up…</p>;
  if (typeof told === "string") return <p role="alert">{told}</p>;
  return (
    <article class="card">
      <div class="card-head">
        <h2>{bookingName(told.title, undefined)}</h2>
        <Status booking={told} />
      </div>
      <When range={told} />
      <p class="standing">{standingForArtist(told)}</p>
    </article>
  );
}

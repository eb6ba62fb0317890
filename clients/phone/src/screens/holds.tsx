// The inbox: holds that want an answer, the most pressing first, and those that have one.
import { plural } from "@production-tool/web/lib/format";

import { useInbox } from "../live/bookings.ts";
import { useLive } from "../live/live.ts";
import { BookingCard } from "./card.tsx";
import { PushNudge } from "./push-card.tsx";

export function HoldsScreen() {
  const { toAnswer, waiting } = useInbox();
  const loaded = useLive(isLoaded);
  return (
    <>
      <header class="screen-head">
        <h1>Holds</h1>
        <p class="soft" role="status">
          {!loaded && "Loading your bookings…"}
          {loaded && (toAnswer.length === 0 ? "You have answered everything." : `${plural(toAnswer.length, "hold")} to answer.`)}
        </p>
      </header>
      <PushNudge />
      {loaded && toAnswer.length + waiting.length === 0 && (
        <p class="empty">When the studio asks for your time, it appears here and you can say yes or no.</p>
      )}
      {toAnswer.length > 0 && (
        <section aria-label="To answer" class="stack">
          <h2 class="heard">To answer</h2>
          {toAnswer.map((booking) => (
            <BookingCard key={booking.id} booking={booking} answers />
          ))}
        </section>
      )}
      {waiting.length > 0 && (
        <section aria-label="Answered" class="stack">
          <h2>Answered</h2>
          {waiting.map((booking) => (
            <BookingCard key={booking.id} booking={booking} />
          ))}
        </section>
      )}
    </>
  );
}

/** Whether there is anything to show: from the network, or from the last time. */
export function isLoaded({ epoch }: { readonly epoch: string | null }): boolean {
  return epoch !== null;
}

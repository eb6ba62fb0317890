// The inbox: holds that want an answer, the most pressing first, and those that have one.
import { plural } from "@production-tool/web/lib/format";

import { useInbox } from "../live/bookings.ts";
import { useLive } from "../live/live.ts";
import { useNotices } from "../live/notices.ts";
import { go, pathOf, type Route } from "../route.ts";
import { BellIcon } from "../ui/icons.tsx";
import { BookingCard } from "./card.tsx";
import { PushNudge } from "./push-card.tsx";

export function HoldsScreen() {
  const { toAnswer, waiting } = useInbox();
  const loaded = useLive(isLoaded);
  return (
    <>
      <header class="screen-head">
        <div class="head-line">
          <h1>Holds</h1>
          <Bell />
        </div>
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

function Bell() {
  const { unread } = useNotices();
  const route: Route = { screen: "notices" };
  return (
    <a
      class="button quiet bell"
      href={pathOf(route)}
      onClick={(event) => {
        event.preventDefault();
        go(route);
      }}
    >
      <span class="tab-icon">
        <BellIcon />
        {unread > 0 && (
          <span class="badge" aria-hidden="true">
            {unread > 99 ? "99+" : unread}
          </span>
        )}
      </span>
      <span class="heard">Notices{unread > 0 && `, ${unread} not read`}</span>
    </a>
  );
}

/** Whether there is anything to show: from the network, or from the last time. */
export function isLoaded({ epoch }: { readonly epoch: string | null }): boolean {
  return epoch !== null;
}

// The frame of who is signed in: which screen, the tabs, and what is to be said over all of them.
import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { undo } from "./live/answers.ts";
import { useInbox } from "./live/bookings.ts";
import { client, useLive } from "./live/live.ts";
import { keepNotices } from "./live/notices.ts";
import { dismiss, useOutcomes } from "./live/outcomes.ts";
import { signOut } from "./live/session.ts";
import { go, pathOf, useRoute, type Route, type Tab } from "./route.ts";
import { BookingScreen } from "./screens/booking.tsx";
import { HoldsScreen } from "./screens/holds.tsx";
import { MeScreen } from "./screens/me.tsx";
import { NoticesScreen } from "./screens/notices.tsx";
import { ScheduleScreen } from "./screens/schedule.tsx";
import { TimeOffScreen } from "./screens/time-off.tsx";
import { lookAtPush } from "./push/device.ts";
import { Button } from "./ui/button.tsx";
import { fetchAhead } from "./ui/late.tsx";
import { AwayIcon, CalendarIcon, CloseIcon, InboxIcon, PersonIcon } from "./ui/icons.tsx";
import { takeUpdate, useUpdate } from "./worker/update.ts";

export function SignedIn() {
  const route = useRoute();
  const me = useLive((state) => state.me);
  const main = useRef<HTMLElement>(null);
  const place = pathOf(route);
  const first = useRef(true);
  useEffect(() => {
    // A screen reader goes on at the new screen's top; the first screen is read by itself.
    if (!first.current) main.current?.focus();
    first.current = false;
    window.scrollTo(0, 0);
  }, [place]);
  useQuiet();
  if (me !== null && me.artist_id === null) return <NoArtist />;
  return (
    <div class="frame">
      <Link />
      <main ref={main} tabIndex={-1}>
        <Refusals />
        <Screen route={route} />
      </main>
      <Done />
      <Tabs route={route} />
    </div>
  );
}

/** What nobody waits for: done once the connection stands and the screen is drawn. */
function useQuiet(): void {
  const live = useLive((state) => state.status === "live");
  useEffect(() => {
    if (!live) return;
    const timer = setTimeout(() => {
      fetchAhead();
      void lookAtPush();
    }, 1_500);
    return () => clearTimeout(timer);
  }, [live]);
  // With every new connection: what came meanwhile is not sent again.
  useEffect(() => (live ? keepNotices() : undefined), [live]);
}

/** How many wait for an answer, on the app's icon where the system shows it. */
function useAppBadge(count: number): void {
  useEffect(() => {
    if ("setAppBadge" in navigator) void navigator.setAppBadge(count).catch(() => undefined);
  }, [count]);
}

function Screen({ route }: { route: Route }) {
  switch (route.screen) {
    case "holds":
      return <HoldsScreen />;
    case "booking":
      return <BookingScreen key={route.id} id={route.id} />;
    case "schedule":
      return <ScheduleScreen />;
    case "time-off":
      return <TimeOffScreen />;
    case "notices":
      return <NoticesScreen />;
    case "me":
      return <MeScreen />;
  }
}

const TABS: readonly { tab: Tab; label: string; icon: ComponentType }[] = [
  { tab: "holds", label: "Holds", icon: InboxIcon },
  { tab: "schedule", label: "Schedule", icon: CalendarIcon },
  { tab: "time-off", label: "Time off", icon: AwayIcon },
  { tab: "me", label: "Me", icon: PersonIcon },
];

function Tabs({ route }: { route: Route }) {
  const { toAnswer } = useInbox();
  useAppBadge(toAnswer.length);
  const current = route.screen === "booking" || route.screen === "notices" ? "holds" : route.screen;
  return (
    <nav class="tabs" aria-label="Screens">
      {TABS.map(({ tab, label, icon: Icon }) => (
        <a
          key={tab}
          href={pathOf({ screen: tab })}
          aria-current={tab === current ? "page" : undefined}
          onClick={(event) => {
            event.preventDefault();
            go({ screen: tab });
          }}
        >
          <span class="tab-icon">
            <Icon />
            {tab === "holds" && toAnswer.length > 0 && (
              <span class="badge" aria-label={`${toAnswer.length} to answer`}>
                {toAnswer.length}
              </span>
            )}
          </span>
          {label}
        </a>
      ))}
    </nav>
  );
}

/** Says so when what is shown may be old, or when there is a newer app. */
function Link() {
  const status = useLive((state) => state.status);
  const waiting = useLive((state) => state.pending.length);
  const closing = useLive((state) => state.closing);
  const update = useUpdate();
  if (status === "closed") {
    return (
      <div class="line bad" role="alert">
        {closing?.reason ?? "The connection was closed."}
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      </div>
    );
  }
  if (update) {
    return (
      <div class="line" role="status">
        There is a newer version.
        <button type="button" onClick={takeUpdate}>
          Take it
        </button>
      </div>
    );
  }
  if (status === "live") return null;
  const text = waiting > 0 ? "Your answers are kept and sent when there is a network." : "This is what you saw last.";
  return (
    <div class="line" role="status">
      {status === "offline" ? `No connection. ${text}` : "Connecting…"}
      {status === "offline" && (
        <button type="button" onClick={() => client().connect()}>
          Try now
        </button>
      )}
    </div>
  );
}

/** Answers that did not count stay until they were read. */
function Refusals() {
  const { refusals } = useOutcomes();
  return (
    <div role="alert" class="stack refusals">
      {refusals.map(({ id, title, text, bookingId }) => (
        <div key={id} class="card refusal">
          <div class="card-head">
            <h2>{title}</h2>
            <button class="button quiet square" type="button" aria-label="I have read it" onClick={() => dismiss(id)}>
              <CloseIcon />
            </button>
          </div>
          <p>{text}</p>
          {bookingId !== null && (
            <Button
              weight="quiet"
              onPress={() => {
                dismiss(id);
                go({ screen: "booking", id: bookingId });
              }}
            >
              Show the booking
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}

function Done() {
  const { done } = useOutcomes();
  return (
    <div class="done" role="status">
      {done !== null && (
        <p>
          {done.text}
          {done.undoable && (
            <button type="button" onClick={undo}>
              Undo
            </button>
          )}
        </p>
      )}
    </div>
  );
}

function NoArtist() {
  return (
    <main class="sign-in">
      <h1>This app is for artists</h1>
      <p>Your account has no artist's record. The studio's schedule is the place for you.</p>
      <a class="button primary" href="/">
        Open the schedule
      </a>
      <Button weight="quiet" onPress={() => void signOut()}>
        Sign out
      </Button>
    </main>
  );
}

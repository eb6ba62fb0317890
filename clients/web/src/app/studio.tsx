// The signed-in app: rail, screens, dialogs, and the keys that work everywhere.
import { useEffect, useRef, useState } from "react";

import { signOut } from "../session/session.ts";
import { refreshNow } from "../session/token.ts";
import { connectionWords } from "../schedule/connection.ts";
import { ScheduleScreen } from "../schedule/schedule-screen.tsx";
import { currentLens } from "../schedule/lens.ts";
import { currentSurface } from "../schedule/surface.ts";
import { LiveProvider, useCanEdit, useClient, useLive } from "../studio/live.tsx";
import { openDialog, setUi, useUi } from "../studio/ui.ts";
import { EmptyState } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { PortalContext } from "../ui/portal.ts";
import { toast } from "../ui/toasts.ts";
import { TopBar } from "../schedule/top-bar.tsx";
import { OpenDialogs } from "./dialogs.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { late } from "./late.tsx";
import { Rail } from "./rail.tsx";
import { ShellSkeleton } from "./skeleton.tsx";

const AgendaScreen = late(() => import("../agenda/agenda.tsx").then((part) => part.AgendaScreen));
const SideLists = late(() => import("../lists/lists.tsx").then((part) => part.SideLists));

const IntegrationsScreen = late(() =>
  import("../integrations/integrations-screen.tsx").then((part) => part.IntegrationsScreen),
);

const PARTS = { agenda: "Your bookings", integrations: "The integrations page", schedule: "The schedule" } as const;

export default function Studio() {
  return (
    <LiveProvider>
      <Shell />
    </LiveProvider>
  );
}

function Shell() {
  const role = useLive((state) => state.me?.role ?? null);
  const screen = useUi((ui) => ui.screen);
  const side = useUi((ui) => ui.side);
  const [layer, setLayer] = useState<HTMLElement | null>(null);
  useGlobalKeys();
  useReconnectAfterClose();
  useEffect(() => {
    // An artist comes to answer; the schedule is one step away.
    if (role === "freelancer") setUi({ screen: "agenda" });
  }, [role]);
  if (role === null) return <Waiting />;
  return (
    <PortalContext value={layer}>
      <div className="flex h-full flex-col overflow-hidden bg-bg">
        {screen === "schedule" && <SkipLink />}
        <TopBar searchable={screen === "schedule"} layer={setLayer} />
        <div className="flex min-h-0 flex-1 max-sm:flex-col">
          <Rail />
          {side !== null && screen === "schedule" && (
            <aside
              aria-label="Lists"
              className="z-10 flex w-(--panel-width) max-w-full shrink-0 flex-col border-r border-line bg-surface max-lg:absolute max-lg:top-(--bar-height) max-lg:bottom-0 max-lg:left-(--rail-width) max-lg:shadow-l max-sm:bottom-14 max-sm:left-0 max-sm:w-full"
            >
              <ErrorBoundary part="The list">
                <SideLists />
              </ErrorBoundary>
            </aside>
          )}
          <ErrorBoundary key={screen} part={PARTS[screen]}>
            {screen === "agenda" && <AgendaScreen />}
            {screen === "integrations" && <IntegrationsScreen />}
            {screen === "schedule" && <ScheduleScreen />}
          </ErrorBoundary>
        </div>
        <OpenDialogs />
      </div>
    </PortalContext>
  );
}

/** Past tools and lists, for those who come by keyboard. */
function SkipLink() {
  return (
    <a
      href="#schedule"
      onClick={(event) => {
        event.preventDefault();
        currentSurface()?.focus();
      }}
      className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2 focus:text-sm focus:shadow-l"
    >
      Skip to schedule
    </a>
  );
}

/** Before the first word of the server: the shape of things, and what is the matter if it takes long. */
function Waiting() {
  const status = useLive((state) => state.status);
  const words = connectionWords(status, 0);
  const stuck = status === "offline" || status === "closed";
  return (
    <>
      <ShellSkeleton />
      {stuck && (
        <div className="fixed inset-0 grid place-items-center bg-(--scrim)">
          <div role="alert" className="rounded-lg border border-line bg-surface shadow-l">
            <EmptyState
              title={words.label}
              actions={
                <>
                  <Button weight="primary" onClick={() => location.reload()}>
                    Reload
                  </Button>
                  <Button onClick={() => void signOut()}>Sign out</Button>
                </>
              }
            >
              {status === "offline" ? "The server does not answer. Trying again by itself." : words.detail}
            </EmptyState>
          </div>
        </div>
      )}
    </>
  );
}

/** Whether a key press belongs to a field and not to the app. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

function useGlobalKeys(): void {
  const client = useClient();
  const canEdit = useCanEdit();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTyping(event.target) || useUi.getState().dialog !== null) return;
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (command && canEdit && (key === "z" || key === "y")) {
        event.preventDefault();
        const redo = key === "y" || event.shiftKey;
        const step = redo ? client.redo() : client.undo();
        if (step === null) toast({ title: redo ? "Nothing to redo" : "Nothing to undo", key: "history", life: 2500 });
      } else if (canEdit && currentLens() === null && !command && !event.altKey && (key === "m" || key === "d")) {
        const ids = useUi.getState().selection.filter((id) => client.state.bookings.has(id));
        if (ids.length === 0) return;
        event.preventDefault();
        openDialog(key === "m" ? { kind: "move", scope: { kind: "bookings", ids } } : { kind: "copy", ids });
      } else if (key === "?" && !command) {
        event.preventDefault();
        openDialog({ kind: "shortcuts" });
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [client, canEdit]);
}

/** Where the server closed the door for good, a fresh token may open it again; else the session is over. */
const KNOCK_PAUSE = 30_000;

function useReconnectAfterClose(): void {
  const client = useClient();
  const closed = useLive((state) => state.status === "closed");
  const knocked = useRef(-KNOCK_PAUSE);
  useEffect(() => {
    if (!closed || performance.now() - knocked.current < KNOCK_PAUSE) return;
    knocked.current = performance.now();
    // A session that is over leads to the sign-in page by itself; without a server the pill says so.
    refreshNow().then(
      () => client.connect(),
      () => undefined,
    );
  }, [client, closed]);
}

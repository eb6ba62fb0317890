// Parts of the app that are fetched when they are first needed, or ahead once the schedule is shown.
import { lazy, Suspense, useEffect, useRef, useState, type ComponentType, type ReactNode } from "react";

import type { Client } from "@production-tool/shared";

import { useClient, useLive } from "../studio/live.tsx";
import { loadMenus } from "../ui/menu.tsx";

type Load = () => Promise<unknown>;

/** Everything that has been declared late: all of it must open without a network too. */
const parts: Load[] = [];

/** After the schedule is live, and has had time to be drawn. */
const PAUSE = 3000;

let grown: () => void = () => undefined;

/** Comes to pass once the schedule has had its time: what is in sight, but not what anybody came for, waits for it. */
export const shownOnce = new Promise<void>((resolve) => (grown = resolve));

/** A component that is fetched when it is first shown; `otherwise` stands in where it could not be. */
export function late<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  otherwise: ComponentType<Props> = NotLoaded,
  fallback: ReactNode = null,
): ComponentType<Props> {
  parts.push(load);
  const Part = lazy(() =>
    load()
      .catch((): ComponentType<Props> => otherwise)
      .then((part) => ({ default: part })),
  ) as unknown as ComponentType<Props>;
  return function Late(props: Props) {
    return (
      <Suspense fallback={fallback}>
        <Part {...props} />
      </Suspense>
    );
  };
}

function NotLoaded() {
  return (
    <p role="alert" className="p-4 text-sm text-bad">
      This part could not be loaded. Reload once you are connected; unsent edits are kept.
    </p>
  );
}

/** What keeps running beside the schedule once it is live, and how it is stopped. */
type Service = (client: Client) => () => void;

const services: (() => Promise<Service>)[] = [
  () => import("../holidays/load.ts").then((part) => part.keepHolidays),
  () => import("../history/adopt.ts").then((part) => part.adoptHistory),
  () => import("../notices/keep.ts").then((part) => part.keepNotices),
];

/** Fetches and starts what nobody waits for; without a network it is tried with the next connection. */
function useServices(live: boolean): void {
  const client = useClient();
  const started = useRef<(() => void)[] | null>(null);
  useEffect(() => {
    if (!live || started.current !== null) return;
    started.current = [];
    Promise.all(services.map((load) => load())).then(
      (loaded) => started.current?.push(...loaded.map((start) => start(client))),
      () => {
        started.current = null;
      },
    );
  }, [live, client]);
  useEffect(
    () => () => {
      for (const stop of started.current ?? []) stop();
      started.current = null;
    },
    [client],
  );
}

/** Fetches what may be needed later while the connection is there. */
export function useFetchAhead(): void {
  const live = useLive((state) => state.status === "live");
  const [shown, setShown] = useState(false);
  useServices(live && shown);
  useEffect(() => {
    if (!live) return;
    const timer = setTimeout(() => {
      setShown(true);
      grown();
      for (const load of [...parts, loadMenus]) load().catch(() => undefined);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [live]);
}

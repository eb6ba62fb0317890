// Parts of the app that are fetched when they are first needed, or ahead once the schedule is shown.
import { lazy, Suspense, useEffect, type ComponentType, type ReactNode } from "react";

import { useLive } from "../studio/live.tsx";

type Load = () => Promise<unknown>;

/** Everything that has been declared late: all of it must open without a network too. */
const parts: Load[] = [];

/** After the schedule is live, and has had time to be drawn. */
const PAUSE = 3000;

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

/** Fetches what may be needed later while the connection is there. */
export function useFetchAhead(): void {
  const live = useLive((state) => state.status === "live");
  useEffect(() => {
    if (!live) return;
    const timer = setTimeout(() => {
      for (const load of parts) load().catch(() => undefined);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [live]);
}

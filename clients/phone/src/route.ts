// Where in the app the person is: a path under /phone/, so that a link in a message opens the right hold.
import { useSyncExternalStore } from "preact/compat";

export type Route =
  | { readonly screen: "holds" }
  | { readonly screen: "booking"; readonly id: string }
  | { readonly screen: "notices" }
  | { readonly screen: "schedule" }
  | { readonly screen: "time-off" }
  | { readonly screen: "me" };

export type Tab = Exclude<Route["screen"], "booking" | "notices">;

const ROOT = "/phone/";

export function readRoute(path: string): Route {
  const [screen, id] = path.slice(ROOT.length).split("/");
  if (screen === "bookings" && id) return { screen: "booking", id };
  if (screen === "notices" || screen === "schedule" || screen === "time-off" || screen === "me") return { screen };
  return { screen: "holds" };
}

export function pathOf(route: Route): string {
  if (route.screen === "booking") return `${ROOT}bookings/${route.id}`;
  return route.screen === "holds" ? ROOT : `${ROOT}${route.screen}`;
}

const listeners = new Set<() => void>();
const tell = (): void => {
  for (const listener of listeners) listener();
};

export function go(route: Route): void {
  history.pushState({ within: true }, "", pathOf(route));
  tell();
}

/** Back where the person came from; from a link of a message, to the holds. */
export function goBack(): void {
  if ((history.state as { within?: boolean } | null)?.within === true) history.back();
  else go({ screen: "holds" });
}

export function useRoute(): Route {
  const path = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      window.addEventListener("popstate", listener);
      return () => {
        listeners.delete(listener);
        window.removeEventListener("popstate", listener);
      };
    },
    () => location.pathname,
  );
  return readRoute(path);
}

// Registers the service worker and says when a newer app waits to be taken.
import { useSyncExternalStore } from "preact/compat";

import { go, readRoute } from "../route.ts";

let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();

function found(worker: ServiceWorker | null): void {
  waiting = worker;
  for (const listener of listeners) listener();
}

function watch(registration: ServiceWorkerRegistration): void {
  // Without a controller this is the first install: there is nothing older to replace.
  if (registration.waiting && navigator.serviceWorker.controller) found(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed" && navigator.serviceWorker.controller) found(installing);
    });
  });
  // An installed app may stay open for weeks.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
  });
}

/** A tapped notification leads to its place in the window that is open. */
function follow({ data }: MessageEvent): void {
  const said = data as { type?: string; path?: string } | null;
  if (said?.type === "go" && said.path?.startsWith("/phone/") === true) go(readRoute(said.path));
}

/** Browsers have service workers on https and localhost only; elsewhere the app simply needs the network. */
export function keepOffline(): void {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  navigator.serviceWorker.addEventListener("message", follow);
  navigator.serviceWorker.register("/phone/sw.js", { scope: "/phone/" }).then(watch, (error: unknown) => {
    console.warn("The app cannot be kept for offline use:", error);
  });
}

export function useUpdate(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting !== null,
  );
}

export function takeUpdate(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting?.postMessage({ type: "take-over" });
}

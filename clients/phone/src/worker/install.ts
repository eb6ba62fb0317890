// Whether the app can be put on the home screen, and asking the browser to do it.
import { useSyncExternalStore } from "preact/compat";

/** What Chromium hands over instead of asking by itself. */
interface InstallPrompt extends Event {
  prompt(): Promise<{ readonly outcome: "accepted" | "dismissed" }>;
}

export type Installing = "installed" | "possible" | "by-hand" | "unknown";

let offered: InstallPrompt | null = null;
const listeners = new Set<() => void>();

function become(next: InstallPrompt | null): void {
  offered = next;
  for (const listener of listeners) listener();
}

/** To be called before the browser offers it, which is early. */
export function watchInstall(): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    become(event as InstallPrompt);
  });
  window.addEventListener("appinstalled", () => become(null));
}

function standing(): Installing {
  if (matchMedia("(display-mode: standalone)").matches) return "installed";
  if (offered !== null) return "possible";
  return /iPhone|iPad/u.test(navigator.userAgent) ? "by-hand" : "unknown";
}

export function useInstalling(): Installing {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, standing);
}

export async function install(): Promise<void> {
  const prompt = offered;
  become(null);
  await prompt?.prompt();
}

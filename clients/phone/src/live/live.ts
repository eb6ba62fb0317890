// The one live client of the app, and what components read of it.
import { useRef, useSyncExternalStore } from "preact/compat";

import { createClient, indexedDbStateStorage, indexedDbStorage, type Client } from "@production-tool/shared";
import { browserZone, isZone } from "@production-tool/web/lib/time";
import { localeOf } from "@production-tool/web/lib/locale";
import { accessToken, refreshNow } from "@production-tool/web/session/token";

import { listenForAnswers } from "./outcomes.ts";

export type LiveState = Client["state"];

const states = indexedDbStateStorage(__SHAPES__);
let live: Client | null = null;

export function openLive(): void {
  live?.close();
  live = createClient({
    url: location.origin,
    getToken: ({ refused }) => (refused ? refreshNow() : accessToken()),
    storage: indexedDbStorage(),
    states,
  });
  listenForAnswers(live);
  live.connect();
}

/** Disconnect, and leave nothing of the studio's on this phone; done when it is gone. */
export async function closeLive(): Promise<void> {
  live?.close();
  await live?.stored();
  await forgetKept();
  live = null;
}

export function forgetKept(): Promise<void> {
  return states.clear();
}

export function client(): Client {
  if (live === null) throw new Error("nobody is signed in");
  return live;
}

/** What `select` reads of the state; give back something of the state itself, never a fresh object. */
export function useLive<T>(select: (state: LiveState) => T): T {
  const current = client();
  const subscribe = useRef((listener: () => void) => current.subscribe(listener));
  return useSyncExternalStore(subscribe.current, () => select(current.state));
}

function known(zone: string | undefined): string {
  return zone !== undefined && isZone(zone) ? zone : browserZone();
}

export function artistZone({ me, artists }: LiveState): string {
  return known(artists.get(me?.artist_id ?? "")?.zone);
}

/** The artist's own zone: what every time in the app is shown in. */
export function useZone(): string {
  return useLive(artistZone);
}

export function useStudioZone(): string {
  return useLive(({ tenant }) => known(tenant?.zone));
}

export const locale = localeOf(navigator.language);

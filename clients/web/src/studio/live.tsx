// The live state in React: one client a sign-in, and selectors that only wake for what they read.
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from "react";

import { createClient, indexedDbStorage, type Client } from "@production-tool/shared";

import { localeOf } from "../lib/locale.ts";
import { accessToken, refreshNow } from "../session/token.ts";
import { browserZone, isZone } from "../lib/time.ts";
import { useLens } from "../schedule/lens.ts";
import { currentSurface } from "../schedule/surface.ts";
import { backToLive } from "../history/store.ts";
import { createCommands, type Commands } from "./commands.ts";
import type { Names } from "./refusal.ts";
import { resetUi } from "./ui.ts";

export type LiveState = Client["state"];

interface Live {
  readonly client: Client;
  readonly commands: Commands;
}

const LiveContext = createContext<Live | null>(null);

function namesOf(client: Client): Names {
  const { state } = client;
  return {
    artist: (id) => state.artists.get(id)?.name,
    project: (id) => state.projects.get(id)?.name,
    zone: zoneOf(state),
    locale: localeOf(navigator.language),
  };
}

function zoneOf(state: LiveState): string {
  const zone = state.tenant?.zone;
  return zone !== undefined && isZone(zone) ? zone : browserZone();
}

/** Connects for as long as it is mounted. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [live, setLive] = useState<Live | null>(null);
  useEffect(() => {
    const client = createClient({
      url: location.origin,
      getToken: ({ refused }) => (refused ? refreshNow() : accessToken()),
      storage: indexedDbStorage(),
    });
    setLive({ client, commands: createCommands(client, () => namesOf(client), currentSurface) });
    client.connect();
    return () => {
      client.close();
      resetUi();
      backToLive();
      useLens.setState({ lens: null });
      setLive(null);
    };
  }, []);
  return live === null ? null : <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
}

function useLiveContext(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("This component has to stand inside LiveProvider.");
  return live;
}

export function useClient(): Client {
  return useLiveContext().client;
}

export function useCommands(): Commands {
  return useLiveContext().commands;
}

/** What `select` reads of the state; give back something of the state itself, never a fresh object. */
export function useLive<T>(select: (state: LiveState) => T): T {
  const { client } = useLiveContext();
  const subscribe = useRef((listener: () => void) => client.subscribe(listener));
  return useSyncExternalStore(subscribe.current, () => select(client.state));
}

export function useCanEdit(): boolean {
  return useLive(({ me }) => me !== null && me.role !== "freelancer");
}

/** The zone of the time axis and of every field: the studio's own. */
export function useZone(): string {
  return useLive(zoneOf);
}

export function useLocale(): string {
  return localeOf(navigator.language);
}

export function useNames(): Names {
  const { client } = useLiveContext();
  const artists = useLive((state) => state.artists);
  const projects = useLive((state) => state.projects);
  const zone = useZone();
  return useMemo(() => ({ ...namesOf(client), zone }), [client, artists, projects, zone]);
}

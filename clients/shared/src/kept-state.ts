/** Owns the copy of the confirmed state that outlives the page, so that it opens without a network. */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Me, Snapshot } from "./protocol.ts";

/** What one member had last seen of one studio, all of it confirmed by the server. */
export interface KeptState {
  /** Tenant and member it belongs to. */
  readonly owner: string;
  readonly me: Me;
  readonly snapshot: Snapshot;
}

/** Where it is kept. Whoever signs a member out calls `clear`. */
export interface StateStorage {
  load(): Promise<KeptState | null>;
  save(state: KeptState): Promise<void>;
  clear(): Promise<void>;
}

/** For Node, and for tests that hand it to a second client. */
export function memoryStateStorage(): StateStorage {
  let kept: KeptState | null = null;
  return {
    load: () => Promise.resolve(kept),
    save: (state) => {
      kept = state;
      return Promise.resolve();
    },
    clear: () => {
      kept = null;
      return Promise.resolve();
    },
  };
}

interface Schema extends DBSchema {
  state: { key: "last"; value: KeptState & { readonly build: string } };
}

/** In the browser's IndexedDB. `build` names the shapes the page knows: what another build kept is not read. */
export function indexedDbStateStorage(build: string, name = "production-tool-state"): StateStorage {
  const within = async <T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> => {
    const database = await openDB<Schema>(name, 1, {
      upgrade: (fresh) => void fresh.createObjectStore("state"),
    });
    try {
      return await work(database);
    } finally {
      database.close();
    }
  };
  return {
    load: () =>
      within(async (database) => {
        const kept = await database.get("state", "last");
        return kept?.build === build ? kept : null;
      }),
    save: (state) => within(async (database) => void (await database.put("state", { ...state, build }, "last"))),
    clear: () => within((database) => database.delete("state", "last")),
  };
}

/** Saves at most once a pause, the latest state each time, and never two at once. */
export class StateKeeper {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private tail: Promise<void> = Promise.resolve();
  private readonly storage: StateStorage;
  private readonly current: () => KeptState | null;
  private readonly pauseMs: number;
  private readonly failed: (error: unknown) => void;

  constructor(
    storage: StateStorage,
    current: () => KeptState | null,
    pauseMs: number,
    failed: (error: unknown) => void,
  ) {
    this.storage = storage;
    this.current = current;
    this.pauseMs = pauseMs;
    this.failed = failed;
  }

  async load(): Promise<KeptState | null> {
    try {
      return await this.storage.load();
    } catch (error) {
      this.failed(error);
      return null;
    }
  }

  /** The state changed: save it before long. */
  later(): void {
    this.timer ??= setTimeout(() => void this.flush(), this.pauseMs);
  }

  /** Save now what waits; resolves when it is there. */
  flush(): Promise<void> {
    if (this.timer === null) return this.tail;
    clearTimeout(this.timer);
    this.timer = null;
    const state = this.current();
    if (state !== null) this.tail = this.tail.then(() => this.storage.save(state)).catch(this.failed);
    return this.tail;
  }

  /** What is kept is somebody else's. */
  forget(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.tail = this.tail.then(() => this.storage.clear()).catch(this.failed);
  }
}

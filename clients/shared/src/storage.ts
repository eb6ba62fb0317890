/** Owns how unanswered commands outlive the page: the interface, and the one that keeps them in memory. */

import type { StoredCommand } from "./pending.ts";

/** Where unanswered commands are kept until the server has answered them. */
export interface PendingStorage {
  /** All commands that are kept, whoever made them, in any order. */
  load(): Promise<readonly StoredCommand[]>;
  /** Keep a command, replacing one of the same id. Calls arrive one at a time. */
  put(command: StoredCommand): Promise<void>;
  /** Forget a command; one that is not there is forgotten already. */
  remove(id: string): Promise<void>;
}

/** Keeps commands for as long as the object lives: for Node, and for tests that hand it to a second client. */
export function memoryStorage(): PendingStorage {
  const kept = new Map<string, StoredCommand>();
  return {
    load: () => Promise.resolve([...kept.values()]),
    put: (command) => {
      kept.set(command.id, command);
      return Promise.resolve();
    },
    remove: (id) => {
      kept.delete(id);
      return Promise.resolve();
    },
  };
}

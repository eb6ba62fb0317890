/** Owns unanswered commands in the browser's IndexedDB, so that a reload while offline loses none. */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { StoredCommand } from "./pending.ts";
import type { PendingStorage } from "./storage.ts";

interface Schema extends DBSchema {
  pending: { key: string; value: StoredCommand };
}

/** Commands carry their owner, so people who share a browser never send each other's. */
export function indexedDbStorage(name = "production-tool-pending"): PendingStorage {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;
  const open = () => {
    opened ??= openDB<Schema>(name, 1, {
      upgrade: (database) => void database.createObjectStore("pending", { keyPath: "id" }),
      // Another tab wants a newer layout, or the browser dropped the connection: open again when next used.
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase).close();
        opened = null;
      },
      terminated: () => {
        opened = null;
      },
    }).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    load: async () => (await open()).getAll("pending"),
    put: async (command) => void (await (await open()).put("pending", command)),
    remove: async (id) => (await open()).delete("pending", id),
  };
}

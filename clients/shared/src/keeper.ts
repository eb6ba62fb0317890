/** Owns the order of writes to the storage of pending commands: one at a time, none overtaken. */

import type { StoredCommand } from "./pending.ts";
import type { PendingStorage } from "./storage.ts";

export class Keeper {
  private tail: Promise<void> = Promise.resolve();
  private readonly storage: PendingStorage;
  private readonly failed: (error: unknown) => void;

  /** `failed` hears of writes that did not succeed: the commands are then only as safe as the page. */
  constructor(storage: PendingStorage, failed: (error: unknown) => void) {
    this.storage = storage;
    this.failed = failed;
  }

  /** Everything kept, in the order it was proposed. */
  async load(): Promise<StoredCommand[]> {
    try {
      return [...(await this.storage.load())].sort((a, b) => a.order - b.order);
    } catch (error) {
      this.failed(error);
      return [];
    }
  }

  put(command: StoredCommand): void {
    this.then(() => this.storage.put(command));
  }

  remove(id: string): void {
    this.then(() => this.storage.remove(id));
  }

  /** Resolves when all that was asked for so far is done. */
  idle(): Promise<void> {
    return this.tail;
  }

  private then(write: () => Promise<void>): void {
    this.tail = this.tail.then(write).catch(this.failed);
  }
}

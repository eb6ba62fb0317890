/** Owns sets of listeners: one that throws does not keep the others from hearing. */

export class Listeners<T> {
  private readonly listeners = new Set<(value: T) => void>();

  /** Returns the way to stop listening. */
  add(listener: (value: T) => void): () => void {
    // A wrapper of its own, so that the same function added twice is heard twice and removed once.
    const own = (value: T) => listener(value);
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  tell(value: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (error) {
        // A fault in a listener is its owner's: report it there, and go on here.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

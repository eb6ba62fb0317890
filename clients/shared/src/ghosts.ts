/** Owns drags in flight: ours, sent at most 20 times a second, and other people's, which fade. */

import type { GhostDrag, GhostMessage, RemoteGhost } from "./protocol.ts";

export const GHOST_PAUSE_MS = 50;
/** After this long without a word a ghost is fading; after as long again as a fifth of it, gone. */
export const GHOST_SILENCE_MS = 5_000;

export interface Ghost extends GhostDrag {
  readonly key: string;
  readonly connection_id: string;
  readonly name: string;
  readonly colour: string;
  /** Milliseconds since 1970, by this client's clock. */
  readonly receivedAt: number;
  readonly fading: boolean;
}

/** Sends the latest place of each dragged booking, with a pause between any two messages. */
export class GhostSender {
  private readonly waiting = new Map<string, GhostDrag>();
  private readonly emit: (message: GhostMessage) => void;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(emit: (message: GhostMessage) => void) {
    this.emit = emit;
  }

  send(ghost: GhostDrag): void {
    this.waiting.set(ghost.booking_id, ghost);
    if (this.timer === null) this.flush();
  }

  /** The drag is over: forget what waits, and say so at once. */
  end(bookingId: string): void {
    this.waiting.delete(bookingId);
    this.emit({ booking_id: bookingId, end_drag: true });
  }

  stop(): void {
    this.waiting.clear();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private flush(): void {
    this.timer = null;
    const [next] = this.waiting.values();
    if (next === undefined) return;
    this.waiting.delete(next.booking_id);
    this.emit(next);
    this.timer = setTimeout(() => this.flush(), GHOST_PAUSE_MS);
  }
}

/** Other people's drags by (connection, booking); the map is replaced whenever one changes. */
export class Ghosts {
  private ghosts: ReadonlyMap<string, Ghost> = new Map();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly changed: () => void;
  private readonly now: () => number;

  constructor(changed: () => void, now: () => number) {
    this.changed = changed;
    this.now = now;
  }

  get all(): ReadonlyMap<string, Ghost> {
    return this.ghosts;
  }

  /** Take what the server sent; `own` is this client's connection, whose ghosts are left out. */
  receive(messages: readonly RemoteGhost[], own: string | null): void {
    const next = new Map(this.ghosts);
    for (const message of messages) {
      if (message.connection_id === own) continue;
      const key = `${message.connection_id}/${message.booking_id}`;
      const ghost = ghostOf(key, message, this.now());
      if (ghost === null) next.delete(key);
      else next.set(key, ghost);
    }
    this.replace(next);
  }

  /** A connection is gone, and with it what it dragged. */
  drop(connectionIds: ReadonlySet<string>): void {
    const next = new Map([...this.ghosts].filter(([, ghost]) => !connectionIds.has(ghost.connection_id)));
    if (next.size !== this.ghosts.size) this.replace(next);
  }

  clear(): void {
    if (this.ghosts.size > 0) this.replace(new Map());
  }

  private replace(next: ReadonlyMap<string, Ghost>): void {
    this.ghosts = next;
    this.schedule();
    this.changed();
  }

  private schedule(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const due = Math.min(...[...this.ghosts.values()].map(nextTurn));
    if (due !== Infinity) this.timer = setTimeout(() => this.age(), Math.max(0, due - this.now()));
  }

  private age(): void {
    const now = this.now();
    const next = new Map<string, Ghost>();
    for (const [key, ghost] of this.ghosts) {
      if (nextTurn(ghost) > now) next.set(key, ghost);
      else if (!ghost.fading) next.set(key, { ...ghost, fading: true });
    }
    this.replace(next);
  }
}

function ghostOf(key: string, message: RemoteGhost, receivedAt: number): Ghost | null {
  const { connection_id, booking_id, artist_id, start, end, name, colour } = message;
  if (message.end_drag || artist_id == null || start == null || end == null) return null;
  return { key, connection_id, booking_id, artist_id, start, end, name, colour, receivedAt, fading: false };
}

/** When a ghost next changes by itself. */
function nextTurn(ghost: Ghost): number {
  return ghost.receivedAt + (ghost.fading ? 1.2 : 1) * GHOST_SILENCE_MS;
}

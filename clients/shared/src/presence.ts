/** Owns who is here and what they look at: never stored, replaced whole or changed by differences. */

import type { Person, PresenceMessage, PresenceUpdate } from "./protocol.ts";

export const PRESENCE_PAUSE_MS = 200;

/** The people after a message; the same map where it changes nothing. */
export function applyPresence(
  people: ReadonlyMap<string, Person>,
  message: PresenceMessage,
): ReadonlyMap<string, Person> {
  if (message.full) return new Map(message.full.map((person) => [person.connection_id, person]));
  const { joined = [], left = [], changed = [] } = message.diff ?? {};
  if (joined.length + left.length + changed.length === 0) return people;
  const next = new Map(people);
  for (const id of left) next.delete(id);
  for (const person of joined) next.set(person.connection_id, person);
  for (const person of changed) {
    const before = next.get(person.connection_id);
    next.set(person.connection_id, before ? { ...before, ...person } : person);
  }
  return next;
}

/** Sends one's own presence, the latest only and five times a second at most; again after a new connection. */
export class PresenceSender {
  private latest: PresenceUpdate | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private dirty = false;
  private readonly emit: (update: PresenceUpdate) => boolean;

  /** `emit` says whether there was a connection to send on. */
  constructor(emit: (update: PresenceUpdate) => boolean) {
    this.emit = emit;
  }

  send(update: PresenceUpdate): void {
    this.latest = { ...this.latest, ...update };
    this.dirty = true;
    if (this.timer === null) this.flush();
  }

  /** A new connection knows nothing of us yet. */
  repeat(): void {
    this.dirty = this.latest !== null;
    if (this.timer === null) this.flush();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private flush(): void {
    this.timer = null;
    if (!this.dirty || this.latest === null || !this.emit(this.latest)) return;
    this.dirty = false;
    this.timer = setTimeout(() => this.flush(), PRESENCE_PAUSE_MS);
  }
}

// What the artist was told: the newest notices, how many are not read, and that a hold was on the screen.
import { useSyncExternalStore } from "preact/compat";

import { call } from "@production-tool/web/session/api";
import { markRead, readInbox, type Inbox, type Notice } from "@production-tool/web/notices/api";

import { client } from "./live.ts";

export interface Notices {
  readonly notices: readonly Notice[];
  /** Not read, listed or not. */
  readonly unread: number;
  /** Where older ones go on; null where there are none. */
  readonly next: string | null;
  /** Whether there was an answer yet. */
  readonly loaded: boolean;
}

const NOTHING: Notices = { notices: [], unread: 0, next: null, loaded: false };
let current = NOTHING;
const listeners = new Set<() => void>();

function become(next: Notices): void {
  current = next;
  for (const listener of listeners) listener();
}

export function useNotices(): Notices {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** By number, the newest first, each once. */
export function merged(one: readonly Notice[], other: readonly Notice[]): readonly Notice[] {
  const byId = new Map([...other, ...one].map((notice) => [notice.id, notice]));
  return [...byId.values()].sort((a, b) => b.number - a.number);
}

function isNotice(body: unknown): body is Notice {
  return typeof body === "object" && body !== null && "id" in body && "title" in body && "number" in body;
}

/** Reads the inbox now, and hears of what comes; returns the way to stop. */
export function keepNotices(): () => void {
  void readNotices();
  return client().subscribeMessages(({ name, body }) => {
    if (name !== "notice" || !isNotice(body) || current.notices.some(({ id }) => id === body.id)) return;
    become({ ...current, notices: merged([body], current.notices), unread: current.unread + 1 });
  });
}

export async function readNotices(): Promise<void> {
  await readInbox(null).then(first, () => undefined); // the next connection asks again
}

function first({ notices, unread, next }: Inbox): void {
  become({ notices, unread, next, loaded: true });
}

export async function readOlder(): Promise<void> {
  if (current.next === null) return;
  const { notices, unread, next } = await readInbox(current.next);
  become({ notices: merged(current.notices, notices), unread, next, loaded: true });
}

/** Everything that is listed was read. */
export async function readAll(): Promise<void> {
  const newest = current.notices[0]?.number;
  if (newest === undefined || current.unread === 0) return;
  const unread = await markRead(newest);
  const now = new Date().toISOString();
  const notices = current.notices.map((one) => (one.number <= newest ? { ...one, read_at: one.read_at ?? now } : one));
  become({ ...current, notices, unread });
}

export function forgetNotices(): void {
  seen.clear();
  become(NOTHING);
}

/** Versions of bookings the studio was told of already; without a network it is told the next time. */
const seen = new Set<string>();

/** The artist has it before them: the studio sees so. */
export function markSeen(bookingId: string, version: number): void {
  const key = `${bookingId}/${version}`;
  if (seen.has(key) || document.visibilityState !== "visible") return;
  seen.add(key);
  call(`bookings/${bookingId}/seen`, { method: "POST", json: {} }).catch(() => seen.delete(key));
}

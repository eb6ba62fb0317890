// What this window knows of one's notices: the newest, how many are not read, and of which bookings news came.
import { create } from "zustand";

import type { Inbox, Notice } from "./api.ts";

export interface NoticesState {
  readonly notices: readonly Notice[];
  readonly unread: number;
  /** Where older ones go on; null where there are none. */
  readonly next: string | null;
  /** Goes up when something became of a notice about a booking. */
  readonly receipts: ReadonlyMap<string, number>;
}

const NOTHING: NoticesState = { notices: [], unread: 0, next: null, receipts: new Map() };

export const useNotices = create<NoticesState>(() => NOTHING);

/** The first page, as it is now. */
export function setInbox({ notices, unread, next }: Inbox): void {
  useNotices.setState({ notices, unread, next });
}

/** An older page. */
export function addOlder({ notices, next }: Inbox): void {
  useNotices.setState((state) => ({ notices: merged(state.notices, notices), next }));
}

/** One that just came; a notice that is known already is not counted again. */
export function addNotice(notice: Notice): void {
  useNotices.setState((state) => {
    const known = state.notices.some(({ id }) => id === notice.id);
    return known ? state : { notices: merged([notice], state.notices), unread: state.unread + 1 };
  });
}

/** Everything that is listed up to a number is read. */
export function setRead(upTo: number, unread: number): void {
  const read_at = new Date().toISOString();
  useNotices.setState((state) => ({
    unread,
    notices: state.notices.map((one) => (one.number <= upTo && one.read_at === null ? { ...one, read_at } : one)),
  }));
}

export function noteReceipts(bookingIds: readonly string[]): void {
  useNotices.setState((state) => {
    const receipts = new Map(state.receipts);
    for (const id of bookingIds) receipts.set(id, (receipts.get(id) ?? 0) + 1);
    return { receipts };
  });
}

export function forgetNotices(): void {
  useNotices.setState(NOTHING, true);
}

function merged(one: readonly Notice[], other: readonly Notice[]): Notice[] {
  const byId = new Map([...other, ...one].map((notice) => [notice.id, notice]));
  return [...byId.values()].sort((a, b) => b.number - a.number);
}

// What the server tells of notices: one's inbox and wishes, and whether artists were reached.
import { call } from "../session/api.ts";

export interface Notice {
  readonly id: string;
  readonly number: number;
  readonly kind: string;
  readonly subject_kind: "booking" | "time_off";
  readonly subject_id: string;
  readonly title: string;
  readonly text: string;
  readonly at: string;
  readonly read_at: string | null;
}

export interface Inbox {
  readonly notices: readonly Notice[];
  readonly unread: number;
  readonly next: string | null;
}

export async function readInbox(cursor: string | null, signal?: AbortSignal): Promise<Inbox> {
  const query = new URLSearchParams({ limit: "30", ...(cursor === null ? {} : { cursor }) });
  const { data, meta } = await call<Notice[]>(`notices?${query.toString()}`, signal === undefined ? {} : { signal });
  const { unread, next } = (meta ?? {}) as { unread?: number; next?: string };
  return { notices: data, unread: unread ?? 0, next: next ?? null };
}

/** Everything up to a number is read; how many are left. */
export async function markRead(upTo: number): Promise<number> {
  const { data } = await call<{ unread: number }>("notices/read", { json: { up_to: upTo } });
  return data.unread;
}

export interface Receipts {
  readonly reachable: boolean;
  readonly bounced: string | null;
  readonly delivered_at: string | null;
  readonly seen_at: string | null;
  readonly answered: "accepted" | "declined" | "withdrawn" | "countered" | null;
  readonly answered_at: string | null;
  readonly answered_by: string | null;
  readonly notices: readonly Receipt[];
}

export interface Receipt {
  readonly id: string;
  readonly title: string;
  readonly at: string;
  readonly seen_at: string | null;
  readonly channels: readonly {
    readonly channel: "email" | "push";
    readonly state: "waiting" | "sending" | "sent" | "failed" | "bounced" | "dropped";
    readonly at: string;
    readonly error: string;
  }[];
}

export async function readReceipts(bookingId: string, signal: AbortSignal): Promise<Receipts> {
  return (await call<Receipts>(`bookings/${bookingId}/notices`, { signal })).data;
}

export type How = "at_once" | "digest" | "off";
export type Way = "in_app" | "email" | "push";
export type Wish = Partial<Record<Way, How>>;

export interface Preferences {
  readonly zone: string | null;
  readonly quiet: { readonly start: string; readonly end: string } | null;
  readonly digest_at: string;
  readonly follows: "own" | "all";
  readonly kinds: Readonly<Record<string, Wish>>;
}

export interface Wishes {
  readonly preferences: Preferences;
  readonly effective: readonly ({ readonly kind: string } & Readonly<Record<Way, How>>)[];
  readonly clock: string;
  readonly address: string;
  readonly bounced: string | null;
}

export async function readWishes(signal: AbortSignal): Promise<Wishes> {
  return (await call<Wishes>("notice-preferences", { signal })).data;
}

export async function saveWishes(preferences: Preferences): Promise<Wishes> {
  return (await call<Wishes>("notice-preferences", { method: "PUT", json: preferences })).data;
}

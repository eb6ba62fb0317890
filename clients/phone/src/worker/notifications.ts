/// <reference lib="webworker" />
// What the phone does with a push: shows it, and takes an answer from its buttons.
import { ApiError, call } from "@production-tool/web/session/api";

import { keep, serverKey, subscribeWith } from "../push/keys.ts";

declare const self: ServiceWorkerGlobalScope;

/** As the server seals it. */
export interface PushMessage {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly path: string;
  readonly booking_id?: string;
  readonly ask?: boolean;
  readonly notice_id?: string;
}

/** TypeScript's own list leaves out what not every browser has. */
interface Shown extends NotificationOptions {
  readonly renotify?: boolean;
  readonly actions?: readonly { readonly action: string; readonly title: string }[];
}

const ICON = { icon: "/phone/icons/192.png", badge: "/phone/icons/badge.png" };
const ANSWERS = [
  { action: "accept", title: "Accept" },
  { action: "decline", title: "Decline" },
] as const;
const SAID: Readonly<Record<string, string>> = { accept: "You said yes", decline: "You said no" };

function show(message: PushMessage, more: Shown = {}): Promise<void> {
  const asks = message.ask === true && message.booking_id !== undefined;
  const options: Shown = {
    ...ICON,
    body: message.body,
    tag: message.tag,
    renotify: true,
    data: message,
    ...(asks ? { actions: ANSWERS, requireInteraction: true } : {}),
    ...more,
  };
  return self.registration.showNotification(message.title, options);
}

/** Whatever came has to be shown: a browser takes the right to push from who stays silent. */
export function onPush(event: PushEvent): void {
  event.waitUntil(show(read(event.data)));
}

function read(data: PushMessageData | null): PushMessage {
  const otherwise = { title: "Bookings", body: "There is news from the studio.", tag: "news", path: "/phone/" };
  try {
    return { ...otherwise, ...(data?.json() as Partial<PushMessage>) };
  } catch {
    return otherwise;
  }
}

export function onClick(event: NotificationEvent): void {
  const message = event.notification.data as PushMessage;
  if (event.action in SAID) {
    event.waitUntil(answer(message, event.action));
    return;
  }
  event.notification.close();
  event.waitUntil(open(message.path));
}

interface Booked {
  readonly id: string;
  readonly artist_id: string;
  readonly title: string;
  readonly start: string;
  readonly end: string;
  readonly status: string;
  readonly response: string;
}

/** What the artist has said yes to on the days of a hold. */
async function inWay(id: string): Promise<Booked | undefined> {
  const { data: hold } = await call<Booked>(`bookings/${id}`);
  const days = new URLSearchParams({ start: hold.start, end: hold.end, artist_id: hold.artist_id });
  const { data: others } = await call<readonly Booked[]>(`bookings?${days.toString()}`);
  return others.find((other) => other.id !== id && (other.status !== "hold" || other.response === "accepted"));
}

/**
 * The same command as in the app, in the name of who is signed in. Opening the hold is always the way out.
 * The notification is replaced, not closed: a close takes effect late, and would take the next with this tag along.
 */
async function answer(message: PushMessage, action: string): Promise<void> {
  await show({ ...message, title: "Sending your answer…", ask: false }, { renotify: false, silent: true });
  try {
    const clash = action === "accept" ? await inWay(message.booking_id ?? "") : undefined;
    if (clash !== undefined) {
      const body = `${clash.title || "Other work"} is on the same days. Open the hold to accept all the same.`;
      await show({ title: "You have said yes elsewhere", body, tag: message.tag, path: message.path });
      return;
    }
    await call(`bookings/${message.booking_id ?? ""}/${action}`, { method: "POST", json: {} });
  } catch (fault) {
    // The server's own words, where it spoke; everything else is for the app, which keeps answers without a network.
    const said = fault instanceof ApiError && fault.status < 500 && fault.status !== 401;
    await show({
      title: said ? "Your answer did not count" : "Not answered yet",
      body: said ? fault.message : "Open the hold to answer it.",
      tag: message.tag,
      path: message.path,
    });
    return;
  }
  await show({ ...message, title: SAID[action] ?? "", body: message.body, ask: false }, { renotify: false, silent: true });
}

async function open(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window" });
  const own = windows.find(({ url }) => new URL(url).pathname.startsWith("/phone/"));
  if (own === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  own.postMessage({ type: "go", path });
  await own.focus();
}

/** The push service gave the browser a new address: without the server knowing it, nothing would come any more. */
export function onSubscriptionChange(event: Event): void {
  const renew = async (): Promise<void> => {
    const key = await serverKey();
    if (key !== null) await keep(await subscribeWith(self.registration.pushManager, key));
  };
  (event as ExtendableEvent).waitUntil(renew().catch(() => undefined));
}

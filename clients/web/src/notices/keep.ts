// Keeps the inbox up to date while somebody is signed in, and follows links that messages carry.
import type { Client } from "@production-tool/shared";

import { currentSurface } from "../schedule/surface.ts";
import { select, setUi } from "../studio/ui.ts";
import { readInbox, type Notice } from "./api.ts";
import { addNotice, forgetNotices, noteReceipts, setInbox } from "./store.ts";

/** Reads the inbox now and with every new connection, and hears of what comes; returns the way to stop. */
export function keepNotices(client: Client): () => void {
  let connection: string | null = null;
  const read = (): void => {
    readInbox(null).then(setInbox, () => undefined); // the next connection asks again
  };
  const reconnected = (): void => {
    const { connectionId, status } = client.state;
    if (status !== "live" || connectionId === connection) return;
    connection = connectionId;
    read();
  };
  const stops = [
    client.subscribe(reconnected),
    client.subscribeMessages(({ name, body }) => {
      if (name === "notice" && isNotice(body)) addNotice(body);
      if (name === "receipts" && isReceipts(body)) noteReceipts(body.booking_ids);
    }),
  ];
  reconnected();
  followLink(client);
  return () => {
    for (const stop of stops) stop();
    forgetNotices();
  };
}

/** `/?booking=…`, as messages have it: that booking is shown, and the address forgets it. */
function followLink(client: Client): void {
  const id = new URLSearchParams(location.search).get("booking");
  if (id === null) return;
  history.replaceState(history.state, "", location.pathname);
  if (client.state.bookings.has(id)) showBooking(id);
}

export function showBooking(id: string): void {
  setUi({ screen: "schedule" });
  select([id]);
  setTimeout(() => currentSurface()?.reveal(id));
}

function isNotice(body: unknown): body is Notice {
  return typeof body === "object" && body !== null && "id" in body && "title" in body && "number" in body;
}

function isReceipts(body: unknown): body is { booking_ids: readonly string[] } {
  return typeof body === "object" && body !== null && "booking_ids" in body && Array.isArray(body.booking_ids);
}

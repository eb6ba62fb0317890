// What an artist can say: each is a command of the sync engine, shown at once and kept until it is answered.
import type { CommandArgs, FullBooking, TimeOff } from "@production-tool/shared";
import { toInstant } from "@production-tool/shared";

import { client } from "./live.ts";
import { say } from "./outcomes.ts";

export function accept(booking: FullBooking): void {
  client().propose("booking.accept", { booking_id: booking.id });
  say("You said yes.", true);
}

export function decline(booking: FullBooking, reason: string): void {
  client().propose("booking.decline", { booking_id: booking.id, reason });
  say("You said no.", true);
}

export function withdraw(booking: FullBooking, reason: string): void {
  client().propose("booking.withdraw", { booking_id: booking.id, reason });
  say("You took your yes back.", true);
}

/** `start` and `end` in milliseconds since 1970. */
export function counter(booking: FullBooking, start: number, end: number, note: string): void {
  const range = { start: toInstant(start), end: toInstant(end) };
  client().propose("booking.counter", { booking_id: booking.id, ...range, note });
  say("You proposed other dates.", true);
}

export function requestTimeOff(artistId: string, start: number, end: number, zone: string, note: string): void {
  const range = { start: toInstant(start), end: toInstant(end) };
  client().propose("time_off.request", { artist_id: artistId, ...range, zone, note });
  say("Time off asked for.", true);
}

export function cancelTimeOff(off: TimeOff): void {
  client().propose("time_off.cancel", { time_off_id: off.id });
  say(off.state === "requested" ? "Request taken back." : "Time off cancelled.", true);
}

export type ProfileChange = Omit<CommandArgs["artist.edit"], "artist_id">;

export function changeProfile(artistId: string, change: ProfileChange): void {
  client().propose("artist.edit", { artist_id: artistId, ...change });
  say("Saved.", true);
}

export function undo(): void {
  if (client().undo() !== null) say("Taken back.", false);
}

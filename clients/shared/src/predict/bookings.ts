/** Owns what commands about bookings probably do, by the server's rules as far as they are seen here. */

import { isFull, isExclusive, misfit, overlapping, PROVISIONAL_CLAIM, ranked, rerange } from "../claims.ts";
import { BLANK_BOOKING } from "../conflict.ts";
import { toInstant, toMs, wireInstant } from "../instant.ts";
import type { CommandArgs, FullBooking } from "../protocol.ts";
import { isLive } from "../tables.ts";
import type { Context, Guess } from "./context.ts";
import type { Draft } from "./draft.ts";

export function place(draft: Draft, args: CommandArgs["booking.place"], context: Context): Guess {
  const id = args.id ?? context.commandId;
  const artist = draft.get("artist", args.artist_id);
  if (draft.get("booking", id) || !artist?.active || isArchived(draft, args.project_id)) return "no";
  const { start, end } = normal(args);
  const status = args.status ?? "hold";
  const [tenant] = draft.all("tenant");
  const due = (given: string | null | undefined, hours: number | undefined) => {
    if (status !== "hold") return null;
    if (given != null) return wireInstant(given);
    return hours === undefined ? null : toInstant(toMs(context.at) + hours * 3_600_000);
  };
  const booking: FullBooking = {
    ...BLANK_BOOKING,
    id,
    artist_id: args.artist_id,
    start,
    end,
    title: args.title ?? "",
    project_id: args.project_id ?? null,
    phase_id: args.phase_id ?? null,
    notes: args.notes ?? "",
    zone: args.zone ?? artist.zone,
    status,
    response: status === "hold" ? "none" : "accepted",
    claims: [{ number: PROVISIONAL_CLAIM + context.order, start, end }],
    standby: status === "hold" && (args.standby ?? false),
    // Whole days are sent as such: where they are not, the server's answer puts them right.
    granularity: args.granularity ?? "time",
    response_deadline: due(args.response_deadline, tenant?.hold_response_hours),
    expires_at: due(args.expires_at, tenant?.hold_expiry_hours),
    external_id: args.external_id ?? "",
    version: 0,
    created_by: context.me?.id ?? null,
    created_at: context.at,
  };
  if (!isRange(start, end) || misfit(booking, draft.line(booking.artist_id))) return "no";
  put(draft, booking, context);
  return "maybe";
}

/** An archived project takes no more bookings. */
function isArchived(draft: Draft, projectId: string | null | undefined): boolean {
  return projectId != null && draft.get("project", projectId)?.status === "archived";
}

function normal(dates: { readonly start: string; readonly end: string }): { start: string; end: string } {
  return { start: wireInstant(dates.start), end: wireInstant(dates.end) };
}

/** The server refuses an empty range, and what is no instant at all. */
function isRange(start: string, end: string): boolean {
  return start !== "" && start < end;
}

/** The live booking a command is about, if this reader sees all of it. */
function liveBooking(draft: Draft, id: string): FullBooking | null {
  const booking = draft.get("booking", id);
  return booking && isFull(booking) && isLive(booking) ? booking : null;
}

/** Write the booking as it is from now on: next version, rank derived; ended ones leave the live state. */
function put(draft: Draft, booking: FullBooking, context: Context): void {
  if (!isLive(booking)) {
    draft.remove("booking", booking.id);
    return;
  }
  const next = { ...booking, version: booking.version + 1, updated_at: context.at };
  draft.put("booking", ranked(next, draft.line(booking.artist_id)));
}

/** Ranks of an artist's line over `[start, end)` after claims came or went, and pencils that became due. */
export function settle(draft: Draft, artistId: string, start: string, end: string, context: Context): void {
  for (const booking of overlapping(draft.line(artistId), start, end)) {
    if (!isFull(booking)) continue;
    const after = ranked(booking, draft.line(artistId));
    if (after !== booking) draft.put("booking", after);
  }
  for (const booking of overlapping(draft.line(artistId), start, end)) {
    if (isFull(booking) && dueAsPencil(booking)) put(draft, { ...booking, status: "pencil" }, context);
  }
}

function dueAsPencil(booking: FullBooking): boolean {
  return booking.status === "hold" && booking.response === "accepted" && booking.rank === 1;
}

/** Move, resize or reassign: another range, another artist, or both. */
export function relocate(
  draft: Draft,
  args: {
    readonly booking_id: string;
    readonly artist_id?: string | null;
    readonly start?: string;
    readonly end?: string;
    readonly granularity?: FullBooking["granularity"] | null;
  },
  context: Context,
): Guess {
  const booking = liveBooking(draft, args.booking_id);
  if (!booking) return "no";
  const { start, end } = normal({ start: args.start ?? booking.start, end: args.end ?? booking.end });
  const artistId = args.artist_id ?? booking.artist_id;
  const same = artistId === booking.artist_id;
  const granularity = args.granularity ?? booking.granularity;
  if (same && start === booking.start && end === booking.end && granularity === booking.granularity) return "maybe";
  if (!isRange(start, end) || (!same && !draft.get("artist", artistId)?.active)) return "no";
  const claims = rerange(same ? booking.claims : [], start, end, PROVISIONAL_CLAIM + context.order);
  const moved: FullBooking = { ...booking, artist_id: artistId, start, end, granularity, claims };
  if (misfit(moved, draft.line(artistId))) return "no";
  put(draft, moved, context);
  settle(draft, booking.artist_id, booking.start, booking.end, context);
  settle(draft, artistId, start, end, context);
  return "maybe";
}

export function editBooking(draft: Draft, args: CommandArgs["booking.edit"], context: Context): Guess {
  const booking = liveBooking(draft, args.booking_id);
  if (!booking) return "no";
  const moves = args.project_id !== undefined && args.project_id !== booking.project_id;
  if (moves && isArchived(draft, args.project_id)) return "no";
  const after: FullBooking = {
    ...booking,
    title: args.title ?? booking.title,
    notes: args.notes ?? booking.notes,
    project_id: args.project_id !== undefined ? args.project_id : booking.project_id,
    phase_id: args.phase_id !== undefined ? args.phase_id : moves ? null : booking.phase_id,
    series_id: args.series_id === null ? null : booking.series_id,
  };
  const phase = args.phase_id ? draft.get("phase", args.phase_id) : undefined;
  if (phase && after.project_id && phase.project_id !== after.project_id) return "no";
  const fields = ["title", "notes", "project_id", "phase_id", "series_id"] as const;
  if (fields.some((field) => after[field] !== booking[field])) put(draft, after, context);
  return "maybe";
}

export function accept(draft: Draft, args: CommandArgs["booking.accept"], context: Context): Guess {
  const booking = liveBooking(draft, args.booking_id);
  if (booking?.status !== "hold" || booking.response === "accepted") return "no";
  if (booking.response_deadline !== null && context.at > booking.response_deadline) return "no";
  const answered: FullBooking = { ...booking, response: "accepted", counter: null };
  put(draft, dueAsPencil(answered) ? { ...answered, status: "pencil" } : answered, context);
  return "maybe";
}

export function confirm(draft: Draft, args: CommandArgs["booking.confirm"], context: Context): Guess {
  const booking = liveBooking(draft, args.booking_id);
  if (booking?.status !== "pencil") return "no";
  const confirmed: FullBooking = { ...booking, status: "confirmed", response_deadline: null, expires_at: null };
  if (misfit(confirmed, draft.line(booking.artist_id))) return "no";
  put(draft, confirmed, context);
  for (const behind of overlapping(draft.line(booking.artist_id), booking.start, booking.end, booking.id)) {
    if (!isFull(behind) || isExclusive(behind) || behind.standby) continue;
    draft.remove("booking", behind.id);
    settle(draft, behind.artist_id, behind.start, behind.end, context);
  }
  return "maybe";
}

/** Decline, withdraw, cancel, or a whole release: the booking ends and leaves the live state. */
export function end(draft: Draft, bookingId: string, allowed: readonly string[], context: Context): Guess {
  const booking = liveBooking(draft, bookingId);
  if (!booking || !allowed.includes(booking.status)) return "no";
  draft.remove("booking", booking.id);
  settle(draft, booking.artist_id, booking.start, booking.end, context);
  return "maybe";
}

export function withdraw(draft: Draft, args: CommandArgs["booking.withdraw"], context: Context): Guess {
  const booking = liveBooking(draft, args.booking_id);
  if (booking?.status === "hold" && booking.response !== "accepted") return "no";
  return end(draft, args.booking_id, ["hold", "pencil"], context);
}

export function release(draft: Draft, args: CommandArgs["booking.release"], context: Context): Guess {
  const booking = liveBooking(draft, args.booking_id);
  if (!booking || booking.status === "confirmed") return "no";
  const asked = normal({ start: args.start ?? booking.start, end: args.end ?? booking.end });
  const from = asked.start > booking.start ? asked.start : booking.start;
  const to = asked.end < booking.end ? asked.end : booking.end;
  if (!isRange(from, to)) return "no";
  if (from === booking.start && to === booking.end) return end(draft, booking.id, ["hold", "pencil"], context);
  const parts = [
    { start: booking.start, end: from },
    { start: to, end: booking.end },
  ].filter((part) => part.start < part.end);
  parts.forEach((part, index) => {
    const kept = { ...booking, ...part, claims: rerange(booking.claims, part.start, part.end, 0) };
    // The second part is a booking of its own; until the server names it, it bears the command's id.
    put(draft, index === 0 ? kept : { ...kept, id: context.commandId, version: 0, external_id: "" }, context);
  });
  settle(draft, booking.artist_id, from, to, context);
  return "maybe";
}

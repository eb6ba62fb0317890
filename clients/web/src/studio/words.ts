// The trade's words for what a booking is and what can be done with it.
import type { FullBooking, ProjectStatus, ReaderRole } from "@production-tool/shared";

import { ordinal } from "../lib/format.ts";

const STATUS_WORDS: Record<FullBooking["status"], string> = {
  hold: "Hold",
  pencil: "Pencil",
  confirmed: "Confirmed",
  declined: "Declined",
  withdrawn: "Withdrawn",
  released: "Released",
  expired: "Expired",
  bumped: "Bumped",
  cancelled: "Cancelled",
};

export function statusWord(status: string): string {
  return (STATUS_WORDS as Record<string, string | undefined>)[status] ?? "Busy";
}

const ROLE_WORDS: Record<ReaderRole, string> = {
  studio_owner: "Owner",
  studio_manager: "Manager",
  freelancer: "Artist",
  integrator: "API key",
};

export function roleWord(role: ReaderRole): string {
  return ROLE_WORDS[role];
}

export const PROJECT_STATUSES: readonly { value: ProjectStatus; label: string }[] = [
  { value: "tentative", label: "Tentative" },
  { value: "active", label: "Active" },
  { value: "on_hold", label: "On hold" },
  { value: "delivered", label: "Delivered" },
  { value: "archived", label: "Archived" },
];

export function projectStatusWord(status: ProjectStatus): string {
  return PROJECT_STATUSES.find(({ value }) => value === status)?.label ?? status;
}

/** What a booking is called where it has no title of its own. */
export function bookingName(title: string, projectName: string | undefined): string {
  return title.trim() || projectName || "Untitled booking";
}

function placeInLine(booking: FullBooking): string {
  return booking.rank !== null && booking.rank > 1 ? `${ordinal(booking.rank)} in line` : "first in line";
}

/** Where a booking stands, said to the artist whose time it is. */
export function standingForArtist(booking: FullBooking): string {
  const place = placeInLine(booking);
  switch (booking.status) {
    case "hold":
      if (booking.response === "countered") return `You proposed other dates. Until the studio answers it is ${place}.`;
      return booking.response === "accepted"
        ? `You said yes. It is ${place} and becomes a pencil once it is first.`
        : `The studio asks for this time. It is ${place}.`;
    case "pencil":
      return "You said yes, and the time is theirs. The studio can confirm it.";
    case "confirmed":
      return "Both sides are bound. To change it, talk to the studio.";
    default:
      return standing(booking);
  }
}

/** Where a booking stands, as one sentence. */
export function standing(booking: FullBooking): string {
  const place = placeInLine(booking);
  switch (booking.status) {
    case "hold":
      if (booking.response === "countered") return `The artist proposed other dates. Until you answer it is ${place}.`;
      if (booking.response === "accepted")
        return `The artist said yes; it becomes a pencil once it is first. Now ${place}.`;
      return booking.standby
        ? `Standing by behind confirmed work, ${place}.`
        : `Asked for, waiting for the artist. ${capital(place)}.`;
    case "pencil":
      return "The artist said yes. Nobody else can have this time, and it can be confirmed.";
    case "confirmed":
      return "Both sides are bound.";
    case "declined":
    case "withdrawn":
    case "released":
    case "expired":
    case "bumped":
    case "cancelled":
      return booking.reason === "" ? "This booking has ended." : `This booking has ended: ${booking.reason}`;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export type StatusOp =
  "booking.accept" | "booking.decline" | "booking.withdraw" | "booking.confirm" | "booking.release" | "booking.cancel";

export interface StatusAction {
  readonly op: StatusOp;
  readonly label: string;
  /** "no": never asked; "may": can be given; "must": the command needs one. */
  readonly reason: "no" | "may" | "must";
  readonly weight: "primary" | "plain" | "danger";
  /** What the reason is to say, where that is not just "Reason". */
  readonly asks?: string;
}

/** What this person can do about a booking's status, the likeliest first. */
export function statusActions(booking: FullBooking, role: ReaderRole, isOwn: boolean): readonly StatusAction[] {
  if (role === "freelancer") return isOwn ? artistActions(booking) : [];
  switch (booking.status) {
    case "hold":
      return [
        ...(booking.response === "accepted" ? [onBehalf("booking.withdraw")] : [ACCEPT, onBehalf("booking.decline")]),
        { op: "booking.release", label: "Release", reason: "no", weight: "danger" },
      ];
    case "pencil":
      return [
        { op: "booking.confirm", label: "Confirm", reason: "no", weight: "primary" },
        onBehalf("booking.withdraw"),
        { op: "booking.release", label: "Release", reason: "no", weight: "danger" },
      ];
    case "confirmed":
      return [{ op: "booking.cancel", label: "Cancel booking…", reason: "must", weight: "danger" }];
    case "declined":
    case "withdrawn":
    case "released":
    case "expired":
    case "bumped":
    case "cancelled":
      return [];
  }
}

const ACCEPT: StatusAction = {
  op: "booking.accept",
  label: "Accept on behalf",
  reason: "no",
  weight: "primary",
};

/** The artist's own no, taken down by the studio: recorded under the name of who took it down. */
function onBehalf(op: "booking.decline" | "booking.withdraw"): StatusAction {
  const label = op === "booking.decline" ? "Decline on behalf…" : "Withdraw on behalf…";
  return { op, label, reason: "may", weight: "plain", asks: "What the artist said" };
}

function artistActions(booking: FullBooking): readonly StatusAction[] {
  const withdraw: StatusAction = { op: "booking.withdraw", label: "Withdraw…", reason: "may", weight: "danger" };
  if (booking.status === "pencil") return [withdraw];
  if (booking.status !== "hold") return [];
  if (booking.response === "accepted") return [withdraw];
  return [
    { op: "booking.accept", label: "Accept", reason: "no", weight: "primary" },
    { op: "booking.decline", label: "Decline…", reason: "may", weight: "danger" },
  ];
}

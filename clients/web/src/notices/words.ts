// What kinds of notice and ways of telling are called.
import type { How, Way } from "./api.ts";

const KIND_WORDS: Readonly<Record<string, string>> = {
  hold_asked: "A hold is asked of me",
  booked: "I am booked",
  dates_changed: "My dates change",
  first_in_line: "I become first in line",
  confirmed: "I am confirmed",
  standing_changed: "A booking of mine steps back",
  answered_for_you: "The studio answers for me",
  counter_taken: "My proposed dates are taken",
  counter_refused: "My proposed dates are not taken",
  released: "My dates are given up",
  expired: "A hold on me runs out",
  bumped: "Other work is confirmed over mine",
  cancelled: "A confirmed booking is cancelled",
  deadline_near: "An answer is due soon",
  time_off_approved: "Time off is approved",
  time_off_refused: "Time off is refused",
  time_off_cancelled: "Time off is cancelled",
  accepted: "An artist accepts",
  declined: "An artist declines",
  withdrawn: "An artist withdraws",
  countered: "An artist proposes other dates",
  hold_expired: "A hold runs out",
  claim_bumped: "A claim is bumped",
  challenge_opened: "A claim is challenged",
  challenge_answered: "A challenge has an answer",
  challenge_won: "A challenge is won",
  challenge_lost: "A challenge is lost",
  challenge_withdrawn: "A challenge is taken back",
  time_off_requested: "Somebody asks for time off",
  time_off_withdrawn: "Somebody is not away after all",
};

/** A kind in words; one that a newer server knows as it is called there. */
export function kindWord(kind: string): string {
  return KIND_WORDS[kind] ?? kind.replaceAll("_", " ");
}

export const HOW_WORDS: Readonly<Record<How, string>> = { at_once: "At once", digest: "Digest", off: "Off" };

export const WAYS: readonly { readonly way: Way; readonly label: string; readonly hows: readonly How[] }[] = [
  { way: "in_app", label: "App", hows: ["at_once", "off"] },
  { way: "email", label: "E-mail", hows: ["at_once", "digest", "off"] },
  { way: "push", label: "Push", hows: ["at_once", "digest", "off"] },
];

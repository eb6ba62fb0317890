/** Owns the guess at what a command will do, so that the screen need not wait for the server. */

import type { Action } from "../protocol.ts";
import * as bookings from "./bookings.ts";
import type { Context, Guess, Touched } from "./context.ts";
import { Draft } from "./draft.ts";
import { mayAsk } from "./permissions.ts";
import { predictRecord } from "./records.ts";
import { predictScenario } from "./scenarios.ts";
import { touchedBy, undo } from "./undo.ts";

export interface Prediction {
  readonly guess: Guess;
  /** What it changes beyond ranks, with the images that an undo needs. Nothing where the guess is "no". */
  readonly touched: readonly Touched[];
}

/**
 * Write to `draft` what the action probably does. Deterministic: the same action over the same state
 * writes the same. Where the server will probably refuse it, nothing is written.
 */
export function predict(draft: Draft, action: Action, context: Context): Prediction {
  const trial = new Draft(draft);
  const guess = mayAsk(trial, action, context.me) ? attempt(trial, action, context) : "no";
  if (guess === "no") return { guess, touched: [] };
  const touched = touchedBy(trial, draft);
  draft.merge(trial);
  return { guess, touched };
}

function attempt(draft: Draft, action: Action, context: Context): Guess {
  switch (action.op) {
    case "booking.place":
      return bookings.place(draft, action.args, context);
    case "booking.move":
    case "booking.resize":
    case "booking.reassign":
      return bookings.relocate(draft, action.args, context);
    case "booking.edit":
      return bookings.editBooking(draft, action.args, context);
    case "booking.accept":
      return bookings.accept(draft, action.args, context);
    case "booking.confirm":
      return bookings.confirm(draft, action.args, context);
    case "booking.decline":
      return bookings.end(draft, action.args.booking_id, ["hold"], context);
    case "booking.withdraw":
      return bookings.withdraw(draft, action.args, context);
    case "booking.cancel":
      return bookings.end(draft, action.args.booking_id, ["confirmed"], context);
    case "booking.release":
      return bookings.release(draft, action.args, context);
    case "booking.counter":
    case "booking.answer_counter":
    case "challenge.open":
    case "challenge.answer":
    case "challenge.withdraw":
    case "time_off.request":
    case "time_off.answer":
    case "time_off.cancel":
    case "series.place":
    case "series.edit":
    case "series.release":
    case "project.shift":
    case "scenario.rebase":
    case "scenario.commit":
    case "history.restore":
      // Two parties agree here, the clocks of a zone count, much moves at once or goes back: shown once the server has spoken.
      return "maybe";
    case "history.undo": {
      const touched = context.touchedBy(action.args.command_id);
      return touched ? undo(draft, touched, context) : "no";
    }
    case "bulk.apply":
      return bulk(draft, action.args, context);
    case "scenario.add":
    case "scenario.edit":
    case "scenario.change":
    case "scenario.drop_change":
    case "scenario.discard":
      return predictScenario(draft, action, context);
    default:
      return predictRecord(draft, action, context);
  }
}

function bulk(draft: Draft, args: Extract<Action, { op: "bulk.apply" }>["args"], context: Context): Guess {
  for (const [index, item] of args.items.entries()) {
    // Each item has an id of its own, so that two that make something do not make the same thing.
    const { guess } = predict(draft, item, { ...context, commandId: `${context.commandId}#${index}` });
    if (guess === "no" && (args.on_refusal ?? "refuse_all") === "refuse_all") return "no";
  }
  return "maybe";
}

// Proposing changes, and what happens when the answer is "no": snap back, say why, offer what is free instead.
import {
  rangeOf,
  type Action,
  type BulkItem,
  type Client,
  type CommandArgs,
  type CommandError,
  type Op,
  type Slot,
} from "@production-tool/shared";

import type { GanttSlot, GanttSurface } from "../gantt/types.ts";
import { plural } from "../lib/format.ts";
import { dismissToast, toast } from "../ui/toasts.ts";
import { readRefusal, type Names, type Refusal } from "./refusal.ts";
import { clearRefusal, noteRefusal, select, setUi, useUi } from "./ui.ts";

/** What the server takes in one step where it has not said otherwise yet. */
const MOST_AT_ONCE = 500;

/** A way out of a refusal, one click away. */
export interface Way {
  readonly label: string;
  /** Why this one. */
  readonly detail?: string;
  readonly act: () => void;
  /** The free place it would take, for showing it on the Gantt. */
  readonly slot?: Slot;
}

export interface Ask<O extends Op> {
  readonly op: O;
  readonly args: CommandArgs[O];
  readonly baseVersion?: number | undefined;
  /** The bars that snap back, and whose panel says why, when it is refused. */
  readonly bookingIds?: readonly string[];
  /** The artist it was for: alternatives with others name them. */
  readonly wanted?: string;
  /** The ways out of a refusal. */
  readonly ways?: (refusal: Refusal) => readonly Way[];
  /** What to say, with an undo, once it is asked for. */
  readonly said?: string;
  /** Tells of a refusal in its own way; says whether it did. */
  readonly refused?: (error: CommandError) => boolean;
}

/** How to tell of a refusal: what an `Ask` knows besides what it asks for. */
type Concern = Pick<Ask<Op>, "bookingIds" | "wanted" | "ways" | "refused">;

/** The booking a command of an earlier page, or an undo, was about. */
function concernOf(action: Action): Concern {
  return "booking_id" in action.args ? { bookingIds: [action.args.booking_id] } : {};
}

export interface Asker {
  /** Proposes it; applied at once as far as it can be foreseen. Gives the command's id. */
  readonly ask: <O extends Op>(wish: Ask<O>) => string;
  /** Selects a booking just proposed, and brings it on screen and under the keys once it is drawn. */
  readonly show: (id: string) => void;
  /** Proposes many as one step: all of them or none. */
  readonly bulk: (items: readonly BulkItem[], bookingIds: readonly string[], said?: string) => void;
}

export function createAsker(client: Client, names: () => Names, surface: () => GanttSurface | null): Asker {
  let undoToast: number | null = null;
  const concerns = new Map<string, Concern>();

  client.subscribeSettled(({ id, action, answer }) => {
    const concern = concerns.get(id) ?? concernOf(action);
    concerns.delete(id);
    // The state is told first, so that bars are back in their places when they are said to snap back.
    if (!answer.ok) queueMicrotask(() => refuse(action, answer.error, concern));
  });

  function refuse(action: Action, error: CommandError, concern: Concern): void {
    const { op, args } = action;
    const refusal = readRefusal(op, error, names(), concern.wanted, Object.keys(args));
    const ids = concern.bookingIds ?? [];
    for (const id of ids) surface()?.snapBack(id, refusal.text);
    const told = tell(refusal, concern, error);
    if (told === null || !refusal.canQueue) return;
    // At once what the server knew on its way; then others who could do it, each with the reason.
    import("../planning/instead.ts").then(
      async (part) => {
        const instead = await part.insteadOf(client, action, refusal, names());
        if (instead !== null && told()) tell({ ...refusal, instead }, concern, error);
      },
      () => undefined,
    );
  }

  /** Tells of a refusal with its ways out; gives whether it is still what the person sees, or null where told elsewhere. */
  function tell(refusal: Refusal, concern: Concern, error: CommandError): (() => boolean) | null {
    const ways = concern.ways?.(refusal) ?? [];
    const ids = concern.bookingIds ?? [];
    const noted = { ...refusal, ways };
    if (ids.length > 0) noteRefusal(ids, noted);
    if (concern.refused?.(error) === true) return null;
    const offers = ways.flatMap(({ slot, label, act }) =>
      slot === undefined ? [] : [{ slot: offered(slot, label), act }],
    );
    setUi({ offers });
    const still = (): boolean => useUi.getState().offers === offers;
    if (isShown(ids)) return still;
    toast({
      tone: "bad",
      title: refusal.title,
      text: refusal.text,
      actions: ways,
      key: `refused ${ids.length === 1 ? (ids[0] ?? "") : refusal.text}`,
    });
    return still;
  }

  function ask<O extends Op>(wish: Ask<O>): string {
    if (undoToast !== null) dismissToast(undoToast);
    undoToast = null;
    if (useUi.getState().offers.length > 0) setUi({ offers: [] });
    for (const id of wish.bookingIds ?? []) clearRefusal(id);
    const options = wish.baseVersion === undefined ? {} : { baseVersion: wish.baseVersion };
    const { id } = client.propose(wish.op, wish.args, options);
    concerns.set(id, wish);
    if (wish.said !== undefined) {
      undoToast = toast({ title: wish.said, actions: [{ label: "Undo", act: () => client.undo() }], life: 8000 });
    }
    return id;
  }

  function bulk(items: readonly BulkItem[], bookingIds: readonly string[], said?: string): void {
    const most = client.state.limits?.bulk_items ?? MOST_AT_ONCE;
    if (items.length > most) {
      toast({ tone: "bad", title: "Too many at once", text: `At most ${plural(most, "booking")} change in one step.` });
      return;
    }
    ask({
      op: "bulk.apply",
      args: { items, on_refusal: "refuse_all" },
      bookingIds,
      ...(said === undefined ? {} : { said }),
    });
  }

  function show(id: string): void {
    // The plan by projects has no bars of bookings.
    if (useUi.getState().rows === "projects") return;
    select([id]);
    // The bar is handed over with the state's next notice, a microtask from now.
    setTimeout(() => surface()?.reveal(id, true));
  }

  return { ask, bulk, show };
}

/** Whether the details stand open on just this booking: they say it better than a message at the edge. */
function isShown(ids: readonly string[]): boolean {
  const { selection, detailsHidden, screen } = useUi.getState();
  if (screen === "agenda") return ids.length === 1;
  return ids.length === 1 && selection.length === 1 && selection[0] === ids[0] && !detailsHidden;
}

function offered(slot: Slot, label: string): GanttSlot {
  return { rowId: slot.artist_id, ...rangeOf(slot), label };
}

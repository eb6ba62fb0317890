// Steps of many bookings: refused whole with a reason for each, and then perhaps done without those.
import { rangeOf, type BulkItem, type Client, type CommandError, type FullBooking } from "@production-tool/shared";

import { formatRange, plural } from "../lib/format.ts";
import { toast } from "../ui/toasts.ts";
import type { Asker } from "./asking.ts";
import { readRefusal, type Names } from "./refusal.ts";
import { clearRefusal, openDialog, useUi, type RefusedItem, type RefusedStep } from "./ui.ts";
import { bookingName } from "./words.ts";

/** One part of a step of many, with what to call it where it is refused. */
export interface Part {
  readonly item: BulkItem;
  readonly booking: FullBooking;
  readonly start: number;
  readonly end: number;
  /** Whether it makes a new booking; the one above is what it was copied from. */
  readonly made: boolean;
}

export interface Steps {
  /** All of it or nothing; where refused, each reason by its booking, and the choice to do the others. */
  readonly together: (parts: readonly Part[], said?: string) => void;
  /**
   * Tells of a command that moves bookings by itself, or makes many: each that could not go along by
   * its name. Says whether there was anything to tell; `others` does it without them.
   */
  readonly tellItems: (error: CommandError, others: (() => void) | null) => boolean;
  readonly bookingOf: (id: string) => FullBooking | undefined;
}

/** What the server takes in one step where it has not said otherwise yet. */
const MOST_AT_ONCE = 500;

export function createSteps(client: Client, { ask }: Asker, names: () => Names): Steps {
  function bookingOf(id: string): FullBooking | undefined {
    const booking = client.state.bookings.get(id);
    return booking !== undefined && "title" in booking ? booking : undefined;
  }

  function together(parts: readonly Part[], said?: string): void {
    run(parts, said, false);
  }

  function run(parts: readonly Part[], said: string | undefined, skip: boolean): void {
    const most = client.state.limits?.bulk_items ?? MOST_AT_ONCE;
    if (parts.length > most) {
      toast({ tone: "bad", title: "Too many at once", text: `At most ${plural(most, "booking")} change in one step.` });
      return;
    }
    const moved = parts.filter(({ made }) => !made).map(({ booking }) => booking.id);
    for (const id of moved) clearRefusal(id);
    ask({
      op: "bulk.apply",
      args: { items: parts.map(({ item }) => item), on_refusal: skip ? "skip" : "refuse_all" },
      bookingIds: moved,
      ...(said === undefined ? {} : { said }),
      refused: (error) => tell(parts, error, said),
    });
  }

  function tell(parts: readonly Part[], error: CommandError, said: string | undefined): boolean {
    const listed = error.data?.items ?? [];
    if (listed.length === 0) return false;
    const refused = new Set(listed.map(({ item }) => item));
    const others = parts.filter((_, index) => !refused.has(index));
    const items = listed.flatMap(({ item, code, message, data }): RefusedItem[] => {
      const part = parts[item];
      if (part === undefined) return [];
      const why: CommandError = { code, message, retryable: false, ...(data == null ? {} : { data }) };
      return [refusedItem(part, readRefusal(part.item.op, why, names(), part.booking.artist_id).text)];
    });
    show({ items, of: parts.length, others: others.length === 0 ? null : () => run(others, said, true) });
    return true;
  }

  function tellItems(error: CommandError, others: (() => void) | null): boolean {
    const items = (error.data?.items ?? []).map(({ booking_id: id, code, message, data }): RefusedItem => {
      const booking = id == null ? undefined : bookingOf(id);
      const why: CommandError = { code, message, retryable: false, ...(data == null ? {} : { data }) };
      const reason = readRefusal("bulk.apply", why, names(), booking?.artist_id).text;
      if (booking === undefined) return { bookingId: null, name: message, detail: "", reason: reason === message ? "" : reason };
      const { start, end } = rangeOf(booking);
      return { ...refusedItem({ booking, start, end, made: false }, reason), detail: placeOf(booking.artist_id, start, end) };
    });
    if (items.length === 0) return false;
    show({ items, of: null, others });
    return true;
  }

  function show(step: RefusedStep): void {
    const { items } = step;
    const open = (): void => openDialog({ kind: "bulk_refused", refused: step });
    if (useUi.getState().dialog === null && !isTyping()) open();
    else {
      const title = `${plural(items.length, "booking")} stood in the way`;
      toast({ tone: "bad", title, text: "Nothing was changed.", actions: [{ label: "See why", act: open }] });
    }
  }

  function placeOf(artistId: string, start: number, end: number, lead = ""): string {
    const { artist, zone, locale } = names();
    return `${artist(artistId) ?? "An artist"}, ${lead}${formatRange(start, end, zone, locale)}`;
  }

  function refusedItem(
    { booking, start, end, made }: Pick<Part, "booking" | "start" | "end" | "made">,
    reason: string,
  ): RefusedItem {
    const project = booking.project_id === null ? undefined : names().project(booking.project_id);
    const detail = placeOf(booking.artist_id, start, end, "to ");
    return { bookingId: made ? null : booking.id, name: bookingName(booking.title, project), detail, reason };
  }

  return { together, tellItems, bookingOf };
}

function isTyping(): boolean {
  const element = document.activeElement;
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}

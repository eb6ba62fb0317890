// What people do to bookings, as commands: placing, dropping, resizing, answering, shifting, releasing.
import {
  newId,
  rangeOf,
  toInstant,
  type BulkItem,
  type CommandArgs,
  type FullBooking,
  type LiveStatus,
  type Slot,
} from "@production-tool/shared";

import type { GanttMove, GanttResize } from "../gantt/types.ts";
import { plural } from "../lib/format.ts";
import { toast } from "../ui/toasts.ts";
import type { Asker, Way } from "./asking.ts";
import type { Names, Refusal } from "./refusal.ts";
import type { Part, Steps } from "./steps.ts";
import { clearRefusal, select } from "./ui.ts";
import { bookingName, statusWord, type StatusOp } from "./words.ts";

export interface PlaceWish {
  readonly artist_id: string;
  readonly start: number;
  readonly end: number;
  readonly title: string;
  readonly project_id: string | null;
  readonly status: LiveStatus;
  readonly notes?: string;
  readonly standby?: boolean;
  readonly phase_id?: string;
  readonly granularity?: "day" | "half_day" | "time";
  /** What to say, with an undo, once it is asked for. */
  readonly said?: string;
}

type Edited = Partial<Pick<FullBooking, "title" | "notes" | "project_id" | "phase_id">>;

const ENDS: Partial<Record<StatusOp, string>> = {
  "booking.release": "Released",
  "booking.decline": "Declined",
  "booking.withdraw": "Withdrew",
  "booking.cancel": "Cancelled",
};

export function createBookingCommands(
  { ask, bulk, show }: Asker,
  { together, bookingOf }: Steps,
  names: () => Names,
) {
  function place(wish: PlaceWish): string {
    const id = newId();
    const again = (change: Partial<PlaceWish>) => () => {
      show(place({ ...wish, ...change }));
    };
    ask({
      op: "booking.place",
      args: {
        id,
        artist_id: wish.artist_id,
        start: toInstant(wish.start),
        end: toInstant(wish.end),
        title: wish.title,
        status: wish.status,
        zone: names().zone,
        ...(wish.project_id === null ? {} : { project_id: wish.project_id }),
        ...(wish.notes ? { notes: wish.notes } : {}),
        ...(wish.standby === true ? { standby: true } : {}),
        ...(wish.phase_id === undefined ? {} : { phase_id: wish.phase_id }),
        ...(wish.granularity === undefined ? {} : { granularity: wish.granularity }),
      },
      wanted: wish.artist_id,
      ...(wish.said === undefined ? {} : { said: wish.said }),
      ways: (refusal) => [
        ...refusal.instead.map(({ slot, ...words }) => ({ ...words, slot, act: again(slotRange(slot)) })),
        ...queueWay(wish, refusal, again),
      ],
    });
    return id;
  }

  function relocate(
    op: "booking.move" | "booking.resize",
    booking: FullBooking | undefined,
    to: { id: string; rowId: string; start: number; end: number },
    version: number | undefined,
  ): void {
    const dates = { booking_id: to.id, start: toInstant(to.start), end: toInstant(to.end) };
    const elsewhere = booking !== undefined && booking.artist_id !== to.rowId;
    ask({
      op,
      args: op === "booking.move" && elsewhere ? { ...dates, artist_id: to.rowId } : dates,
      baseVersion: version,
      bookingIds: [to.id],
      wanted: to.rowId,
      ways: (refusal) => [
        ...refusal.instead.map(({ slot, ...words }) => ({
          ...words,
          slot,
          act: () => relocate("booking.move", booking, { id: to.id, ...slotPlace(slot) }, undefined),
        })),
        ...(refusal.canQueue && booking?.status === "pencil" ? [queueInstead(booking, to, refusal)] : []),
      ],
    });
  }

  /** A pencil that cannot have the place exclusively can still wait for it as a hold. */
  function queueInstead(
    booking: FullBooking,
    to: { rowId: string; start: number; end: number },
    refusal: Refusal,
  ): Way {
    return {
      label: "Get in line there as a hold",
      act: () => {
        const id = newId();
        const place: BulkItem = {
          op: "booking.place",
          args: {
            id,
            artist_id: to.rowId,
            start: toInstant(to.start),
            end: toInstant(to.end),
            title: booking.title,
            notes: booking.notes,
            zone: booking.zone,
            ...(refusal.behindConfirmed ? { standby: true } : {}),
            ...(booking.project_id === null ? {} : { project_id: booking.project_id }),
          },
        };
        ask({
          op: "bulk.apply",
          args: { items: [{ op: "booking.release", args: { booking_id: booking.id } }, place] },
          said: "Released the pencil and joined the line there.",
        });
        show(id);
      },
    };
  }

  function copies(move: GanttMove): void {
    const made = move.items.flatMap(({ id: from, rowId, start, end }): Part[] => {
      const booking = bookingOf(from);
      if (booking === undefined) return [];
      const args: CommandArgs["booking.place"] = {
        id: newId(),
        artist_id: rowId,
        start: toInstant(start),
        end: toInstant(end),
        title: booking.title,
        notes: booking.notes,
        zone: booking.zone,
        ...(booking.project_id === null ? {} : { project_id: booking.project_id }),
      };
      return [{ item: { op: "booking.place", args }, booking, start, end, made: true }];
    });
    together(made, `Copied ${plural(made.length, "booking")} as ${made.length === 1 ? "a hold" : "holds"}.`);
    select(made.flatMap(({ item }) => (item.op === "booking.place" && item.args.id ? [item.args.id] : [])));
  }

  /** `base` is the version the change was made up on: what others set since is not overwritten. */
  function edit(booking: FullBooking, change: Edited, base = booking.version): void {
    const entries = Object.entries(change).filter(([key, value]) => booking[key as keyof FullBooking] !== value);
    if (entries.length === 0) return;
    const args = { booking_id: booking.id, ...Object.fromEntries(entries) };
    ask({
      op: "booking.edit",
      args,
      baseVersion: base,
      bookingIds: [booking.id],
      ways: (refusal) => {
        if (!refusal.meanwhile) return [];
        return [
          { label: "Take theirs", act: () => clearRefusal(booking.id) },
          {
            label: typeof change.title === "string" ? `Save “${change.title}”` : "Save mine",
            act: () => edit(bookingOf(booking.id) ?? booking, change),
          },
        ];
      },
    });
  }

  function setStatus(booking: FullBooking, op: StatusOp, reason = ""): void {
    const project = booking.project_id === null ? undefined : names().project(booking.project_id);
    const name = bookingName(booking.title, project);
    const ref = { booking_id: booking.id };
    const args = op === "booking.release" ? ref : op === "booking.cancel" || reason !== "" ? { ...ref, reason } : ref;
    ask({
      op,
      args: args as CommandArgs[typeof op],
      baseVersion: booking.version,
      bookingIds: [booking.id],
      wanted: booking.artist_id,
      ...(ENDS[op] === undefined ? {} : { said: `${ENDS[op]} “${name}”.` }),
      ways: (refusal) =>
        refusal.instead.map(({ slot, ...words }) => ({
          ...words,
          slot,
          act: () => relocate("booking.move", booking, { id: booking.id, ...slotPlace(slot) }, undefined),
        })),
    });
  }

  function releaseAll(bookings: readonly FullBooking[]): void {
    const items = bookings.map((booking): BulkItem => ({ op: "booking.release", args: { booking_id: booking.id } }));
    bulk(
      items,
      bookings.map(({ id }) => id),
      `Released ${plural(bookings.length, "booking")}.`,
    );
  }

  return {
    place(wish: PlaceWish): void {
      show(place(wish));
    },

    dropped(move: GanttMove): void {
      const [only] = move.items;
      if (move.copy) copies(move);
      else if (move.items.length === 1 && only !== undefined) {
        relocate("booking.move", bookingOf(only.id), only, only.version);
      } else {
        const parts = inTurn(move.items, bookingOf).flatMap((item): Part[] => {
          const booking = bookingOf(item.id);
          if (booking === undefined) return [];
          const dates = { booking_id: item.id, start: toInstant(item.start), end: toInstant(item.end) };
          const args = booking.artist_id === item.rowId ? dates : { ...dates, artist_id: item.rowId };
          return [{ item: { op: "booking.move", args }, booking, start: item.start, end: item.end, made: false }];
        });
        together(parts);
      }
    },

    resized(resize: GanttResize): void {
      relocate("booking.resize", bookingOf(resize.id), resize, resize.version);
    },

    /** From the fields: the length stays where both ends moved alike, so that it is one move. */
    setRange(booking: FullBooking, start: number, end: number, base = booking.version): void {
      const before = rangeOf(booking);
      const op = start !== before.start && end !== before.end ? "booking.move" : "booking.resize";
      relocate(op, booking, { id: booking.id, rowId: booking.artist_id, start, end }, base);
    },

    reassign(booking: FullBooking, artistId: string): void {
      const { start, end } = rangeOf(booking);
      ask({
        op: "booking.reassign",
        args: { booking_id: booking.id, artist_id: artistId },
        baseVersion: booking.version,
        bookingIds: [booking.id],
        wanted: artistId,
        ways: (refusal) => [
          ...refusal.instead.map(({ slot, ...words }) => ({
            ...words,
            slot,
            act: () => relocate("booking.move", booking, { id: booking.id, ...slotPlace(slot) }, undefined),
          })),
          ...(refusal.canQueue && booking.status === "pencil"
            ? [queueInstead(booking, { rowId: artistId, start, end }, refusal)]
            : []),
        ],
      });
    },

    edit,

    setStatus,

    confirmAll(bookings: readonly FullBooking[]): void {
      const items = bookings.map((booking): BulkItem => ({ op: "booking.confirm", args: { booking_id: booking.id } }));
      bulk(
        items,
        bookings.map(({ id }) => id),
        `Confirmed ${plural(bookings.length, "booking")}.`,
      );
    },

    releaseAll,

    /** The Delete key: what can be released is; what is confirmed needs a reason and says so. */
    removed(ids: readonly string[]): void {
      const bookings = ids.flatMap((id) => bookingOf(id) ?? []);
      const loose = bookings.filter(({ status }) => status !== "confirmed");
      const fixed = bookings.length - loose.length;
      const [only] = loose;
      if (loose.length === 1 && only !== undefined) setStatus(only, "booking.release");
      else if (loose.length > 1) releaseAll(loose);
      if (fixed > 0) {
        toast({
          title: `${statusWord("confirmed")} bookings stay`,
          text: `${fixed === 1 ? "One is" : `${fixed} are`} confirmed. Cancel with a reason in the details.`,
        });
      }
    },
  };
}

interface Relocation {
  readonly id: string;
  readonly rowId: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Moves in an order in which none goes where another one still stands: a step of many is decided one
 * after the other. Moves that go round in a circle keep the order they came in.
 */
export function inTurn<Move extends Relocation>(
  moves: readonly Move[],
  bookingOf: (id: string) => FullBooking | undefined,
): Move[] {
  const standing = moves.flatMap((move) => {
    const booking = bookingOf(move.id);
    return booking === undefined ? [] : [{ move, rowId: booking.artist_id, ...rangeOf(booking) }];
  });
  const ordered = new Set<Move>();
  const seen = new Set<Move>();
  const visit = (to: Move): void => {
    if (seen.has(to)) return;
    seen.add(to);
    for (const { move, rowId, start, end } of standing) {
      if (rowId === to.rowId && start < to.end && to.start < end) visit(move);
    }
    ordered.add(to);
  };
  for (const move of moves) visit(move);
  return [...ordered];
}

function slotRange(slot: Slot): { artist_id: string; start: number; end: number } {
  return { artist_id: slot.artist_id, ...rangeOf(slot) };
}

function slotPlace(slot: Slot): { rowId: string; start: number; end: number } {
  return { rowId: slot.artist_id, ...rangeOf(slot) };
}

function queueWay(wish: PlaceWish, refusal: Refusal, again: (change: Partial<PlaceWish>) => () => void): Way[] {
  if (!refusal.canQueue || wish.standby === true) return [];
  if (wish.status === "hold") {
    return refusal.behindConfirmed ? [{ label: "Stand by in line", act: again({ standby: true }) }] : [];
  }
  return [
    {
      label: "Get in line as a hold",
      act: again({ status: "hold", ...(refusal.behindConfirmed ? { standby: true } : {}) }),
    },
  ];
}

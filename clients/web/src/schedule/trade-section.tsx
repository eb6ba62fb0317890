// Where a booking's counter-proposal and challenges stand in the details; fetched once there is one.
import { lazy, Suspense, type ComponentProps, type ComponentType } from "react";

import type { FullBooking } from "@production-tool/shared";

import { useCanEdit, useLive } from "../studio/live.tsx";
import { canChallenge, contestOf } from "../studio/trade.ts";

export const loadTradeCards = () => import("./trade-cards.tsx");

type Cards = ComponentType<ComponentProps<Awaited<ReturnType<typeof loadTradeCards>>["TradeCards"]>>;

const TradeCards = lazy(() =>
  loadTradeCards()
    .then((part): Cards => part.TradeCards)
    .catch((): Cards => Unavailable)
    .then((part) => ({ default: part })),
);

function Unavailable() {
  return (
    <p className="text-sm text-bad">
      What was proposed or challenged here could not be loaded. Reload once you are connected.
    </p>
  );
}

export function TradeSection({ booking }: { booking: FullBooking }) {
  const canEdit = useCanEdit();
  const challenges = useLive((state) => state.challenges);
  if (!canEdit) return null;
  const contest = contestOf(booking.id, challenges.values());
  const open = booking.counter !== null || contest.own !== null || contest.against.length > 0;
  if (!open && !canChallenge(booking)) return null;
  return (
    <Suspense fallback={null}>
      <TradeCards booking={booking} contest={contest} />
    </Suspense>
  );
}

// Where a booking's counter-proposal and challenges stand in the details.
import type { FullBooking } from "@production-tool/shared";

import { useCanEdit, useLive } from "../studio/live.tsx";
import { canChallenge, contestOf } from "../studio/trade.ts";
import { TradeCards } from "./trade-cards.tsx";

export function TradeSection({ booking }: { booking: FullBooking }) {
  const canEdit = useCanEdit();
  const challenges = useLive((state) => state.challenges);
  if (!canEdit) return null;
  const contest = contestOf(booking.id, challenges.values());
  const open = booking.counter !== null || contest.own !== null || contest.against.length > 0;
  if (!open && !canChallenge(booking)) return null;
  return <TradeCards booking={booking} contest={contest} />;
}

// Other dates for a hold, chosen by a drag over a small calendar; the hours of the day stay as asked.
import { useState } from "preact/hooks";

import { rangeOf, type FullBooking } from "@production-tool/shared";
import { formatRange } from "@production-tool/web/lib/format";

import { counter } from "../live/answers.ts";
import { locale, useZone } from "../live/live.ts";
import { daysOf, sameClock } from "../time/ranges.ts";
import { Button } from "../ui/button.tsx";
import { Month } from "../ui/month.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { useMarks, useToday } from "./marks.ts";

export function ProposeDates({ booking, onClose }: { booking: FullBooking; onClose: () => void }) {
  const zone = useZone();
  const today = useToday();
  const marks = useMarks();
  const asked = rangeOf(booking);
  const [days, setDays] = useState(() => daysOf(booking.counter ?? booking, zone));
  const [note, setNote] = useState(booking.counter?.note ?? "");
  const range = sameClock(booking, days, zone);
  const other = range !== null && (range.start !== asked.start || range.end !== asked.end);
  return (
    <Sheet title="Propose other dates" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (range === null || !other) return;
          counter(booking, range.start, range.end, note.trim());
          onClose();
        }}
      >
        <p class="soft">Drag over the days you can, or tap the first and the last.</p>
        <Month today={today} start={days.first} chosen={days} onChoose={setDays} marks={marks} />
        <p role="status">
          {range === null ? "There are no such hours on these days." : formatRange(range.start, range.end, zone, locale)}
          {range !== null && !other && <span class="soft"> · as the studio asked</span>}
        </p>
        <label class="field">
          <span>Note to the studio (may be left out)</span>
          <input type="text" value={note} maxLength={1000} onInput={({ currentTarget }) => setNote(currentTarget.value)} />
        </label>
        <Button weight="primary" type="submit" disabled={!other}>
          Propose these dates
        </Button>
      </form>
    </Sheet>
  );
}

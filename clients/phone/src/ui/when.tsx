// When a booking is, in the artist's zone and, where clocks differ, in the studio's.
import { rangeOf } from "@production-tool/shared";
import { formatAgo, formatLength, formatRange, plural } from "@production-tool/web/lib/format";
import { DAY, HOUR, MINUTE } from "@production-tool/web/lib/time";

import { locale, useStudioZone, useZone } from "../live/live.ts";
import { useNow } from "../time/now.ts";
import { numberOf } from "../time/days.ts";
import { daysOf, sameTime } from "../time/ranges.ts";

interface Ranged {
  readonly start: string;
  readonly end: string;
}

export function When({ range }: { range: Ranged }) {
  const zone = useZone();
  const studio = useStudioZone();
  const instants = rangeOf(range);
  const { start, end } = instants;
  return (
    <p class="when">
      <strong>{formatRange(start, end, zone, locale)}</strong>
      <span class="soft">
        {length(range, zone)}
        {!sameTime(instants, zone, studio) && ` · your time, ${place(zone)}`}
      </span>
      {!sameTime(instants, zone, studio) && (
        <span class="soft">
          {formatRange(start, end, studio, locale)} at the studio, {place(studio)}
        </span>
      )}
    </p>
  );
}

/** Over several days, people count the days they come in. */
function length(range: Ranged, zone: string): string {
  const { first, last } = daysOf(range, zone);
  const { start, end } = rangeOf(range);
  const days = numberOf(last) - numberOf(first) + 1;
  return days > 1 ? plural(days, "day") : formatLength(start, end, zone);
}

function place(zone: string): string {
  return zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone;
}

/** How long is left until `at` (milliseconds since 1970): ticking in its last hour. */
export function TimeLeft({ at }: { at: number }) {
  const soon = at - useNow(MINUTE) <= HOUR + MINUTE;
  return soon ? <Ticking at={at} /> : <Slow at={at} />;
}

function Slow({ at }: { at: number }) {
  const left = at - useNow(MINUTE);
  if (left > 2 * DAY) return <>{formatAgo(at, at - left, locale)}</>;
  const hours = Math.floor(left / HOUR);
  return <>{`in ${hours} h ${Math.floor((left % HOUR) / MINUTE)} min`}</>;
}

function Ticking({ at }: { at: number }) {
  const left = Math.max(0, at - useNow(1_000));
  if (left === 0) return <>now</>;
  const seconds = Math.floor(left / 1_000);
  return (
    <>
      in <span class="figures">{`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`}</span>
    </>
  );
}

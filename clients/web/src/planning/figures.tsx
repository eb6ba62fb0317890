// What a scenario costs and how full it makes people, before and after.
import { ArrowRight } from "lucide-react";
import { useState, type ReactNode } from "react";

import { plural } from "../lib/format.ts";
import { useLive, useLocale } from "../studio/live.tsx";
import { Button } from "../ui/button.tsx";
import { loadOf, type Difference, type Pair } from "./difference.ts";
import { Part } from "./part.tsx";

const SHOWN = 5;

export function Figures({ difference }: { difference: Difference }) {
  const locale = useLocale();
  const { cost, days, follows } = difference;
  const round = (value: number): string => Math.round(value).toLocaleString(locale);
  const tenth = (value: number): string => (Math.round(10 * value) / 10).toLocaleString(locale);
  return (
    <Part title="Before and after">
      <dl className="grid gap-1 text-sm" data-testid="figures">
        <Line label="Days booked" pair={days} words={tenth} />
        {cost.map(({ currency, ...pair }) => (
          <Line key={currency} label={`Cost, ${currency}`} pair={pair} words={round} />
        ))}
      </dl>
      {follows.length > 0 && (
        <p className="text-xs text-ink-2">{plural(follows.length, "other booking")} moves in its line by it.</p>
      )}
      <Loads difference={difference} />
    </Part>
  );
}

function Line({ label, pair, words }: { label: string; pair: Pair<number>; words: (value: number) => string }) {
  const by = pair.after - pair.before;
  return (
    <div className="grid grid-cols-[1fr_auto] items-center gap-x-3">
      <dt className="text-ink-2">{label}</dt>
      <dd className="tabular flex items-center gap-1.5">
        <span className="text-ink-3">{words(pair.before)}</span>
        <ArrowRight role="img" aria-label="becomes" size={12} className="text-ink-3" />
        <span className="font-medium">{words(pair.after)}</span>
        <span className="min-w-12 text-right text-xs text-ink-2">
          {by === 0 ? "same" : `${by > 0 ? "+" : "−"}${words(Math.abs(by))}`}
        </span>
      </dd>
    </div>
  );
}

function percent(share: number | null): string {
  return share === null ? "away" : `${Math.round(100 * share)} %`;
}

/** How full each artist is that the scenario touches, those it changes most first. */
function Loads({ difference: { artists } }: { difference: Difference }) {
  const known = useLive((state) => state.artists);
  const [all, setAll] = useState(false);
  const rows = artists
    .map(({ artist_id: id, before, after }) => ({ id, before: loadOf(before), after: loadOf(after) }))
    .sort((a, b) => Math.abs((b.after ?? 0) - (b.before ?? 0)) - Math.abs((a.after ?? 0) - (a.before ?? 0)));
  if (rows.length === 0) return null;
  return (
    <div className="grid gap-1.5">
      <p className="text-xs font-medium text-ink-2">How full</p>
      <ul className="grid gap-1.5" data-testid="loads">
        {rows.slice(0, all ? rows.length : SHOWN).map(({ id, before, after }) => (
          <li key={id} className="grid grid-cols-[1fr_auto] gap-x-3 text-xs">
            <span className="truncate">{known.get(id)?.name ?? "An artist"}</span>
            <span className="tabular text-ink-2">
              {percent(before)} → <span className="font-medium text-ink">{percent(after)}</span>
            </span>
            <Bar before={before ?? 0} after={after ?? 0} />
          </li>
        ))}
      </ul>
      {rows.length > SHOWN && (
        <div>
          <Button size="s" weight="quiet" className="-ml-2" onClick={() => setAll(!all)}>
            {all ? "Fewer" : `All ${rows.length}`}
          </Button>
        </div>
      )}
    </div>
  );
}

/** After as a bar, before as a mark on it. */
function Bar({ before, after }: { before: number; after: number }): ReactNode {
  const width = (share: number): string => `${Math.min(100, 100 * share)}%`;
  return (
    <span aria-hidden className="relative col-span-2 mt-0.5 block h-1.5 rounded-full bg-pressed">
      <span
        className={`block h-full rounded-full ${after > 1 ? "bg-warn" : "bg-accent"}`}
        style={{ width: width(after) }}
      />
      <span className="absolute -top-0.5 h-2.5 w-0.5 rounded-full bg-ink" style={{ left: width(before) }} />
    </span>
  );
}

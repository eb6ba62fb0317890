// How a plan got better: its price as steps down, and how much has a place; drawn small, told in words.
import { useId } from "react";

import type { Point } from "./jobs.ts";

const WIDTH = 280;
const HEIGHT = 64;
const PAD = 4;
const LEAST_SPAN = 0.08;

/** By how much the last plan is cheaper than the first that placed as much, in whole percent. */
export function betterBy(points: readonly Point[]): number {
  const last = points.at(-1);
  const first = points.find(({ unplaced }) => unplaced === last?.unplaced);
  if (first === undefined || last === undefined || first.price <= 0) return 0;
  return Math.max(0, Math.round((100 * (first.price - last.price)) / first.price));
}

function along(seconds: number, budget: number): number {
  return PAD + (Math.min(seconds, budget) / budget) * (WIDTH - 2 * PAD);
}

/** Steps: a value holds until another is found. A value that never changes lies in the middle. */
export function stepPath(
  points: readonly Point[],
  budget: number,
  value: (point: Point) => number,
  least = 0,
): string {
  const values = points.map(value);
  const high = Math.max(...values);
  // A little better looks a little better: the scale spans at least so large a share of the highest.
  const low = Math.min(...values, high * (1 - least));
  const height = (of: number): number => (high === low ? HEIGHT / 2 : PAD + ((high - of) / (high - low)) * (HEIGHT - 2 * PAD));
  return points
    .map((point, index) => {
      const [x, y] = [along(point.seconds, budget).toFixed(1), height(value(point)).toFixed(1)];
      return index === 0 ? `M${x} ${y}` : `H${x}V${y}`;
    })
    .join("");
}

export function JobChart({ points, budget, words }: { points: readonly Point[]; budget: number; words: string }) {
  const id = useId();
  const last = points.at(-1);
  if (last === undefined) return null;
  const line = stepPath(points, budget, ({ price }) => price, LEAST_SPAN);
  const placed = points.some((point) => point.placed !== last.placed);
  return (
    <figure className="grid gap-1">
      <svg
        role="img"
        aria-label={words}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block h-16 w-full rounded-md bg-sunken"
      >
        <defs>
          <linearGradient id={id} x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stopColor="var(--accent)" stopOpacity="0.3" />
            <stop offset="1" stopColor="var(--accent)" stopOpacity="0.04" />
          </linearGradient>
        </defs>
        <path d={`${line}V${HEIGHT}H${PAD}Z`} fill={`url(#${id})`} />
        <path d={line} fill="none" stroke="var(--accent)" strokeWidth="2" vectorEffect="non-scaling-stroke" />
        {placed && (
          <path
            d={stepPath(points, budget, (point) => point.placed)}
            fill="none"
            stroke="var(--good)"
            strokeWidth="1.5"
            strokeDasharray="4 3"
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      <figcaption aria-hidden className="flex gap-3 text-2xs text-ink-3">
        <span className="flex items-center gap-1">
          <span className="h-0.5 w-3 rounded-full bg-accent" /> price, lower is better
        </span>
        {placed && (
          <span className="flex items-center gap-1">
            <span className="w-3 border-t-2 border-dashed border-good" /> placed
          </span>
        )}
      </figcaption>
    </figure>
  );
}

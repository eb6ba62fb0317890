// The shape of the schedule before there is anything in it, so that nothing jumps when it comes.
import { Mark, Skeleton } from "../ui/bits.tsx";

const ROWS = Array.from({ length: 12 }, (_, index) => index);
/** Left edge and width of a bar in percent, one per row. */
const BARS = [
  [8, 22],
  [34, 30],
  [2, 16],
  [52, 24],
  [20, 40],
  [64, 18],
  [12, 26],
  [44, 34],
  [28, 14],
  [6, 48],
  [58, 28],
  [36, 20],
] as const;

export function ShellSkeleton() {
  return (
    <div role="status" aria-label="Loading the schedule" className="flex h-full flex-col bg-bg">
      <div className="flex h-(--bar-height) items-center gap-3 border-b border-line bg-surface px-3">
        <Mark />
        <Skeleton className="h-4 w-44" />
        <span className="flex-1" />
        <Skeleton className="h-6 w-16 rounded-full" />
        <Skeleton className="size-7 rounded-full" />
      </div>
      <div className="flex min-h-0 flex-1">
        <div className="w-(--rail-width) border-r border-line bg-surface max-sm:hidden" />
        <div className="flex min-w-0 flex-1 flex-col">
          <div className="h-(--tools-height) border-b border-line bg-surface" />
          <GanttSkeleton />
        </div>
      </div>
    </div>
  );
}

export function GanttSkeleton() {
  return (
    <div aria-hidden className="min-h-0 flex-1 overflow-hidden bg-bg">
      <div className="h-12 border-b border-line bg-surface" />
      {ROWS.map((row) => {
        const [left, width] = BARS[row] ?? [0, 0];
        return (
          <div key={row} className="flex h-11 items-center border-b border-line">
            <div className="grid h-full w-50 shrink-0 content-center gap-1.5 border-r border-line bg-surface px-4">
              <Skeleton className="h-3 w-28" />
              <Skeleton className="h-2.5 w-20" />
            </div>
            <div className="relative h-7 flex-1">
              <span
                className="absolute inset-y-0 block rounded-md bg-pressed animate-shimmer"
                style={{ left: `${left}%`, width: `${width}%` }}
              />
            </div>
          </div>
        );
      })}
    </div>
  );
}

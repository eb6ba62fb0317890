// Working hours of a week in words. Pure.
import type { WorkingHours } from "@production-tool/shared";

export const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

export function hoursOn(hours: readonly WorkingHours[], day: number): string {
  const spans = hours.filter((one) => one.day === day).map(({ start, end }) => `${start} – ${end}`);
  return spans.join(", ") || "free";
}

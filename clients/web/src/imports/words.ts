// What an import did, or would do, in a sentence.
import type { ImportReport } from "./job.ts";

function count(amount: number, words: string): string | null {
  return amount === 0 ? null : `${amount.toLocaleString("en")} ${words}`;
}

/** "214 rows: 180 new, 20 changed, 10 as they were, 4 with problems." */
export function reportWords(report: ImportReport): string {
  const parts = [
    count(report.created, "new"),
    count(report.changed, "changed"),
    count(report.unchanged, "as they were"),
    count(report.skipped, "left out"),
    count(report.refused, "with problems"),
  ].filter((part) => part !== null);
  const rows = `${report.rows.toLocaleString("en")} ${report.rows === 1 ? "row" : "rows"}`;
  return parts.length === 0 ? `${rows}.` : `${rows}: ${parts.join(", ")}.`;
}

export type Verdict = "clean" | "mendable" | "stopped";

/** Whether it can be imported as it is, with bad rows left out, or not at all. */
export function verdict(report: ImportReport): Verdict {
  if (report.problems_total === 0) return "clean";
  const nothingLeft = report.created + report.changed + report.unchanged === 0;
  return nothingLeft || report.problems.some((problem) => problem.blocks_file) ? "stopped" : "mendable";
}

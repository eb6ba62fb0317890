// What an import did or would do: counts, and every bad row with its line, column and reason.
import { Notice } from "../ui/bits.tsx";
import type { ImportProblem, ImportReport } from "./job.ts";
import { reportWords, verdict } from "./words.ts";

export function ReportView({ report }: { report: ImportReport }) {
  const judged = verdict(report);
  const clean = judged === "clean";
  return (
    <div className="grid gap-3">
      <div role="status">
        <Notice tone={report.written ? "good" : clean ? "plain" : judged === "stopped" ? "bad" : "warn"}>
          <p className="font-semibold">{headline(report)}</p>
          <p className="tabular">{reportWords(report)}</p>
        </Notice>
      </div>
      {report.notes.length > 0 && (
        <ul className="grid gap-1 pl-4 text-xs text-ink-2 [list-style:disc]">
          {report.notes.slice(0, 20).map((note) => (
            <li key={note}>{note}</li>
          ))}
          {report.notes.length > 20 && <li>and {report.notes.length - 20} more remarks</li>}
        </ul>
      )}
      {report.problems.length > 0 && <ProblemTable report={report} />}
    </div>
  );
}

function headline(report: ImportReport): string {
  if (report.written) return report.problems_total === 0 ? "Imported" : "Imported without the bad rows";
  switch (verdict(report)) {
    case "clean":
      return report.created + report.changed === 0 ? "The studio has all of this already" : "Ready to import";
    case "mendable":
      return report.problems_total === 1
        ? "One row has a problem"
        : `${report.problems_total.toLocaleString("en")} problems were found`;
    case "stopped":
      return "This file cannot be imported as it is";
  }
}

function ProblemTable({ report }: { report: ImportReport }) {
  const more = report.problems_total - report.problems.length;
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="Problems in the file"
      className="max-h-72 overflow-auto rounded-md border border-line thin-scroll"
    >
      <table className="w-full border-collapse text-left text-sm">
        <thead className="sticky top-0 bg-sunken text-xs text-ink-2">
          <tr>
            <th scope="col" className="px-3 py-1.5 font-medium">
              Line
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              Column
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              Found
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              What is wrong
            </th>
          </tr>
        </thead>
        <tbody>
          {report.problems.map((problem, index) => (
            <ProblemRow key={index} problem={problem} />
          ))}
        </tbody>
      </table>
      {more > 0 && (
        <p className="border-t border-line px-3 py-2 text-xs text-ink-3">and {more.toLocaleString("en")} more</p>
      )}
    </div>
  );
}

function ProblemRow({ problem }: { problem: ImportProblem }) {
  return (
    <tr className="border-t border-line align-top">
      <td className="tabular px-3 py-1.5">{problem.line ?? "–"}</td>
      <td className="px-3 py-1.5">{problem.column ?? "–"}</td>
      <td className="max-w-44 truncate px-3 py-1.5 text-ink-2" title={problem.value ?? undefined}>
        {problem.value ?? "–"}
      </td>
      <td className="px-3 py-1.5">
        {capital(problem.reason)}
        {problem.expected !== null && <span className="block text-xs text-ink-2">{expectation(problem.expected)}</span>}
      </td>
    </tr>
  );
}

/** The server says what it expected, or asks what was meant: a question stands by itself. */
function expectation(expected: string): string {
  return expected.endsWith("?") ? capital(expected) : `Expected: ${expected}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

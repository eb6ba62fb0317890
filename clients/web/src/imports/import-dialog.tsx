// Importing files: choose, see what would happen row by row, then do it.
import { FileUp } from "lucide-react";
import { useEffect, useId, useRef, useState, type DragEvent } from "react";

import { ArtistChoice } from "../schedule/choices.tsx";
import { inWords } from "../session/api.ts";
import { Notice } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { classes } from "../lib/classes.ts";
import { plural } from "../lib/format.ts";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField } from "../ui/field.tsx";
import {
  ImportFault,
  KIND_WORDS,
  kindByName,
  progressWords,
  runImport,
  type DateOrder,
  type ImportKind,
  type ImportMode,
  type ImportProgress,
  type ImportReport,
} from "./job.ts";
import { ReportView } from "./report-view.tsx";
import { verdict } from "./words.ts";

type Step =
  | { at: "choosing" }
  | { at: "running"; dryRun: boolean; progress: ImportProgress }
  | { at: "checked"; report: ImportReport }
  | { at: "imported"; report: ImportReport };

const START: ImportProgress = { stage: "waiting", done: 0, total: 0 };

export default function ImportDialog({ onClose }: { onClose: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [kind, setKind] = useState<ImportKind | null>(null);
  const [artist, setArtist] = useState<string | null>(null);
  const [mode, setMode] = useState<ImportMode>("atomic");
  const [dateOrder, setDateOrder] = useState<DateOrder | null>(null);
  const [step, setStep] = useState<Step>({ at: "choosing" });
  const [fault, setFault] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (dryRun: boolean, how: ImportMode, order = dateOrder): Promise<void> => {
    if (file === null) return;
    const abort = new AbortController();
    running.current = abort;
    setFault(null);
    setStep({ at: "running", dryRun, progress: START });
    try {
      const options = { kind, mode: how, artistId: kind === "calendar" ? artist : null, dateOrder: order, dryRun };
      const tell = (progress: ImportProgress): void => setStep({ at: "running", dryRun, progress });
      const report = await runImport(file, options, tell, abort.signal);
      setStep(dryRun || !report.written ? { at: "checked", report } : { at: "imported", report });
    } catch (refused) {
      if (abort.signal.aborted) return;
      setFault(refused instanceof ImportFault ? refused.message : inWords(refused));
      setStep({ at: "choosing" });
    }
  };

  const choose = (chosen: File | null): void => {
    setFile(chosen);
    setDateOrder(null);
    setFault(null);
    setStep({ at: "choosing" });
    if (chosen !== null) setKind(kindByName(chosen.name));
  };

  return (
    <Dialog
      title="Import"
      description="From spreadsheets, calendars and project files. You see what would change before anything does."
      width="l"
      onClose={onClose}
      footer={
        <Footer
          step={step}
          mode={mode}
          ready={file !== null && (kind !== "calendar" || artist !== null)}
          onClose={onClose}
          onBack={() => setStep({ at: "choosing" })}
          onCheck={() => void run(true, mode)}
          onImport={() => void run(false, mode)}
        />
      }
    >
      <div className="grid gap-4">
        <div role="alert" className="empty:hidden">
          {fault !== null && <Notice tone="bad">{fault}</Notice>}
        </div>
        {step.at === "choosing" && (
          <>
            <FileChoice file={file} onChoose={choose} />
            <div className="grid gap-4 sm:grid-cols-2">
              <SelectField
                label="What it holds"
                value={kind ?? ""}
                onChange={(event) => setKind(event.target.value === "" ? null : (event.target.value as ImportKind))}
              >
                <option value="">Recognise it</option>
                {(Object.keys(KIND_WORDS) as ImportKind[]).map((each) => (
                  <option key={each} value={each}>
                    {KIND_WORDS[each]}
                  </option>
                ))}
              </SelectField>
              {kind === "calendar" && <ArtistChoice value={artist} onChange={setArtist} />}
            </div>
          </>
        )}
        {step.at === "running" && <Running step={step} />}
        {step.at === "checked" && (
          <>
            <ReportView report={step.report} />
            {(dateOrder !== null || step.report.problems.some(({ code }) => code === "ambiguous_date")) && (
              <DateOrderChoice
                order={dateOrder}
                onChange={(order) => {
                  setDateOrder(order);
                  void run(true, mode, order);
                }}
              />
            )}
            {verdict(step.report) === "mendable" && <ModeChoice mode={mode} onChange={setMode} />}
          </>
        )}
        {step.at === "imported" && <ReportView report={step.report} />}
      </div>
    </Dialog>
  );
}

interface FooterProps {
  step: Step;
  mode: ImportMode;
  ready: boolean;
  onClose: () => void;
  onBack: () => void;
  onCheck: () => void;
  onImport: () => void;
}

function Footer({ step, mode, ready, onClose, onBack, onCheck, onImport }: FooterProps) {
  switch (step.at) {
    case "choosing":
      return (
        <>
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button weight="primary" disabled={!ready} onClick={onCheck}>
            Check the file
          </Button>
        </>
      );
    case "running":
      return (
        <Button weight="quiet" onClick={onClose}>
          {step.dryRun ? "Cancel" : "Close and let it run"}
        </Button>
      );
    case "checked": {
      const judged = verdict(step.report);
      const nothing = step.report.created + step.report.changed === 0;
      const blocked = judged === "stopped" || (judged === "mendable" && mode === "atomic");
      return (
        <>
          <Button weight="quiet" onClick={onBack}>
            Choose another file
          </Button>
          <Button weight="primary" disabled={blocked || nothing} onClick={onImport}>
            {importLabel(step.report, judged === "mendable")}
          </Button>
        </>
      );
    }
    case "imported":
      return (
        <>
          <Button weight="quiet" onClick={onBack}>
            Import another file
          </Button>
          <Button weight="primary" onClick={onClose}>
            Done
          </Button>
        </>
      );
  }
}

function importLabel(report: ImportReport, partly: boolean): string {
  const rows = report.created + report.changed;
  if (rows === 0) return "Nothing to import";
  return partly ? `Import ${plural(rows, "good row")}` : `Import ${plural(rows, "row")}`;
}

function FileChoice({ file, onChoose }: { file: File | null; onChoose: (file: File | null) => void }) {
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    onChoose(event.dataTransfer.files[0] ?? null);
  };
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={classes(
        "grid justify-items-center gap-2 rounded-lg border border-dashed px-4 py-7 text-center transition-colors",
        over ? "border-accent bg-accent-soft" : "border-line-strong bg-sunken",
      )}
    >
      <FileUp aria-hidden size={24} className="text-ink-3" />
      <p className="text-sm font-medium" data-testid="chosen-file">
        {file === null ? "Drop a file here" : `${file.name} · ${size(file.size)}`}
      </p>
      <label
        htmlFor={id}
        className="inline-flex h-8 cursor-pointer items-center rounded-md border border-line-strong bg-surface px-3 text-sm font-medium hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-(--focus)"
      >
        {file === null ? "Choose a file" : "Choose another"}
        <input
          id={id}
          type="file"
          accept=".csv,.tsv,.txt,.ics,.ical,.ifb,.def,text/csv,text/calendar"
          onChange={(event) => onChoose(event.target.files?.[0] ?? null)}
          className="sr-only"
        />
      </label>
      <p className="max-w-md text-xs text-ink-3">
        CSV of artists, projects or bookings, as spreadsheets save it; .ics calendars; .def project files. Importing the
        same file twice changes nothing.
      </p>
    </div>
  );
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function Running({ step }: { step: Extract<Step, { at: "running" }> }) {
  const { done, total } = step.progress;
  return (
    <div className="grid gap-2 py-8" role="status">
      <p className="tabular text-sm">
        {step.dryRun && step.progress.stage === "writing" ? "Checking" : progressWords(step.progress)}
      </p>
      <progress
        aria-label={step.dryRun ? "Checking the file" : "Importing"}
        className="h-1.5 w-full overflow-hidden rounded-full accent-(--accent)"
        {...(total > 0 ? { max: total, value: done } : {})}
      />
    </div>
  );
}

/** Asked where the dates of a file can be read both ways; the answer checks the file anew. */
function DateOrderChoice({ order, onChange }: { order: DateOrder | null; onChange: (order: DateOrder) => void }) {
  return (
    <SelectField
      label="How the dates are written"
      value={order ?? ""}
      onChange={(event) => onChange(event.target.value as DateOrder)}
    >
      <option value="" disabled>
        Choose what 03/04/2026 means
      </option>
      <option value="dmy">Day first: 3 April 2026</option>
      <option value="mdy">Month first: 4 March 2026</option>
    </SelectField>
  );
}

function ModeChoice({ mode, onChange }: { mode: ImportMode; onChange: (mode: ImportMode) => void }) {
  const group = useId();
  const choice = (value: ImportMode, label: string, means: string) => (
    <label className="flex items-start gap-2.5 rounded-md border border-line p-3 has-checked:border-accent has-checked:bg-accent-soft">
      <input
        type="radio"
        name={group}
        checked={mode === value}
        onChange={() => onChange(value)}
        className="mt-0.5 size-4 accent-(--accent)"
      />
      <span className="text-sm">
        <span className="font-medium">{label}</span>
        <span className="block text-xs text-ink-2">{means}</span>
      </span>
    </label>
  );
  return (
    <fieldset className="grid gap-2 sm:grid-cols-2">
      <legend className="mb-1.5 text-xs font-medium text-ink-2">Rows with problems</legend>
      {choice("atomic", "All or nothing", "Mend the file first, then import it whole.")}
      {choice("skip", "Leave bad rows out", "Import the good rows now; mended rows can follow later.")}
    </fieldset>
  );
}

// "Find a slot": what is needed, and the best places for it over everybody, each with its score in words.
import { ChevronDown, Plus, SearchX, SlidersHorizontal, X } from "lucide-react";
import { useEffect, useId, useMemo, useState } from "react";

import { rangeOf } from "@production-tool/shared";

import { ordinal } from "../lib/format.ts";
import { inWords } from "../session/api.ts";
import { ProjectChoice } from "../schedule/choices.tsx";
import { currentLens } from "../schedule/lens.ts";
import { useClient, useCommands, useLive, useNames, useZone } from "../studio/live.tsx";
import { closeDialog, setUi, showRows, useUi } from "../studio/ui.ts";
import { EmptyState, Notice, Skeleton } from "../ui/bits.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { offerOf, slotWords } from "./holding.ts";
import { questionOf, requestFor, type Lengths, type Request } from "./slot-request.ts";
import { askSuggestions, PART_NAMES, reasonsOf, type Found, type Part, type Suggestion } from "./suggestions.ts";

/** A hand that types is not asked after every letter. */
const TYPING_PAUSE = 250;
const LIMIT = 8;
const MOST_SKILLS = 5;
const LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

export function FindSlotDialog({ phaseId, skill }: { phaseId: string | null; skill: string | null }) {
  const zone = useZone();
  const client = useClient();
  const phase = useLive((state) => (phaseId === null ? undefined : state.phases.get(phaseId)));
  const [request, setRequest] = useState<Request>(() => requestFor(client.state, phase, skill, zone, Date.now()));
  const question = useMemo(() => questionOf(request, zone), [request, zone]);
  // On a phone the answers come first: what is asked is known from the phase.
  const [folded, setFolded] = useState(phaseId !== null && matchMedia("(max-width: 639px)").matches);
  const change = (part: Partial<Request>): void => setRequest((before) => ({ ...before, ...part }));
  return (
    <Dialog
      title={phase === undefined ? "Find a slot" : `Find a slot for “${phase.name}”`}
      description="The best places over all artists, ranked and explained."
      width="l"
      onClose={closeDialog}
    >
      <div className="grid gap-5 sm:grid-cols-[15rem_1fr]" data-testid="find-slot">
        {folded ? (
          <Button className="justify-self-start" onClick={() => setFolded(false)}>
            <SlidersHorizontal aria-hidden size={14} />
            Change what is asked
          </Button>
        ) : (
          <Wishes request={request} problem={question.ok ? null : question.problem} onChange={change} />
        )}
        <Results request={request} question={question} phaseId={phase?.id ?? null} title={phase?.name ?? ""} />
      </div>
    </Dialog>
  );
}

const LENGTHS: readonly { value: Lengths; label: string }[] = [
  { value: "days", label: "days" },
  { value: "half_days", label: "half days" },
  { value: "hours", label: "hours" },
];

interface WishesProps {
  request: Request;
  problem: { field: string; message: string } | null;
  onChange: (part: Partial<Request>) => void;
}

function Wishes({ request, problem, onChange }: WishesProps) {
  const bad = (field: string): string | undefined => (problem?.field === field ? problem.message : undefined);
  return (
    <form className="grid content-start gap-3.5" onSubmit={(event) => event.preventDefault()}>
      <div className="grid grid-cols-[1fr_1.3fr] gap-2">
        <TextField
          label="How long"
          inputMode="decimal"
          value={request.length}
          error={bad("length")}
          onChange={(event) => onChange({ length: event.target.value })}
        />
        <SelectField
          label="In"
          value={request.unit}
          onChange={(event) => onChange({ unit: event.target.value as Lengths })}
        >
          {LENGTHS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
      </div>
      <Skills request={request} onChange={onChange} />
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-1">
        <TextField
          label="From"
          type="date"
          value={request.from}
          error={bad("from")}
          onChange={(event) => onChange({ from: event.target.value })}
        />
        <TextField
          label="To"
          type="date"
          value={request.to}
          error={bad("to")}
          onChange={(event) => onChange({ to: event.target.value })}
        />
      </div>
      <ProjectChoice value={request.projectId} onChange={(projectId) => onChange({ projectId })} />
      <div className="grid grid-cols-[1fr_4.5rem] gap-2">
        <TextField
          label="Budget a day"
          placeholder="Any"
          inputMode="decimal"
          value={request.budget}
          error={bad("budget")}
          onChange={(event) => onChange({ budget: event.target.value })}
        />
        <TextField
          label="Currency"
          maxLength={3}
          value={request.currency}
          onChange={(event) => onChange({ currency: event.target.value.toUpperCase() })}
        />
      </div>
      <label className="flex min-h-6 items-center gap-2 text-xs text-ink-2">
        <input
          type="checkbox"
          checked={request.inLine}
          onChange={(event) => onChange({ inLine: event.target.checked })}
          className="size-4 accent-(--accent)"
        />
        Also places in line behind other holds
      </label>
    </form>
  );
}

function Skills({ request: { skills }, onChange }: Pick<WishesProps, "request" | "onChange">) {
  const artists = useLive((state) => state.artists);
  const known = useMemo(
    () =>
      [...new Set([...artists.values()].flatMap((artist) => (artist.skills ?? []).map(({ name }) => name)))].sort((a, b) =>
        a.localeCompare(b),
      ),
    [artists],
  );
  const free = known.filter((name) => !skills.some((skill) => skill.name === name));
  const id = useId();
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1 text-xs font-medium text-ink-2">Skills</legend>
      {skills.map(({ name, level }) => (
        <div key={name} className="flex items-center gap-1.5">
          <span className="min-w-0 flex-1 truncate text-sm">{name}</span>
          <select
            aria-label={`Least level of ${name}`}
            value={level}
            onChange={(event) =>
              onChange({
                skills: skills.map((skill) => (skill.name === name ? { name, level: Number(event.target.value) } : skill)),
              })
            }
            className="control h-7 w-24 shrink-0 pr-1 text-xs"
          >
            {LEVELS.map((step) => (
              <option key={step} value={step}>
                level {step}{step < LEVELS.length ? "+" : ""}
              </option>
            ))}
          </select>
          <IconButton
            label={`Leave out ${name}`}
            icon={<X size={14} />}
            className="size-7"
            onClick={() => onChange({ skills: skills.filter((skill) => skill.name !== name) })}
          />
        </div>
      ))}
      {skills.length < MOST_SKILLS && free.length > 0 && (
        <span className="relative">
          <Plus aria-hidden size={14} className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
          <select
            id={id}
            aria-label="Add a skill"
            value=""
            onChange={(event) => onChange({ skills: [...skills, { name: event.target.value, level: 3 }] })}
            className="control pr-1 pl-7 text-ink-2"
          >
            <option value="">{skills.length === 0 ? "Anybody; or a skill…" : "Another skill…"}</option>
            {free.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </span>
      )}
    </fieldset>
  );
}

interface ResultsProps {
  request: Request;
  question: ReturnType<typeof questionOf>;
  phaseId: string | null;
  title: string;
}

type Answer = { kind: "asking" } | { kind: "found"; found: Found } | { kind: "fault"; words: string };

function useAnswer(question: ReturnType<typeof questionOf>): readonly [Answer, () => void] {
  const [answer, setAnswer] = useState<Answer>({ kind: "asking" });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!question.ok) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      askSuggestions({ ...question.question, limit: LIMIT }, stop.signal).then(
        (found) => setAnswer({ kind: "found", found }),
        (fault: unknown) => {
          if (!stop.signal.aborted) setAnswer({ kind: "fault", words: inWords(fault) });
        },
      );
    }, TYPING_PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [question, turn]);
  return [answer, () => setTurn((count) => count + 1)];
}

function Results({ request, question, phaseId, title }: ResultsProps) {
  const commands = useCommands();
  const elsewhere = useUi((ui) => ui.rows !== "artists");
  const [answer, again] = useAnswer(question);
  const hold = (each: Suggestion): void => {
    (currentLens()?.hand ?? commands).place({
      artist_id: each.artist_id,
      ...rangeOf(each),
      title,
      project_id: request.projectId,
      status: "hold",
      granularity: each.granularity,
      said: `Held ${each.artist_name}${title === "" ? "" : ` for “${title}”`}.`,
      ...(phaseId === null ? {} : { phase_id: phaseId }),
    });
  };
  if (answer.kind === "asking" && question.ok) return <Loading />;
  if (answer.kind === "fault") {
    return (
      <div role="alert" className="grid content-start justify-items-start gap-2">
        <Notice tone="bad">{answer.words}</Notice>
        <Button onClick={again}>Try again</Button>
      </div>
    );
  }
  if (answer.kind === "asking") return <p className="text-sm text-ink-2">Say what you need, and the best places show here.</p>;
  const { suggestions, considered, why_none: why } = answer.found;
  if (suggestions.length === 0) {
    return (
      <EmptyState icon={<SearchX size={26} />} title="No place found">
        {why}
      </EmptyState>
    );
  }
  const onSchedule = (): void => {
    showRows("artists");
    closeDialog();
    setUi({ offers: suggestions.slice(0, 5).map((each) => offerOf(each, () => hold(each))) });
  };
  return (
    <section aria-label="Best places" className="grid content-start gap-2.5" aria-live="polite">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-xs text-ink-2">
          Best {suggestions.length} of {considered} who could do it
        </p>
        <Button size="s" className="max-sm:hidden" onClick={onSchedule}>
          {elsewhere ? "Show by artists" : "Show on the schedule"}
        </Button>
      </div>
      <ol className="grid gap-2">
        {suggestions.map((each) => (
          <Result
            key={`${each.artist_id}${each.start}`}
            suggestion={each}
            onHold={() => {
              closeDialog();
              hold(each);
            }}
          />
        ))}
      </ol>
    </section>
  );
}

function Loading() {
  return (
    <div className="grid content-start gap-2" aria-busy="true" aria-label="Looking for places">
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} className="h-17 rounded-md" />
      ))}
    </div>
  );
}

function Result({ suggestion, onHold }: { suggestion: Suggestion; onHold: () => void }) {
  const names = useNames();
  const artist = useLive((state) => state.artists.get(suggestion.artist_id));
  const [open, setOpen] = useState(false);
  const id = useId();
  const { artist_name: name, rank, score } = suggestion;
  // The place in line stands beside the name already.
  const told = rank > 1 ? suggestion.parts.filter((part) => part.name !== "rank") : suggestion.parts;
  const when = slotWords(suggestion, artist?.zone ?? names.zone, names);
  return (
    <li className="rounded-md border border-line p-2.5" data-testid="slot">
      <div className="flex items-start gap-3">
        <Score score={score} />
        <div className="min-w-0 flex-1">
          <p className="text-sm font-semibold">
            {name}
            {rank > 1 && <span className="ml-1.5 text-xs font-medium text-warn">{ordinal(rank)} in line</span>}
          </p>
          <p className="tabular text-sm text-ink">{when}</p>
          <p className="text-xs text-ink-2 first-letter:uppercase">{reasonsOf({ parts: told })}</p>
        </div>
        <div className="flex items-center gap-0.5 max-sm:flex-col-reverse">
          <IconButton
            label={`Why ${name}`}
            aria-expanded={open}
            aria-controls={id}
            icon={<ChevronDown size={15} className={open ? "rotate-180" : ""} />}
            onClick={() => setOpen(!open)}
          />
          <Button aria-label={`Hold ${name}, ${when}`} onClick={onHold}>
            Hold
          </Button>
        </div>
      </div>
      <dl id={id} hidden={!open} className="mt-2.5 grid gap-1.5 border-t border-line pt-2.5">
        {suggestion.parts.map((part) => (
          <PartLine key={part.name} part={part} />
        ))}
      </dl>
    </li>
  );
}

/** Of a hundred, as a figure in a ring. */
function Score({ score }: { score: number }) {
  const round = 2 * Math.PI * 15;
  return (
    <span className="relative grid size-9 shrink-0 place-items-center" role="img" aria-label={`Score ${Math.round(score)} of 100`}>
      <svg aria-hidden width="36" height="36" viewBox="0 0 36 36" className="absolute -rotate-90">
        <circle cx="18" cy="18" r="15" fill="none" stroke="var(--pressed)" strokeWidth="3" />
        <circle
          cx="18"
          cy="18"
          r="15"
          fill="none"
          stroke="var(--accent)"
          strokeWidth="3"
          strokeLinecap="round"
          strokeDasharray={`${(round * score) / 100} ${round}`}
        />
      </svg>
      <span aria-hidden className="tabular text-xs font-semibold">
        {Math.round(score)}
      </span>
    </span>
  );
}

function PartLine({ part: { name, points, of, text } }: { part: Part }) {
  return (
    <div className="grid grid-cols-[7rem_1fr_auto] items-center gap-x-3 text-xs max-sm:grid-cols-[1fr_auto]">
      <dt className="text-ink-2">{PART_NAMES[name]}</dt>
      <dd className="text-ink max-sm:col-span-2 max-sm:row-start-2">{text}</dd>
      <dd className="tabular text-ink-3">
        {points} / {of}
      </dd>
    </div>
  );
}

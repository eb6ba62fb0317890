// How a person wants to be told of what: kind by kind and way by way, quiet hours, the hour of the digest.
import { useEffect, useState } from "react";

import { inWords } from "../session/api.ts";
import { useCanEdit } from "../studio/live.tsx";
import { Notice as Hint, Skeleton } from "../ui/bits.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { readWishes, saveWishes, type How, type Preferences, type Way, type Wishes } from "./api.ts";
import { HOW_WORDS, kindWord, WAYS } from "./words.ts";

export function WishesForm() {
  const [wishes, setWishes] = useState<Wishes | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    readWishes(stop.signal).then(setWishes, (error: unknown) => {
      if (!stop.signal.aborted) setFault(inWords(error));
    });
    return () => stop.abort();
  }, []);
  const save = (change: Partial<Preferences>): void => {
    if (wishes === null) return;
    const preferences = { ...wishes.preferences, ...change };
    setWishes({ ...wishes, preferences });
    saveWishes(preferences).then(
      (kept) => {
        setWishes(kept);
        setFault(null);
      },
      (error: unknown) => setFault(inWords(error)),
    );
  };
  if (wishes === null) return fault === null ? <Skeleton className="h-64 w-full" /> : <Fault words={fault} />;
  return (
    <div className="grid gap-5">
      {fault !== null && <Fault words={fault} />}
      {wishes.bounced !== null && (
        <Hint tone="warn">
          No e-mail reaches {wishes.address}: {wishes.bounced}
        </Hint>
      )}
      <Kinds wishes={wishes} save={save} />
      <Times wishes={wishes} save={save} />
    </div>
  );
}

function Fault({ words }: { words: string }) {
  return (
    <p role="alert" className="text-sm text-bad">
      {words}
    </p>
  );
}

interface PartProps {
  wishes: Wishes;
  save: (change: Partial<Preferences>) => void;
}

function Kinds({ wishes, save }: PartProps) {
  const { kinds } = wishes.preferences;
  const choose = (kind: string, way: Way, how: How): void =>
    save({ kinds: { ...kinds, [kind]: { ...kinds[kind], [way]: how } } });
  return (
    <table className="w-full border-collapse text-sm">
      <thead>
        <tr className="text-left text-xs text-ink-3">
          <th scope="col" className="py-1 font-medium">
            What
          </th>
          {WAYS.map(({ way, label }) => (
            <th key={way} scope="col" className="px-1 py-1 font-medium">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {wishes.effective.map(({ kind, ...now }) => (
          <tr key={kind} className="border-t border-line">
            <th scope="row" className="py-1 pr-2 text-left font-normal">
              {kindWord(kind)}
            </th>
            {WAYS.map(({ way, label, hows }) => (
              <td key={way} className="px-1 py-1">
                <select
                  aria-label={`${kindWord(kind)}: ${label}`}
                  value={kinds[kind]?.[way] ?? now[way]}
                  onChange={(event) => choose(kind, way, event.target.value as How)}
                  className="control h-8 w-full min-w-20 px-1.5"
                >
                  {hows.map((how) => (
                    <option key={how} value={how}>
                      {HOW_WORDS[how]}
                    </option>
                  ))}
                </select>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Times({ wishes, save }: PartProps) {
  const canEdit = useCanEdit();
  const { quiet, digest_at: digest, follows } = wishes.preferences;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {canEdit && (
        <SelectField
          label="Whose bookings"
          value={follows}
          onChange={(event) => save({ follows: event.target.value as Preferences["follows"] })}
        >
          <option value="own">Those I made, and those nobody here made</option>
          <option value="all">Everybody’s</option>
        </SelectField>
      )}
      <TextField
        type="time"
        label={`Digest at (${wishes.clock})`}
        value={digest}
        onChange={(event) => event.target.value !== "" && save({ digest_at: event.target.value })}
      />
      <label className="flex min-h-6 items-center gap-2 text-sm sm:col-span-2">
        <input
          type="checkbox"
          checked={quiet !== null}
          onChange={(event) => save({ quiet: event.target.checked ? { start: "22:00", end: "07:00" } : null })}
          className="size-4 accent-(--accent)"
        />
        Quiet hours: nothing is sent then, the app still tells
      </label>
      {quiet !== null && (
        <>
          <TextField
            type="time"
            label="From"
            value={quiet.start}
            onChange={(event) => event.target.value !== "" && save({ quiet: { ...quiet, start: event.target.value } })}
          />
          <TextField
            type="time"
            label="Until"
            value={quiet.end}
            onChange={(event) => event.target.value !== "" && save({ quiet: { ...quiet, end: event.target.value } })}
          />
        </>
      )}
    </div>
  );
}

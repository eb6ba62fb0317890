// How the artist wants to hear of what: kind by kind and way by way, quiet hours, the hour of the digest.
import { useEffect, useState } from "preact/hooks";

import { readWishes, saveWishes, type How, type Preferences, type Way, type Wishes } from "@production-tool/web/notices/api";
import { HOW_WORDS, kindWord, WAYS } from "@production-tool/web/notices/words";
import { inWords } from "@production-tool/web/session/api";

import { Sheet } from "../ui/sheet.tsx";

type Save = (change: Partial<Preferences>) => void;

export function WishesSheet({ onClose }: { onClose: () => void }) {
  const [wishes, setWishes] = useState<Wishes | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    readWishes(abort.signal).then(setWishes, (error: unknown) => {
      if (!abort.signal.aborted) setFault(inWords(error));
    });
    return () => abort.abort();
  }, []);
  const save: Save = (change) => {
    if (wishes === null) return;
    const preferences = { ...wishes.preferences, ...change };
    setWishes({ ...wishes, preferences });
    saveWishes(preferences).then(
      (kept) => {
        setWishes(kept);
        setFault(null);
      },
      (error: unknown) => {
        setWishes(wishes);
        setFault(inWords(error));
      },
    );
  };
  return (
    <Sheet title="What you hear of" onClose={onClose}>
      {fault !== null && <p role="alert" class="warning">{fault}</p>}
      {wishes === null && fault === null && <p role="status">Loading…</p>}
      {wishes?.bounced != null && (
        <p class="warning">
          No e-mail reaches {wishes.address}: {wishes.bounced}
        </p>
      )}
      {wishes !== null && <Times wishes={wishes} save={save} />}
      {wishes !== null && <Kinds wishes={wishes} save={save} />}
    </Sheet>
  );
}

interface PartProps {
  wishes: Wishes;
  save: Save;
}

function Times({ wishes, save }: PartProps) {
  const { quiet, digest_at: digest } = wishes.preferences;
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={quiet !== null}
          onChange={() => save({ quiet: quiet === null ? { start: "22:00", end: "07:00" } : null })}
        />
        <span>Quiet hours: nothing is sent then</span>
      </label>
      {quiet !== null && (
        <div class="times">
          <Time label="Quiet from" value={quiet.start} onGive={(start) => save({ quiet: { ...quiet, start } })} />
          –
          <Time label="Quiet until" value={quiet.end} onGive={(end) => save({ quiet: { ...quiet, end } })} />
        </div>
      )}
      <label class="field">
        <span>Digests come at ({wishes.clock.replaceAll("_", " ")})</span>
        <Time label={null} value={digest} onGive={(digest_at) => save({ digest_at })} />
      </label>
    </>
  );
}

function Time({ label, value, onGive }: { label: string | null; value: string; onGive: (time: string) => void }) {
  return (
    <input
      type="time"
      {...(label === null ? {} : { "aria-label": label })}
      value={value}
      onChange={({ currentTarget }) => {
        if (currentTarget.value !== "") onGive(currentTarget.value);
      }}
    />
  );
}

function Kinds({ wishes, save }: PartProps) {
  const { kinds } = wishes.preferences;
  const choose = (kind: string, way: Way, how: How): void => save({ kinds: { ...kinds, [kind]: { ...kinds[kind], [way]: how } } });
  return (
    <>
      {wishes.effective.map(({ kind, ...now }) => (
        <fieldset key={kind} class="wish">
          <legend>{kindWord(kind)}</legend>
          {WAYS.map(({ way, label, hows }) => (
            <label key={way} class="field">
              <span>{label}</span>
              <select
                value={kinds[kind]?.[way] ?? now[way]}
                onChange={({ currentTarget }) => choose(kind, way, currentTarget.value as How)}
              >
                {hows.map((how) => (
                  <option key={how} value={how}>
                    {HOW_WORDS[how]}
                  </option>
                ))}
              </select>
            </label>
          ))}
        </fieldset>
      ))}
    </>
  );
}

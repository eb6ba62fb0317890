// API keys: made, rotated, revoked; a secret is shown once.
import { Plus } from "lucide-react";
import { useState, type FormEvent } from "react";

import { call } from "../session/api.ts";
import { Notice } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { Ago, Card, Items, Secret, Section, Sure } from "./parts.tsx";
import { SCOPES, type ApiKey } from "./types.ts";
import { useDoing, useList } from "./use-list.ts";

interface Made {
  readonly key: ApiKey;
  readonly secret: string;
}

export function KeysTab() {
  const keys = useList<ApiKey>("api-keys");
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const doing = useDoing();
  const rotate = (key: ApiKey): Promise<void> =>
    doing.run(async () => {
      setMade((await call<Made>(`api-keys/${key.id}/rotate`, { json: {} })).data);
      keys.reload();
    });
  const revoke = (key: ApiKey): Promise<void> =>
    doing.run(async () => {
      await call(`api-keys/${key.id}`, { method: "DELETE" });
      keys.reload();
    });
  return (
    <Section
      title="API keys"
      lead="For programs of yours: each key opens what you tick and nothing else. What it does stands in the history under its name."
      action={
        !adding && (
          <Button weight="primary" onClick={() => setAdding(true)}>
            <Plus aria-hidden size={15} />
            New key
          </Button>
        )
      }
    >
      {made !== null && (
        <Secret
          label={`Secret of ${made.key.name}`}
          value={made.secret}
          example={`curl -s ${location.origin}/api/v1/bookings -H "Authorization: Bearer ${made.secret}"`}
          onDone={() => setMade(null)}
        />
      )}
      {doing.error !== null && <Notice tone="bad">{doing.error}</Notice>}
      {adding && (
        <KeyForm
          onCancel={() => setAdding(false)}
          onMade={(one) => {
            setAdding(false);
            setMade(one);
            keys.reload();
          }}
        />
      )}
      <Items
        listed={keys}
        name="API keys"
        none={{ title: "No API keys yet", words: "Make one for a script, a dashboard or a tool of your pipeline." }}
      >
        {(key) => (
          <Card key={key.id}>
            <div className="flex flex-wrap items-center justify-between gap-2">
              <p className="min-w-0 text-sm font-medium break-words">
                {key.name} <span className="font-mono text-xs font-normal text-ink-3">…{key.hint}</span>
              </p>
              {key.revoked_at === null ? (
                <span className="flex flex-wrap gap-2">
                  <Button size="s" disabled={doing.busy} onClick={() => void rotate(key)}>
                    Rotate
                  </Button>
                  <Sure label="Revoke" sure="Programs that use it stop." onYes={() => void revoke(key)} />
                </span>
              ) : (
                <span className="text-xs font-medium text-bad">
                  Revoked <Ago at={key.revoked_at} />
                </span>
              )}
            </div>
            <p className="text-xs text-ink-2">{key.scopes.join(", ")}</p>
            <p className="text-xs text-ink-3">
              By {key.created_by_name}, <Ago at={key.created_at} />
              {" · "}
              {key.last_used_at === null ? (
                "never used"
              ) : (
                <>
                  used <Ago at={key.last_used_at} />
                </>
              )}
              {key.expires_at !== null && ` · until ${key.expires_at.slice(0, 10)}`}
            </p>
          </Card>
        )}
      </Items>
    </Section>
  );
}

const LIVES = [
  { days: "", words: "Until revoked" },
  { days: "30", words: "30 days" },
  { days: "90", words: "90 days" },
  { days: "365", words: "A year" },
] as const;

function KeyForm({ onCancel, onMade }: { onCancel: () => void; onMade: (made: Made) => void }) {
  const [name, setName] = useState("");
  const [days, setDays] = useState("");
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set(["schedule:read"]));
  const doing = useDoing();
  const toggle = (scope: string): void => {
    const next = new Set(scopes);
    if (!next.delete(scope)) next.add(scope);
    setScopes(next);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void doing.run(async () => {
      const ends = days === "" ? {} : { expires_at: new Date(Date.now() + Number(days) * 86_400_000).toISOString() };
      onMade((await call<Made>("api-keys", { json: { name: name.trim(), scopes: [...scopes], ...ends } })).data);
    });
  };
  return (
    <form aria-label="New API key" onSubmit={submit} className="grid gap-4 rounded-lg border border-line bg-surface p-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="What it is for"
          required
          autoFocus
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField label="How long it is good" value={days} onChange={(event) => setDays(event.target.value)}>
          {LIVES.map((life) => (
            <option key={life.days} value={life.days}>
              {life.words}
            </option>
          ))}
        </SelectField>
      </div>
      <fieldset className="grid gap-1">
        <legend className="mb-1 text-xs font-medium text-ink-2">What it may do</legend>
        <div className="grid gap-x-4 sm:grid-cols-2">
          {SCOPES.map(({ scope, words }) => (
            <label key={scope} className="flex min-h-8 items-center gap-2 text-sm">
              <input type="checkbox" checked={scopes.has(scope)} onChange={() => toggle(scope)} />
              <span>{words}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {doing.error !== null && <Notice tone="bad">{doing.error}</Notice>}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" weight="primary" busy={doing.busy} disabled={name.trim() === "" || scopes.size === 0}>
          Make key
        </Button>
      </div>
    </form>
  );
}

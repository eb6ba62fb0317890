// Webhooks: where events are posted, how that goes, and posting again.
import { Plus } from "lucide-react";
import { useState, type FormEvent } from "react";

import { call } from "../session/api.ts";
import { useLive } from "../studio/live.tsx";
import { Notice } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { Deliveries } from "./deliveries.tsx";
import { Card, Items, Secret, Section, Sure } from "./parts.tsx";
import type { Delivery, Webhook } from "./types.ts";
import { useDoing, useList, type Listed } from "./use-list.ts";

interface Made {
  readonly webhook: Webhook;
  readonly secret: string;
}

export function WebhooksTab() {
  const hooks = useList<Webhook>("webhooks");
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  return (
    <Section
      title="Webhooks"
      lead="Every event is posted to an address of yours: signed, in order, and again until it is taken."
      action={
        !adding && (
          <Button weight="primary" onClick={() => setAdding(true)}>
            <Plus aria-hidden size={15} />
            New webhook
          </Button>
        )
      }
    >
      {made !== null && (
        <Secret label="Signing secret" value={made.secret} onDone={() => setMade(null)} />
      )}
      {adding && (
        <HookForm
          onCancel={() => setAdding(false)}
          onSave={async (wanted) => {
            setMade((await call<Made>("webhooks", { json: wanted })).data);
            setAdding(false);
            hooks.reload();
          }}
        />
      )}
      <Items
        listed={hooks}
        name="Webhooks"
        none={{ title: "No webhooks yet", words: "Name an address, and this studio's events are posted there." }}
      >
        {(hook) => <HookCard key={hook.id} hook={hook} hooks={hooks} onSecret={setMade} />}
      </Items>
    </Section>
  );
}

function HookCard({
  hook,
  hooks,
  onSecret,
}: {
  hook: Webhook;
  hooks: Listed<Webhook>;
  onSecret: (made: Made) => void;
}) {
  const [open, setOpen] = useState(false);
  const [editing, setEditing] = useState(false);
  const [tested, setTested] = useState<Delivery | null>(null);
  const [turn, setTurn] = useState(0);
  const doing = useDoing();
  const path = `webhooks/${hook.id}`;
  const change = (json: object): Promise<void> =>
    doing.run(async () => {
      await call(path, { method: "PATCH", json });
      hooks.reload();
    });
  const test = (): Promise<void> =>
    doing.run(async () => {
      setTested((await call<Delivery>(`${path}/test`, { method: "POST" })).data);
      setTurn((before) => before + 1);
    });
  const redeliver = (seq: number): Promise<void> =>
    doing.run(async () => {
      await call(`${path}/redeliver`, { json: { from_seq: seq } });
      hooks.reload();
      setTurn((before) => before + 1);
    });
  const behind = hook.head_seq - hook.cursor_seq;
  return (
    <Card>
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0">
          <p className="font-mono text-sm break-all">{hook.url}</p>
          <p className="text-xs text-ink-2">{hook.description || wanted(hook)}</p>
        </div>
        <State hook={hook} />
      </div>
      {hook.state === "disabled" && <Notice tone="bad">Switched off. {hook.reason}</Notice>}
      {hook.state === "active" && hook.attempt > 0 && (
        <Notice tone="warn">
          Number {hook.cursor_seq + 1} was not taken, {hook.attempt}×. It is tried again by itself.
        </Notice>
      )}
      <p className="text-xs text-ink-3">
        {behind <= 0 ? "Everything delivered." : `${behind} of ${hook.head_seq} events still to go.`}
      </p>
      {tested !== null && (
        <Notice tone={tested.ok ? "good" : "bad"}>
          <span role="status">
            {tested.ok
              ? `The test was taken: ${tested.status} in ${tested.latency_ms} ms.`
              : `The test was not taken: ${tested.error}.`}
          </span>
        </Notice>
      )}
      {doing.error !== null && <Notice tone="bad">{doing.error}</Notice>}
      <div className="flex flex-wrap gap-2">
        <Button size="s" busy={doing.busy} onClick={() => void test()}>
          Send test
        </Button>
        <Button size="s" aria-expanded={open} onClick={() => setOpen(!open)}>
          Deliveries
        </Button>
        <Button size="s" aria-expanded={editing} onClick={() => setEditing(!editing)}>
          Edit
        </Button>
        {hook.state === "active" ? (
          <Button size="s" onClick={() => void change({ state: "paused" })}>
            Pause
          </Button>
        ) : (
          <Button size="s" onClick={() => void change({ state: "active" })}>
            Switch on
          </Button>
        )}
        <Button
          size="s"
          onClick={() =>
            void doing.run(async () => onSecret((await call<Made>(`${path}/rotate`, { json: {} })).data))
          }
        >
          New secret
        </Button>
        <Sure
          label="Delete"
          sure="Its deliveries go with it."
          onYes={() =>
            void doing.run(async () => {
              await call(path, { method: "DELETE" });
              hooks.reload();
            })
          }
        />
      </div>
      {editing && (
        <HookForm
          hook={hook}
          onCancel={() => setEditing(false)}
          onSave={async (wanted) => {
            await call(path, { method: "PATCH", json: wanted });
            setEditing(false);
            hooks.reload();
          }}
        />
      )}
      {open && <Deliveries key={turn} hookId={hook.id} onRedeliver={(seq) => void redeliver(seq)} />}
    </Card>
  );
}

function State({ hook }: { hook: Webhook }) {
  if (hook.state === "active" && hook.next_attempt_at !== null) {
    return <span className="text-xs font-medium text-warn">Waiting</span>;
  }
  const look = { active: "text-good", paused: "text-ink-3", disabled: "text-bad" }[hook.state];
  const words = { active: "On", paused: "Paused", disabled: "Off" }[hook.state];
  return <span className={`text-xs font-medium ${look}`}>{words}</span>;
}

function wanted(hook: Webhook): string {
  return hook.types.length === 0 ? "All events" : hook.types.join(", ");
}

const KINDS = [
  { value: "", words: "Everything" },
  { value: "booking.*", words: "Bookings" },
  { value: "project.*", words: "Projects" },
  { value: "artist.*", words: "Artists" },
  { value: "time_off.*", words: "Time off" },
] as const;

interface FormProps {
  readonly hook?: Webhook;
  readonly onCancel: () => void;
  readonly onSave: (wanted: object) => Promise<void>;
}

/** A new webhook, or what is to be different about one. */
function HookForm({ hook, onCancel, onSave }: FormProps) {
  const [url, setUrl] = useState(hook?.url ?? "");
  const [kind, setKind] = useState(hook?.types.join(",") ?? "");
  const [project, setProject] = useState(hook?.project_id ?? "");
  const projects = useLive((state) => state.projects);
  const doing = useDoing();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const types = kind === "" ? [] : kind.split(",");
    void doing.run(() => onSave({ url: url.trim(), types, project_id: project === "" ? null : project }));
  };
  const made = hook !== undefined;
  return (
    <form
      aria-label={made ? "Edit webhook" : "New webhook"}
      onSubmit={submit}
      className="grid gap-4 rounded-lg border border-line bg-surface p-4"
    >
      <TextField
        label="Address"
        hint="https, and reachable from the internet"
        required
        autoFocus
        inputMode="url"
        placeholder="https://hooks.example.com/schedule"
        value={url}
        onChange={(event) => setUrl(event.target.value)}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField label="What" value={kind} onChange={(event) => setKind(event.target.value)}>
          {kindsWith(hook).map(({ value, words }) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </SelectField>
        <SelectField label="Of which project" value={project} onChange={(event) => setProject(event.target.value)}>
          <option value="">All of the studio</option>
          {[...projects.values()].map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      {doing.error !== null && <Notice tone="bad">{doing.error}</Notice>}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" weight="primary" busy={doing.busy} disabled={url.trim() === ""}>
          {made ? "Save webhook" : "Add webhook"}
        </Button>
      </div>
    </form>
  );
}

/** The usual choices, and what a webhook made over REST may ask for beside them. */
function kindsWith(hook: Webhook | undefined): readonly { value: string; words: string }[] {
  const own = hook?.types.join(",") ?? "";
  if (KINDS.some(({ value }) => value === own)) return KINDS;
  return [...KINDS, { value: own, words: hook?.types.join(", ") ?? "" }];
}

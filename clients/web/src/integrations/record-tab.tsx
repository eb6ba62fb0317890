// Who changed keys, webhooks and calendar links.
import { Ago, Items, Section } from "./parts.tsx";
import type { RecordLine } from "./types.ts";
import { useList } from "./use-list.ts";

const WORDS: Readonly<Record<string, string>> = {
  "api_key.created": "made the key",
  "api_key.rotated": "gave a new secret to the key",
  "api_key.revoked": "revoked the key",
  "webhook.created": "added the webhook",
  "webhook.edited": "changed the webhook",
  "webhook.rotated": "gave a new secret to the webhook",
  "webhook.redelivered": "had events sent again to",
  "webhook.disabled": "switched off the webhook",
  "webhook.deleted": "deleted the webhook",
  "calendar.created": "made a calendar link for",
  "calendar.revoked": "revoked a link to",
};

export function RecordTab() {
  const listed = useList<RecordLine>("integration-log?limit=100");
  return (
    <Section title="Record" lead="What was done on this page and by keys that may, the newest first.">
      <Items listed={listed} name="Record" none={{ title: "Nothing yet", words: "Changes here are written down." }}>
        {(line) => (
          <li key={line.id} className="grid gap-0.5 border-b border-line py-2 text-sm">
            <p className="break-words">
              <span className="font-medium">{line.actor_name}</span> {WORDS[line.action] ?? line.action}{" "}
              <span className="font-medium break-all">{line.subject_name}</span>
            </p>
            <p className="text-xs text-ink-3">
              <Ago at={line.at} />
              {line.details !== "" && ` · ${line.details}`}
            </p>
          </li>
        )}
      </Items>
    </Section>
  );
}

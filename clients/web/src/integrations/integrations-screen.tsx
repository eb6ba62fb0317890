// The integrations page: keys, webhooks and the record for owners, calendar links for everybody.
import { useState, type KeyboardEvent, type ReactNode } from "react";

import { classes } from "../lib/classes.ts";
import { useLive } from "../studio/live.tsx";
import { CalendarsTab } from "./calendars-tab.tsx";
import { KeysTab } from "./keys-tab.tsx";
import { RecordTab } from "./record-tab.tsx";
import { WebhooksTab } from "./webhooks-tab.tsx";

const TABS = [
  { id: "keys", label: "API keys" },
  { id: "webhooks", label: "Webhooks" },
  { id: "calendars", label: "Calendars" },
  { id: "record", label: "Record" },
] as const;

type TabId = (typeof TABS)[number]["id"];

export function IntegrationsScreen() {
  const owner = useLive((state) => state.me?.role === "studio_owner");
  const [chosen, setChosen] = useState<TabId>("keys");
  if (!owner) {
    return (
      <Page title="Calendar links">
        <CalendarsTab />
      </Page>
    );
  }
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const at = TABS.findIndex(({ id }) => id === chosen);
    const next = TABS[(at + by + TABS.length) % TABS.length];
    if (next === undefined) return;
    setChosen(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  return (
    <Page title="Integrations">
      <p className="text-sm text-ink-2">
        What programs can do stands in the{" "}
        <a href="/docs" className="text-accent underline">
          API reference
        </a>
        , what they can follow live in{" "}
        <a href="/api/v1/asyncapi.json" className="text-accent underline">
          asyncapi.json
        </a>
        .
      </p>
      <div role="tablist" aria-label="Integrations" className="flex gap-1 overflow-x-auto border-b border-line">
        {TABS.map(({ id, label }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === chosen}
            aria-controls={`panel-${id}`}
            tabIndex={id === chosen ? 0 : -1}
            onClick={() => setChosen(id)}
            onKeyDown={step}
            className={classes(
              "-mb-px min-h-10 border-b-2 px-3 text-sm font-medium whitespace-nowrap",
              id === chosen ? "border-accent text-ink" : "border-transparent text-ink-2 hover:text-ink",
            )}
          >
            {label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`panel-${chosen}`} aria-labelledby={`tab-${chosen}`}>
        {chosen === "keys" && <KeysTab />}
        {chosen === "webhooks" && <WebhooksTab />}
        {chosen === "calendars" && <CalendarsTab />}
        {chosen === "record" && <RecordTab />}
      </div>
    </Page>
  );
}

function Page({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="min-h-0 min-w-0 flex-1 overflow-y-auto thin-scroll">
      <div className="mx-auto grid max-w-3xl gap-5 px-4 py-6 sm:px-6 sm:py-8">
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        {children}
      </div>
    </main>
  );
}

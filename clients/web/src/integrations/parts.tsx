// Pieces that the tabs of the integrations page share.
import { Check, Copy } from "lucide-react";
import { useState, type ReactNode } from "react";

import { formatAgo } from "../lib/format.ts";
import { useLocale } from "../studio/live.tsx";
import { EmptyState, Notice, Skeleton } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import type { Listed } from "./use-list.ts";

interface SecretProps {
  label: string;
  value: string;
  /** A first command to try it with. */
  example?: string;
  onDone: () => void;
}

/** A secret that is shown this once. */
export function Secret({ label, value, example, onDone }: SecretProps) {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard?.writeText(value).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <div role="status" className="grid gap-2 rounded-lg border border-line-strong bg-sunken p-3">
      <p className="text-sm font-medium">{label}</p>
      <p className="text-sm text-ink-2">Copy it now: it is not shown again.</p>
      <input
        readOnly
        aria-label={label}
        value={value}
        onFocus={(event) => event.target.select()}
        className="control font-mono text-xs"
      />
      {example !== undefined && (
        <div className="grid gap-1">
          <p className="text-sm text-ink-2">To try it:</p>
          <code className="block rounded-md bg-surface px-2 py-1.5 font-mono text-xs break-all select-all">{example}</code>
        </div>
      )}
      <div className="flex gap-2">
        <Button weight="primary" onClick={copy}>
          {copied ? <Check aria-hidden size={15} /> : <Copy aria-hidden size={15} />}
          {copied ? "Copied" : "Copy"}
        </Button>
        <Button onClick={onDone}>I have kept it</Button>
      </div>
    </div>
  );
}

export function Section({
  title,
  lead,
  action,
  children,
}: {
  title: string;
  lead: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section aria-label={title} className="grid gap-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <p className="max-w-xl text-sm text-ink-2">{lead}</p>
        {action}
      </div>
      {children}
    </section>
  );
}

/** The items, or that they are being loaded, could not be, or are none. */
export function Items<Item>({
  listed,
  none,
  name,
  children,
}: {
  listed: Listed<Item>;
  none: { title: string; words: string };
  name: string;
  children: (item: Item) => ReactNode;
}) {
  if (listed.error !== null) {
    return (
      <Notice tone="bad">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <span>{listed.error}</span>
          <Button size="s" onClick={listed.reload}>
            Try again
          </Button>
        </div>
      </Notice>
    );
  }
  if (listed.items === null) {
    return (
      <div className="grid gap-2">
        <Skeleton className="h-16" />
        <Skeleton className="h-16" />
      </div>
    );
  }
  if (listed.items.length === 0) return <EmptyState title={none.title}>{none.words}</EmptyState>;
  return (
    <>
      <ul aria-label={name} className="grid gap-2">
        {listed.items.map(children)}
      </ul>
      {listed.older !== null && (
        <Button size="s" className="justify-self-center" onClick={listed.older}>
          Show older
        </Button>
      )}
    </>
  );
}

export function Card({ children }: { children: ReactNode }) {
  return <li className="grid gap-2 rounded-lg border border-line bg-surface p-3 sm:p-4">{children}</li>;
}

export function Ago({ at }: { at: string }) {
  const locale = useLocale();
  return <time dateTime={at}>{formatAgo(Date.parse(at), Date.now(), locale)}</time>;
}

/** Asks once more before something that cannot be taken back. */
export function Sure({ label, sure, onYes }: { label: string; sure: string; onYes: () => void }) {
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <Button size="s" weight="danger" onClick={() => setAsked(true)}>
        {label}
      </Button>
    );
  }
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span role="status" className="text-xs text-ink-2">
        {sure}
      </span>
      <Button size="s" weight="danger" autoFocus onClick={onYes}>
        Yes, {label.toLowerCase()}
      </Button>
      <Button size="s" weight="quiet" onClick={() => setAsked(false)}>
        Keep
      </Button>
    </span>
  );
}

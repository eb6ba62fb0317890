// The artist's bookings in their own calendar program, by a secret address that can be renewed and ended.
import { useEffect, useState } from "preact/hooks";

import { toMs } from "@production-tool/shared";
import { formatDay } from "@production-tool/web/lib/format";
import { call, inWords } from "@production-tool/web/session/api";

import { locale, useZone } from "../live/live.ts";
import { Button } from "../ui/button.tsx";

interface CalendarLink {
  readonly id: string;
  readonly artist_id: string | null;
  readonly created_at: string;
  readonly last_used_at: string | null;
}

interface CalendarSecret {
  readonly link: CalendarLink;
  readonly path: string;
}

type Links = readonly CalendarLink[];

export function CalendarCard({ artistId }: { artistId: string }) {
  const [links, setLinks] = useState<Links | null>(null);
  const [address, setAddress] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    call<Links>("calendar-links", { signal: abort.signal }).then(
      ({ data }) => setLinks(data.filter((link) => link.artist_id === artistId)),
      (fault: unknown) => {
        if (!abort.signal.aborted) setProblem(inWords(fault));
      },
    );
    return () => abort.abort();
  }, [artistId]);
  const doing = (work: () => Promise<void>): void => {
    setBusy(true);
    setProblem(null);
    work()
      .catch((fault: unknown) => setProblem(inWords(fault)))
      .finally(() => setBusy(false));
  };
  const end = async (old: Links): Promise<void> => {
    for (const { id } of old) await call(`calendar-links/${id}`, { method: "DELETE" });
  };
  const make = (old: Links): void =>
    doing(async () => {
      const { data } = await call<CalendarSecret>("calendar-links", { json: { artist_id: artistId } });
      setAddress(`${location.origin}${data.path}`);
      setLinks([...old, data.link]);
      await end(old);
      setLinks([data.link]);
    });
  const stop = (old: Links): void =>
    doing(async () => {
      await end(old);
      setLinks([]);
      setAddress(null);
    });
  const live = links ?? [];
  return (
    <section class="card" aria-label="Calendar subscription">
      <h2>In your own calendar</h2>
      {live.length === 0 && <p class="soft">A secret address lets your calendar program follow your bookings.</p>}
      {live.length > 0 && address === null && <Standing link={live[0]} />}
      {address !== null && <Address address={address} />}
      {problem !== null && <p role="alert" class="warning">{problem}</p>}
      <div class="answers">
        {links !== null && (
          <Button disabled={busy} onPress={() => make(live)}>
            {live.length === 0 ? "Make an address" : "New address"}
          </Button>
        )}
        {live.length > 0 && (
          <Button weight="danger" disabled={busy} onPress={() => stop(live)}>
            End it
          </Button>
        )}
      </div>
      {live.length > 0 && <p class="soft">A new address ends the one before: programs that had it show nothing new.</p>}
    </section>
  );
}

function Standing({ link }: { link: CalendarLink | undefined }) {
  const zone = useZone();
  if (link === undefined) return null;
  const used = link.last_used_at;
  return (
    <p>
      There is an address since {formatDay(toMs(link.created_at), zone, locale)},{" "}
      {used === null ? "not read yet." : `last read ${formatDay(toMs(used), zone, locale)}.`}
    </p>
  );
}

function Address({ address }: { address: string }) {
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = (): void => {
    // The clipboard is there on https and on localhost only; the text itself can always be marked.
    Promise.resolve(navigator.clipboard?.writeText(address) ?? Promise.reject(new Error("no clipboard"))).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <div class="stack">
      <label class="field">
        <span>Your address, shown this once: who has it can read your bookings</span>
        <input type="text" readOnly value={address} onFocus={({ currentTarget }) => currentTarget.select()} />
      </label>
      <div class="answers">
        <a class="button primary" href={address.replace(/^https?:/u, "webcal:")}>
          Open in calendar
        </a>
        <Button onPress={copy}>{copied === true ? "Copied" : "Copy"}</Button>
        {"share" in navigator && (
          <Button onPress={() => void navigator.share({ title: "My bookings", url: address }).catch(() => undefined)}>Share</Button>
        )}
      </div>
      <p class="soft" role="status">
        {copied === false && "It could not be copied: mark the address and copy it yourself."}
        {copied === true && "Paste it where your calendar program asks for a subscription."}
      </p>
    </div>
  );
}

// The rest of an artist's record: rate, holidays, preferred projects, portfolio, notes, and how full they are.
import { ExternalLink, Plus, X } from "lucide-react";
import { useEffect, useState } from "react";

import { toInstant, type Artist, type PortfolioLink } from "@production-tool/shared";

import { addDays, startOfDay } from "../lib/time.ts";
import { call, inWords } from "../session/api.ts";
import { useLive, useLocale, useZone } from "../studio/live.tsx";
import { Skeleton } from "../ui/bits.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { SelectField, TextArea, TextField } from "../ui/field.tsx";

/** As the fields hold them; `readExtras` says what they mean. */
export interface Extras {
  readonly amount: string;
  readonly currency: string;
  /** "" is as the studio, "none" has no holidays, else "DE" or "DE-BY". */
  readonly holidays: string;
  readonly preferred: readonly string[];
  readonly portfolio: readonly PortfolioLink[];
  readonly notes: string;
}

export function extrasOf(artist: Artist | undefined): Extras {
  const { rate, holiday_country: country, holiday_subdivision: part } = artist ?? {};
  const holidays = country == null ? "" : country === "" ? "none" : part ? `${country}-${part}` : country;
  return {
    amount: rate == null ? "" : String(rate.amount),
    currency: rate?.currency ?? "EUR",
    holidays,
    preferred: artist?.preferred_projects ?? [],
    portfolio: artist?.portfolio ?? [],
    notes: artist?.notes ?? "",
  };
}

export interface ExtraFields {
  readonly rate: { amount: number; currency: string } | null;
  readonly holiday_country: string | null;
  readonly holiday_subdivision: string | null;
  readonly preferred_projects: string[];
  readonly portfolio: PortfolioLink[];
  readonly notes: string;
}

/** The record's fields, or what is wrong with what was typed. */
export function readExtras(extras: Extras): ExtraFields | { problem: string } {
  const amount = Number(extras.amount.replace(",", "."));
  const paid = extras.amount.trim() !== "";
  if (paid && (!Number.isFinite(amount) || amount < 0)) return { problem: "The rate is a number, such as 450." };
  if (paid && !/^[A-Z]{3}$/u.test(extras.currency)) return { problem: "A currency has three letters, such as EUR." };
  const links = extras.portfolio.filter(({ url }) => url.trim() !== "");
  const bad = links.find(({ url }) => !/^https?:\/\/\S+$/u.test(url.trim()));
  if (bad !== undefined) return { problem: `“${bad.url}” is no web address. It begins with https://.` };
  const [country = "", ...part] = extras.holidays.split("-");
  const own = extras.holidays !== "";
  return {
    rate: paid ? { amount, currency: extras.currency } : null,
    holiday_country: own ? (country === "none" ? "" : country) : null,
    holiday_subdivision: own ? part.join("-") : null,
    preferred_projects: [...extras.preferred],
    portfolio: links.map((link) => ({ ...link, url: link.url.trim(), title: link.title.trim() })),
    notes: extras.notes,
  };
}

export function ExtrasFields({ extras, onChange }: { extras: Extras; onChange: (extras: Extras) => void }) {
  const set = (change: Partial<Extras>): void => onChange({ ...extras, ...change });
  return (
    <div className="grid gap-4">
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <div className="grid grid-cols-[1fr_5rem] items-start gap-2">
          <TextField
            label="Rate per day"
            inputMode="decimal"
            value={extras.amount}
            onChange={(event) => set({ amount: event.target.value })}
          />
          <TextField
            label="Currency"
            maxLength={3}
            value={extras.currency}
            onChange={(event) => set({ currency: event.target.value.toUpperCase() })}
          />
        </div>
        <HolidayChoice value={extras.holidays} onChange={(holidays) => set({ holidays })} />
      </div>
      <PreferredProjects chosen={extras.preferred} onChange={(preferred) => set({ preferred })} />
      <Portfolio links={extras.portfolio} onChange={(portfolio) => set({ portfolio })} />
      <TextArea
        label="Notes"
        value={extras.notes}
        maxLength={10_000}
        onChange={(event) => set({ notes: event.target.value })}
      />
    </div>
  );
}

interface Country {
  readonly country: string;
  readonly subdivisions: readonly string[];
}

/** Countries whose holidays are known; where they cannot be asked for, what is set stays choosable. */
function useCountries(): readonly Country[] {
  const [countries, setCountries] = useState<readonly Country[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    call<Country[]>("holidays/countries", { signal: stop.signal }).then(
      ({ data }) => setCountries(data),
      () => undefined,
    );
    return () => stop.abort();
  }, []);
  return countries;
}

export interface HolidayChoiceProps {
  value: string;
  /** The studio's own choice: there is nobody to do as. */
  studio?: boolean;
  onChange: (value: string) => void;
}

export function HolidayChoice({ value, studio = false, onChange }: HolidayChoiceProps) {
  const countries = useCountries();
  const locale = useLocale();
  const names = new Intl.DisplayNames([locale], { type: "region" });
  const [country = ""] = value.split("-");
  const parts = countries.find((each) => each.country === country)?.subdivisions ?? [];
  const known = countries
    .map((each) => ({ code: each.country, name: names.of(each.country) ?? each.country }))
    .sort((a, b) => a.name.localeCompare(b.name));
  return (
    <div className="grid gap-2">
      <SelectField label="Public holidays" value={country} onChange={(event) => onChange(event.target.value)}>
        {!studio && <option value="">As the studio</option>}
        <option value="none">None</option>
        {known.length === 0 && country !== "" && country !== "none" && <option value={country}>{country}</option>}
        {known.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </SelectField>
      {parts.length > 0 && (
        <SelectField
          label="Part of the country"
          hideLabel
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          <option value={country}>The whole country</option>
          {parts.map((part) => (
            <option key={part} value={`${country}-${part}`}>
              {part}
            </option>
          ))}
        </SelectField>
      )}
    </div>
  );
}

function PreferredProjects({ chosen, onChange }: { chosen: readonly string[]; onChange: (ids: readonly string[]) => void }) {
  const projects = useLive((state) => state.projects);
  const open = [...projects.values()]
    .filter(({ id, status }) => !chosen.includes(id) && status !== "archived" && status !== "delivered")
    .sort((a, b) => a.name.localeCompare(b.name));
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-xs font-medium text-ink-2">Preferred projects</legend>
      {chosen.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {chosen.map((id) => {
            const name = projects.get(id)?.name ?? "A project";
            return (
              <li key={id} className="flex items-center gap-1 rounded-md bg-sunken pl-2 text-sm">
                {name}
                <IconButton
                  label={`Remove ${name}`}
                  icon={<X size={13} />}
                  className="size-6"
                  onClick={() => onChange(chosen.filter((each) => each !== id))}
                />
              </li>
            );
          })}
        </ul>
      )}
      <select
        aria-label="Add a preferred project"
        value=""
        onChange={(event) => event.target.value !== "" && onChange([...chosen, event.target.value])}
        className="control w-60 max-w-full pr-1"
      >
        <option value="">Add a project…</option>
        {open.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </fieldset>
  );
}

const MEDIA: readonly PortfolioLink["media_type"][] = ["reel", "video", "image", "model", "audio", "document", "website"];

function Portfolio({
  links,
  onChange,
}: {
  links: readonly PortfolioLink[];
  onChange: (links: readonly PortfolioLink[]) => void;
}) {
  const set = (at: number, change: Partial<PortfolioLink>): void =>
    onChange(links.map((link, index) => (index === at ? { ...link, ...change } : link)));
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-xs font-medium text-ink-2">Portfolio</legend>
      {links.map((link, index) => (
        <div key={index} className="flex flex-wrap items-center gap-2">
          <select
            aria-label={`Kind of link ${index + 1}`}
            value={link.media_type}
            onChange={(event) => set(index, { media_type: event.target.value as PortfolioLink["media_type"] })}
            className="control w-28 pr-1"
          >
            {MEDIA.map((kind) => (
              <option key={kind} value={kind}>
                {kind}
              </option>
            ))}
          </select>
          <input
            aria-label={`Address of link ${index + 1}`}
            type="url"
            placeholder="https://"
            value={link.url}
            maxLength={2000}
            onChange={(event) => set(index, { url: event.target.value })}
            className="control min-w-40 flex-1"
          />
          <input
            aria-label={`Title of link ${index + 1}`}
            placeholder="Title"
            value={link.title}
            maxLength={200}
            onChange={(event) => set(index, { title: event.target.value })}
            className="control w-36"
          />
          {/^https?:\/\//u.test(link.url) && (
            <a
              href={link.url}
              target="_blank"
              rel="noreferrer noopener"
              aria-label={`Open ${link.title || link.url}`}
              className="grid size-8 place-items-center rounded-md text-ink-2 hover:bg-hover"
            >
              <ExternalLink aria-hidden size={15} />
            </a>
          )}
          <IconButton
            label={`Remove link ${index + 1}`}
            icon={<X size={15} />}
            onClick={() => onChange(links.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button
        size="s"
        className="justify-self-start"
        onClick={() => onChange([...links, { url: "", title: "", media_type: "reel" }])}
      >
        <Plus aria-hidden size={14} />
        Add a link
      </Button>
    </fieldset>
  );
}

interface Load {
  readonly working: number;
  readonly off: number;
  readonly confirmed: number;
  readonly pencil: number;
  readonly hold: number;
  readonly free: number;
  readonly utilisation: number | null;
}

const WEEKS = 4;

/** How full the next weeks are, in hours of work. */
export function Utilisation({ artistId }: { artistId: string }) {
  const zone = useZone();
  const [load, setLoad] = useState<Load | string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const start = startOfDay(Date.now(), zone);
    const query = new URLSearchParams({
      start: toInstant(start),
      end: toInstant(addDays(start, 7 * WEEKS, zone)),
    });
    call<{ total: Load }>(`artists/${artistId}/utilisation?${query.toString()}`, { signal: stop.signal }).then(
      ({ data }) => setLoad(data.total),
      (fault: unknown) => {
        if (!stop.signal.aborted) setLoad(inWords(fault));
      },
    );
    return () => stop.abort();
  }, [artistId, zone]);
  if (load === null) return <Skeleton className="h-10 w-full" />;
  if (typeof load === "string") return <p className="text-xs text-ink-3">{load}</p>;
  const whole = Math.max(1, load.working);
  const parts = [
    { name: "confirmed", hours: load.confirmed, look: "bg-confirmed" },
    { name: "pencilled", hours: load.pencil, look: "bg-pencil" },
    { name: "on hold", hours: load.hold, look: "bg-hold" },
    { name: "off", hours: load.off, look: "bg-ended" },
  ];
  const hours = (value: number): string => `${Math.round(value)} h`;
  return (
    <div className="grid gap-1.5" data-testid="utilisation">
      <p className="flex justify-between gap-3 text-xs font-medium text-ink-2">
        The next {WEEKS} weeks
        <span className="tabular text-ink">
          {load.utilisation === null ? "no work" : `${Math.round(load.utilisation * 100)} % booked`}
        </span>
      </p>
      <span aria-hidden className="flex h-2 overflow-hidden rounded-full bg-pressed">
        {parts.map(({ name, hours: taken, look }) => (
          <span key={name} className={look} style={{ width: `${(taken / whole) * 100}%` }} />
        ))}
      </span>
      <p className="tabular text-xs text-ink-3">
        {parts
          .filter((part) => part.hours > 0)
          .map((part) => `${hours(part.hours)} ${part.name}`)
          .concat(`${hours(load.free)} free`)
          .join(" · ")}
      </p>
    </div>
  );
}

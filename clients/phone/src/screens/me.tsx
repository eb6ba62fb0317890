// The artist's own record and this phone's settings: each a card, what is changed in sheets fetched when first opened.
import { useState } from "preact/hooks";

import type { Artist } from "@production-tool/shared";

import { locale, useLive } from "../live/live.ts";
import { signOut } from "../live/session.ts";
import { DAYS, hoursOn } from "../time/weekdays.ts";
import { Button } from "../ui/button.tsx";
import { late } from "../ui/late.tsx";
import { CalendarCard } from "./calendar-card.tsx";
import { InstallCard } from "./install.tsx";
import { PushCard } from "./push-card.tsx";

const SkillsSheet = late(() => import("./skills.tsx").then((part) => part.SkillsSheet));
const HoursSheet = late(() => import("./hours.tsx").then((part) => part.HoursSheet));
const ZoneSheet = late(() => import("./zone.tsx").then((part) => part.ZoneSheet));
const PortfolioSheet = late(() => import("./portfolio.tsx").then((part) => part.PortfolioSheet));

type Editing = "skills" | "hours" | "zone" | "portfolio" | null;

export function MeScreen() {
  const me = useLive((state) => state.me);
  const studio = useLive((state) => state.tenant?.name);
  const artist = useLive((state) => state.artists.get(state.me?.artist_id ?? ""));
  return (
    <>
      <header class="screen-head">
        <h1>{me?.name ?? "Me"}</h1>
        {studio !== undefined && <p class="soft">{studio}</p>}
      </header>
      <InstallCard />
      <PushCard />
      {artist !== undefined && <Profile artist={artist} />}
      {artist !== undefined && <CalendarCard artistId={artist.id} />}
      <Button onPress={() => void signOut()}>Sign out</Button>
      <p class="soft">Signing out removes your bookings from this phone and stops its notifications.</p>
    </>
  );
}

function Profile({ artist }: { artist: Artist }) {
  const [editing, setEditing] = useState<Editing>(null);
  const close = (): void => setEditing(null);
  const { working_hours: hours = [] } = artist;
  return (
    <>
      <SkillsCard artist={artist} onChange={() => setEditing("skills")} />
      <PortfolioCard artist={artist} onChange={() => setEditing("portfolio")} />
      <section class="card" aria-label="Working hours">
        <CardHead title="Working hours" onChange={() => setEditing("hours")} />
        <ul class="plain-list rows">
          {DAYS.map((name, day) => (
            <li key={name}>
              <span>{name}</span>
              <span class="soft figures">{hoursOn(hours, day)}</span>
            </li>
          ))}
        </ul>
      </section>
      <ZoneCard artist={artist} onChange={() => setEditing("zone")} />
      {editing === "skills" && <SkillsSheet artist={artist} skills={artist.skills ?? []} onClose={close} />}
      {editing === "portfolio" && <PortfolioSheet artist={artist} onClose={close} />}
      {editing === "hours" && <HoursSheet artist={artist} hours={hours} onClose={close} />}
      {editing === "zone" && <ZoneSheet artist={artist} onClose={close} />}
    </>
  );
}

interface CardProps {
  artist: Artist;
  onChange: () => void;
}

function CardHead({ title, onChange }: { title: string; onChange: () => void }) {
  return (
    <div class="card-head">
      <h2>{title}</h2>
      <Button weight="quiet" onPress={onChange} label={`Change ${title.toLowerCase()}`}>
        Change
      </Button>
    </div>
  );
}

function SkillsCard({ artist, onChange }: CardProps) {
  const { skills = [] } = artist;
  return (
    <section class="card" aria-label="Skills">
      <CardHead title="Skills" onChange={onChange} />
      {skills.length === 0 && <p class="soft">None yet: the studio finds you by them.</p>}
      <ul class="plain-list rows">
        {skills.map(({ name, level, years }) => (
          <li key={name}>
            <span>{name}</span>
            <span class="soft">
              level {level}
              {years > 0 && `, ${years.toLocaleString(locale)} years`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function PortfolioCard({ artist, onChange }: CardProps) {
  const { portfolio = [] } = artist;
  return (
    <section class="card" aria-label="Portfolio">
      <CardHead title="Portfolio" onChange={onChange} />
      {portfolio.length === 0 && <p class="soft">None yet: a reel says more than a list of skills.</p>}
      <ul class="plain-list rows">
        {portfolio.map(({ url, title, media_type: kind }) => (
          <li key={url}>
            <a href={url} target="_blank" rel="noreferrer noopener">
              {title || url.replace(/^https?:\/\//u, "")}
            </a>
            <span class="soft">{kind}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ZoneCard({ artist, onChange }: CardProps) {
  const { rate } = artist;
  return (
    <section class="card" aria-label="Zone and rate">
      <CardHead title="Zone" onChange={onChange} />
      <p>{artist.zone.replaceAll("_", " ")}</p>
      {rate != null && (
        <p class="soft">
          Rate: {rate.amount.toLocaleString(locale, { style: "currency", currency: rate.currency })} a day, as agreed with
          the studio
        </p>
      )}
    </section>
  );
}

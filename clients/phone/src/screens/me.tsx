// The artist's own record: skills, working hours and zone, which are theirs to change; and signing out.
import { useState } from "preact/hooks";

import type { Artist, Skill, WorkingHours } from "@production-tool/shared";
import { isZone } from "@production-tool/web/lib/time";

import { changeProfile } from "../live/answers.ts";
import { locale, useLive } from "../live/live.ts";
import { signOut } from "../live/session.ts";
import { Button } from "../ui/button.tsx";
import { Sheet } from "../ui/sheet.tsx";

type Editing = "skills" | "hours" | "zone" | null;

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
      {artist !== undefined && <Profile artist={artist} />}
      <Button onPress={() => void signOut()}>Sign out</Button>
      <p class="soft">Signing out removes your bookings from this phone.</p>
    </>
  );
}

function Profile({ artist }: { artist: Artist }) {
  const [editing, setEditing] = useState<Editing>(null);
  const close = (): void => setEditing(null);
  const { skills = [], working_hours: hours = [], rate } = artist;
  return (
    <>
      <section class="card" aria-label="Skills">
        <div class="card-head">
          <h2>Skills</h2>
          <Button weight="quiet" onPress={() => setEditing("skills")} label="Change skills">
            Change
          </Button>
        </div>
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
      <section class="card" aria-label="Working hours">
        <div class="card-head">
          <h2>Working hours</h2>
          <Button weight="quiet" onPress={() => setEditing("hours")} label="Change working hours">
            Change
          </Button>
        </div>
        <ul class="plain-list rows">
          {DAYS.map((name, day) => (
            <li key={name}>
              <span>{name}</span>
              <span class="soft figures">{hoursOn(hours, day)}</span>
            </li>
          ))}
        </ul>
      </section>
      <section class="card" aria-label="Zone and rate">
        <div class="card-head">
          <h2>Zone</h2>
          <Button weight="quiet" onPress={() => setEditing("zone")} label="Change zone">
            Change
          </Button>
        </div>
        <p>{artist.zone.replaceAll("_", " ")}</p>
        {rate != null && (
          <p class="soft">
            Rate: {rate.amount.toLocaleString(locale, { style: "currency", currency: rate.currency })} a day, as agreed with
            the studio
          </p>
        )}
      </section>
      {editing === "skills" && <Skills artist={artist} skills={skills} onClose={close} />}
      {editing === "hours" && <Hours artist={artist} hours={hours} onClose={close} />}
      {editing === "zone" && <ZoneSheet artist={artist} onClose={close} />}
    </>
  );
}

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

function hoursOn(hours: readonly WorkingHours[], day: number): string {
  const spans = hours.filter((one) => one.day === day).map(({ start, end }) => `${start} – ${end}`);
  return spans.join(", ") || "free";
}

function Skills({ artist, skills, onClose }: { artist: Artist; skills: readonly Skill[]; onClose: () => void }) {
  const [rows, setRows] = useState<readonly Skill[]>(() => [...skills]);
  const change = (index: number, part: Partial<Skill>): void =>
    setRows(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  const named = rows.map((row) => ({ ...row, name: row.name.trim() })).filter(({ name }) => name !== "");
  const twice = named.find(({ name }, at) => named.findIndex((other) => other.name.toLowerCase() === name.toLowerCase()) !== at);
  return (
    <Sheet title="Skills" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (twice) return;
          changeProfile(artist.id, { skills: named });
          onClose();
        }}
      >
        {rows.map((row, index) => (
          <fieldset key={index} class="skill">
            <legend>{row.name || "New skill"}</legend>
            <label class="field">
              <span>Skill</span>
              <input type="text" value={row.name} maxLength={80} onInput={({ currentTarget }) => change(index, { name: currentTarget.value })} />
            </label>
            <label class="field">
              <span>Level, 0 to 10: {row.level}</span>
              <input type="range" min={0} max={10} value={row.level} onInput={({ currentTarget }) => change(index, { level: Number(currentTarget.value) })} />
            </label>
            <Button weight="quiet" onPress={() => setRows(rows.filter((_, at) => at !== index))} label={`Remove ${row.name}`}>
              Remove
            </Button>
          </fieldset>
        ))}
        <Button onPress={() => setRows([...rows, { name: "", level: 3, years: 0 }])}>Add a skill</Button>
        {twice && <p role="alert" class="warning">“{twice.name}” stands there twice.</p>}
        <Button weight="primary" type="submit" disabled={twice !== undefined}>
          Save
        </Button>
      </form>
    </Sheet>
  );
}

function Hours({ artist, hours, onClose }: { artist: Artist; hours: readonly WorkingHours[]; onClose: () => void }) {
  const [rows, setRows] = useState(() => DAYS.map((_, day) => hours.filter((one) => one.day === day)));
  const put = (day: number, spans: readonly WorkingHours[]): void =>
    setRows(rows.map((row, at) => (at === day ? [...spans] : row)));
  const bad = rows.flat().some(({ start, end }) => start === "" || end === "" || start >= end);
  return (
    <Sheet title="Working hours" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (bad) return;
          changeProfile(artist.id, { working_hours: rows.flat() });
          onClose();
        }}
      >
        {DAYS.map((name, day) => (
          <HoursOfDay key={name} name={name} day={day} spans={rows[day] ?? []} onChange={(spans) => put(day, spans)} />
        ))}
        {bad && <p role="alert" class="warning">Every span needs a start before its end.</p>}
        <Button weight="primary" type="submit" disabled={bad}>
          Save
        </Button>
      </form>
    </Sheet>
  );
}

interface HoursOfDayProps {
  name: string;
  day: number;
  spans: readonly WorkingHours[];
  onChange: (spans: readonly WorkingHours[]) => void;
}

function HoursOfDay({ name, day, spans, onChange }: HoursOfDayProps) {
  const works = spans.length > 0;
  return (
    <fieldset class="hours">
      <legend>{name}</legend>
      <label class="check">
        <input
          type="checkbox"
          checked={works}
          onChange={() => onChange(works ? [] : [{ day, start: "09:00", end: "18:00" }])}
        />
        <span>I work</span>
      </label>
      {spans.map((span, index) => {
        const change = (part: Partial<WorkingHours>): void =>
          onChange(spans.map((one, at) => (at === index ? { ...one, ...part } : one)));
        return (
          <div key={index} class="times">
            <input
              type="time"
              aria-label={`${name} from`}
              value={span.start}
              onInput={({ currentTarget }) => change({ start: currentTarget.value })}
            />
            –
            <input
              type="time"
              aria-label={`${name} until`}
              // A field for times cannot show the day's end; a minute before says it to the eye.
              value={span.end === "24:00" ? "23:59" : span.end}
              onInput={({ currentTarget }) => change({ end: currentTarget.value === "23:59" ? "24:00" : currentTarget.value })}
            />
          </div>
        );
      })}
    </fieldset>
  );
}

function ZoneSheet({ artist, onClose }: { artist: Artist; onClose: () => void }) {
  const [zone, setZone] = useState(artist.zone);
  return (
    <Sheet title="Your time zone" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isZone(zone)) return;
          if (zone !== artist.zone) changeProfile(artist.id, { zone });
          onClose();
        }}
      >
        <p class="soft">Bookings keep their moment; only the clock you read them by changes.</p>
        <label class="field">
          <span>Zone</span>
          <select value={zone} onChange={({ currentTarget }) => setZone(currentTarget.value)}>
            {[...new Set([artist.zone, "UTC", ...Intl.supportedValuesOf("timeZone")])].map((one) => (
              <option key={one} value={one}>
                {one.replaceAll("_", " ")}
              </option>
            ))}
          </select>
        </label>
        <Button weight="primary" type="submit">
          Save
        </Button>
      </form>
    </Sheet>
  );
}

// Adding and editing an artist: who, where, what they can do, and when they work.
import { Plus, X } from "lucide-react";
import { useId, useMemo, useState, type FormEvent } from "react";

import type { Artist, Skill, WorkingHours } from "@production-tool/shared";

import { Activity } from "../history/activity.tsx";
import { changedFields, checkHours, checkName, checkZone, splitTags } from "../lib/forms.ts";
import { useCommands, useLive, useZone } from "../studio/live.tsx";
import { closeDialog, openDialog } from "../studio/ui.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { extrasOf, ExtrasFields, readExtras, Utilisation, type Extras } from "./artist-extras.tsx";
import { HoursEditor, WEEKDAYS } from "./hours-editor.tsx";
import { knownZones } from "./zones.ts";

const OFFICE_HOURS: readonly WorkingHours[] = [0, 1, 2, 3, 4].map((day) => ({ day, start: "09:00", end: "18:00" }));

interface Problem {
  name?: string;
  zone?: string;
  hours?: string;
  skills?: string;
  extras?: string;
}

export function ArtistDialog({ id }: { id: string | null }) {
  const artist = useLive((state) => (id === null ? undefined : state.artists.get(id)));
  return <ArtistForm key={artist?.id ?? "new"} artist={artist} />;
}

function ArtistForm({ artist }: { artist: Artist | undefined }) {
  const formId = useId();
  const commands = useCommands();
  const studioZone = useZone();
  const [opened] = useState(artist);
  const [name, setName] = useState(artist?.name ?? "");
  const [zone, setZone] = useState(artist?.zone ?? studioZone);
  const [email, setEmail] = useState(artist?.email ?? "");
  const [tags, setTags] = useState((artist?.tags ?? []).join(", "));
  const [skills, setSkills] = useState<readonly Skill[]>(artist?.skills ?? []);
  const [hours, setHours] = useState<readonly WorkingHours[]>(artist?.working_hours ?? OFFICE_HOURS);
  const [extras, setExtras] = useState<Extras>(() => extrasOf(artist));
  const [problem, setProblem] = useState<Problem>({});
  const zones = useMemo(knownZones, []);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const named = skills.filter((skill) => skill.name.trim() !== "");
    const found: Problem = {
      ...spot("name", checkName(name, "artist")),
      ...spot("zone", checkZone(zone)),
      ...spot("hours", checkHours(hours, WEEKDAYS)),
    };
    const more = readExtras(extras);
    setProblem("problem" in more ? { ...found, extras: more.problem } : found);
    if (Object.keys(found).length > 0 || "problem" in more) return;
    const fields = {
      ...more,
      name: name.trim(),
      zone,
      email: email.trim(),
      tags: splitTags(tags),
      skills: named.map((skill) => ({ ...skill, name: skill.name.trim() })),
      working_hours: [...hours],
    };
    if (artist === undefined || opened === undefined) commands.addArtist(fields);
    else
      commands.editArtist(
        { artist_id: artist.id, ...changedFields(fields, opened), ...(artist.active ? {} : { active: true }) },
        opened.version,
      );
    closeDialog();
  };

  return (
    <Dialog
      title={artist === undefined ? "Add an artist" : artist.name}
      {...(artist?.active === false ? { description: "Archived. Saving brings this artist back." } : {})}
      onClose={closeDialog}
      footer={
        <>
          {artist?.active === true && (
            <Button
              weight="danger"
              className="mr-auto"
              onClick={() => {
                commands.archiveArtist(artist.id, artist.name);
                closeDialog();
              }}
            >
              Archive
            </Button>
          )}
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" form={formId}>
            {artist === undefined ? "Add artist" : "Save"}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="grid gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Name"
            value={name}
            maxLength={200}
            autoFocus={artist === undefined}
            error={problem.name}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label="E-mail"
            type="email"
            value={email}
            maxLength={320}
            onChange={(event) => setEmail(event.target.value)}
          />
          <TextField
            label="Time zone"
            list={`${formId}-zones`}
            value={zone}
            error={problem.zone}
            onChange={(event) => setZone(event.target.value)}
          />
          <datalist id={`${formId}-zones`}>
            {zones.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
          <TextField
            label="Tags"
            value={tags}
            placeholder="senior, remote"
            hint="Separated by commas."
            onChange={(event) => setTags(event.target.value)}
          />
        </div>
        <SkillsEditor skills={skills} onChange={setSkills} />
        <HoursEditor hours={hours} zone={zone} error={problem.hours} onChange={setHours} />
        <ExtrasFields extras={extras} onChange={setExtras} />
        <p role="alert" className="text-sm text-bad empty:hidden">
          {problem.extras}
        </p>
        {artist?.active === true && <Utilisation artistId={artist.id} />}
        {artist?.active === true && (
          <div>
            <Button onClick={() => openDialog({ kind: "time_off", artistId: artist.id })}>Time off…</Button>
          </div>
        )}
        {artist !== undefined && <Activity of="artist" id={artist.id} version={artist.version} />}
      </form>
    </Dialog>
  );
}

function spot<Key extends string>(key: Key, message: string | null): { [K in Key]?: string } {
  return message === null ? {} : ({ [key]: message } as { [K in Key]?: string });
}

function SkillsEditor({
  skills,
  onChange,
}: {
  skills: readonly Skill[];
  onChange: (skills: readonly Skill[]) => void;
}) {
  const set = (at: number, change: Partial<Skill>): void =>
    onChange(skills.map((skill, index) => (index === at ? { ...skill, ...change } : skill)));
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-xs font-medium text-ink-2">Skills</legend>
      {skills.map((skill, index) => (
        <div key={index} className="flex items-center gap-2">
          <input
            aria-label={`Skill ${index + 1}`}
            value={skill.name}
            maxLength={80}
            autoComplete="off"
            placeholder="Compositing"
            onChange={(event) => set(index, { name: event.target.value })}
            className="control flex-1"
          />
          <select
            aria-label={`Level of ${skill.name || `skill ${index + 1}`}`}
            value={skill.level}
            onChange={(event) => set(index, { level: Number(event.target.value) })}
            className="control w-28"
          >
            {Array.from({ length: 11 }, (_, level) => (
              <option key={level} value={level}>
                Level {level}
              </option>
            ))}
          </select>
          <input
            aria-label={`Years of ${skill.name || `skill ${index + 1}`}`}
            inputMode="decimal"
            value={skill.years}
            onChange={(event) => {
              const years = Number(event.target.value);
              if (Number.isFinite(years) && years >= 0 && years <= 80) set(index, { years });
            }}
            className="control tabular w-14 text-center"
          />
          <span aria-hidden className="text-xs text-ink-3">
            years
          </span>
          <IconButton
            label={`Remove ${skill.name || `skill ${index + 1}`}`}
            icon={<X size={15} />}
            onClick={() => onChange(skills.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button
        size="s"
        className="justify-self-start"
        onClick={() => onChange([...skills, { name: "", level: 5, years: 0 }])}
      >
        <Plus aria-hidden size={14} />
        Add a skill
      </Button>
    </fieldset>
  );
}

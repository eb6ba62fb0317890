// Choosing a project (or making one) and an artist, as every form here does it.
import { useCallback, useMemo } from "react";

import { useCommands, useLive } from "../studio/live.tsx";
import { skillLine } from "../studio/bars.ts";
import { Combobox } from "../ui/combobox.tsx";
import type { ComboOption } from "../ui/options.ts";

export interface ChoiceProps {
  value: string | null;
  disabled?: boolean;
  hideLabel?: boolean;
  error?: string | undefined;
  onChange: (id: string | null) => void;
}

export function ProjectChoice({ value, disabled = false, hideLabel = false, onChange }: ChoiceProps) {
  const projects = useLive((state) => state.projects);
  const commands = useCommands();
  const options = useMemo<ComboOption[]>(
    () =>
      [...projects.values()]
        .filter((project) => project.id === value || (project.status !== "archived" && project.status !== "delivered"))
        .sort((a, b) => a.name.localeCompare(b.name))
        .map(({ id, name, client, colour }) => ({
          value: id,
          label: name,
          colour,
          ...(client === undefined || client === "" ? {} : { detail: client }),
        })),
    [projects, value],
  );
  const create = useCallback((name: string) => onChange(commands.addProject({ name })), [commands, onChange]);
  return (
    <Combobox
      label="Project"
      hideLabel={hideLabel}
      value={value}
      options={options}
      disabled={disabled}
      noneLabel="No project"
      createLabel={(typed) => `New project “${typed}”`}
      onChange={onChange}
      onCreate={create}
    />
  );
}

export function ArtistChoice({ value, disabled = false, hideLabel = false, error, onChange }: ChoiceProps) {
  const artists = useLive((state) => state.artists);
  const options = useMemo<ComboOption[]>(
    () =>
      [...artists.values()]
        .filter((artist) => artist.active || artist.id === value)
        .sort((a, b) => a.name.localeCompare(b.name))
        .map((artist) => ({ value: artist.id, label: artist.name, detail: skillLine(artist) })),
    [artists, value],
  );
  return (
    <Combobox
      label="Artist"
      hideLabel={hideLabel}
      value={value}
      options={options}
      disabled={disabled}
      error={error}
      placeholder="Choose an artist"
      onChange={onChange}
    />
  );
}

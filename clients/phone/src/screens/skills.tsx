// The sheet in which skills are changed.
import { useState } from "preact/hooks";

import type { Artist, Skill } from "@production-tool/shared";

import { changeProfile } from "../live/answers.ts";
import { Button } from "../ui/button.tsx";
import { Sheet } from "../ui/sheet.tsx";

export function SkillsSheet({ artist, skills, onClose }: { artist: Artist; skills: readonly Skill[]; onClose: () => void }) {
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

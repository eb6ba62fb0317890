// The sheet in which links to one's work are changed.
import { useState } from "preact/hooks";

import type { Artist, PortfolioLink } from "@production-tool/shared";

import { changeProfile } from "../live/answers.ts";
import { Button } from "../ui/button.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { addressOf } from "./portfolio-address.ts";

const MEDIA: readonly PortfolioLink["media_type"][] = ["reel", "video", "image", "model", "audio", "document", "website"];
const MOST_LINKS = 30;

export function PortfolioSheet({ artist, onClose }: { artist: Artist; onClose: () => void }) {
  const [links, setLinks] = useState<readonly PortfolioLink[]>(() => [...(artist.portfolio ?? [])]);
  const change = (index: number, part: Partial<PortfolioLink>): void =>
    setLinks(links.map((link, at) => (at === index ? { ...link, ...part } : link)));
  const given = links.filter(({ url }) => url.trim() !== "");
  const bad = given.find(({ url }) => addressOf(url) === null);
  return (
    <Sheet title="Portfolio" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (bad) return;
          changeProfile(artist.id, {
            portfolio: given.map((link) => ({ ...link, url: addressOf(link.url) ?? link.url, title: link.title.trim() })),
          });
          onClose();
        }}
      >
        {links.map((link, index) => (
          <LinkFields
            key={index}
            link={link}
            onChange={(part) => change(index, part)}
            onRemove={() => setLinks(links.filter((_, at) => at !== index))}
          />
        ))}
        {links.length < MOST_LINKS && (
          <Button onPress={() => setLinks([...links, { url: "", title: "", media_type: "reel" }])}>Add a link</Button>
        )}
        {bad && <p role="alert" class="warning">“{bad.url}” is no web address, such as https://vimeo.com/1.</p>}
        <Button weight="primary" type="submit" disabled={bad !== undefined}>
          Save
        </Button>
      </form>
    </Sheet>
  );
}

interface LinkFieldsProps {
  link: PortfolioLink;
  onChange: (part: Partial<PortfolioLink>) => void;
  onRemove: () => void;
}

function LinkFields({ link, onChange, onRemove }: LinkFieldsProps) {
  const name = link.title || link.url || "New link";
  return (
    <fieldset>
      <legend>{name}</legend>
      <label class="field">
        <span>Address</span>
        <input
          type="text"
          inputMode="url"
          autocapitalize="off"
          value={link.url}
          maxLength={2000}
          onInput={({ currentTarget }) => onChange({ url: currentTarget.value })}
        />
      </label>
      <label class="field">
        <span>Title</span>
        <input type="text" value={link.title} maxLength={200} onInput={({ currentTarget }) => onChange({ title: currentTarget.value })} />
      </label>
      <label class="field">
        <span>Kind</span>
        <select
          value={link.media_type}
          onChange={({ currentTarget }) => onChange({ media_type: currentTarget.value as PortfolioLink["media_type"] })}
        >
          {MEDIA.map((kind) => (
            <option key={kind} value={kind}>
              {kind}
            </option>
          ))}
        </select>
      </label>
      <Button weight="quiet" onPress={onRemove} label={`Remove ${name}`}>
        Remove
      </Button>
    </fieldset>
  );
}

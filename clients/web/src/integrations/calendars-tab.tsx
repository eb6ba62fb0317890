// Calendar links: secret addresses for the calendar programs people have already.
import { useState, type FormEvent } from "react";

import { call } from "../session/api.ts";
import { useLive } from "../studio/live.tsx";
import { Notice } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import { Ago, Card, Items, Secret, Section, Sure } from "./parts.tsx";
import type { CalendarLink } from "./types.ts";
import { useDoing, useList } from "./use-list.ts";

export function CalendarsTab() {
  const links = useList<CalendarLink>("calendar-links");
  const me = useLive((state) => state.me);
  const artists = useLive((state) => state.artists);
  const projects = useLive((state) => state.projects);
  const own = me?.role === "freelancer" ? (me.artist_id ?? "") : "";
  const [subject, setSubject] = useState(own === "" ? "" : `artist:${own}`);
  const [made, setMade] = useState<{ name: string; address: string } | null>(null);
  const doing = useDoing();
  const nameOf = (link: { artist_id: string | null; project_id: string | null }): string =>
    (link.artist_id === null
      ? projects.get(link.project_id ?? "")?.name
      : artists.get(link.artist_id)?.name) ?? "Somebody who is gone";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const [kind, id] = subject.split(":");
    if (id === undefined) return;
    void doing.run(async () => {
      const json = kind === "artist" ? { artist_id: id } : { project_id: id };
      const { data } = await call<{ link: CalendarLink; path: string }>("calendar-links", { json });
      setMade({ name: nameOf(data.link), address: new URL(data.path, location.href).href });
      links.reload();
    });
  };
  return (
    <Section
      title="Calendars"
      lead="An address to subscribe to in a calendar program. Whoever has it can read that calendar, so treat it like a password."
    >
      <form aria-label="New calendar link" onSubmit={submit} className="flex flex-wrap items-end gap-2">
        <SelectField
          label="Whose calendar"
          className="min-w-56 flex-1 sm:max-w-sm"
          value={subject}
          onChange={(event) => setSubject(event.target.value)}
        >
          {own !== "" ? (
            <option value={`artist:${own}`}>My bookings</option>
          ) : (
            <>
              <option value="">Choose…</option>
              <optgroup label="Artists">
                {[...artists.values()].map(({ id, name }) => (
                  <option key={id} value={`artist:${id}`}>
                    {name}
                  </option>
                ))}
              </optgroup>
              <optgroup label="Projects">
                {[...projects.values()].map(({ id, name }) => (
                  <option key={id} value={`project:${id}`}>
                    {name}
                  </option>
                ))}
              </optgroup>
            </>
          )}
        </SelectField>
        <Button type="submit" weight="primary" busy={doing.busy} disabled={subject === ""}>
          Make link
        </Button>
      </form>
      {made !== null && (
        <Secret label={`Calendar address of ${made.name}`} value={made.address} onDone={() => setMade(null)} />
      )}
      {doing.error !== null && <Notice tone="bad">{doing.error}</Notice>}
      <Items
        listed={links}
        name="Calendar links"
        none={{ title: "No calendar links yet", words: "Make one and paste it where your calendar asks for a URL." }}
      >
        {(link) => (
          <Card key={link.id}>
            <div className="flex flex-wrap items-center justify-between gap-2">
              <div>
                <p className="text-sm font-medium">{nameOf(link)}</p>
                <p className="text-xs text-ink-3">
                  By {link.created_by_name}, <Ago at={link.created_at} />
                  {" · "}
                  {link.last_used_at === null ? (
                    "never read"
                  ) : (
                    <>
                      read <Ago at={link.last_used_at} />
                    </>
                  )}
                </p>
              </div>
              <Sure
                label="Revoke"
                sure="Calendars that subscribed stop."
                onYes={() =>
                  void doing.run(async () => {
                    await call(`calendar-links/${link.id}`, { method: "DELETE" });
                    links.reload();
                  })
                }
              />
            </div>
          </Card>
        )}
      </Items>
    </Section>
  );
}

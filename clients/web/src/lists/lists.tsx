// Artists, projects and members beside the schedule.
import { FolderKanban, Users } from "lucide-react";
import { useMemo } from "react";

import type { Artist, Member, Project } from "@production-tool/shared";

import { hueOf } from "../gantt/draw/headers.ts";
import { skillLine } from "../studio/bars.ts";
import { useLive } from "../studio/live.tsx";
import { openDialog, setUi, useUi } from "../studio/ui.ts";
import { projectStatusWord, roleWord } from "../studio/words.ts";
import { Avatar, Dot, EmptyState } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { late } from "../app/late.tsx";
import { RowButton, SideList } from "./side-list.tsx";

/** Of people who are not here, or not any more. */
const AWAY = "#6f7178";

const PlanningPanel = late(() => import("../planning/planning-panel.tsx").then((part) => part.PlanningPanel));

const close = (): void => setUi({ side: null });
const badge = (text: string) => <span className="text-xs text-ink-3">{text}</span>;

export function SideLists() {
  const side = useUi((ui) => ui.side);
  switch (side) {
    case "artists":
      return <ArtistList />;
    case "projects":
      return <ProjectList />;
    case "members":
      return <MemberList />;
    case "planning":
      return <PlanningPanel onClose={close} />;
    case null:
      return null;
  }
}

function ArtistList() {
  const artists = useLive((state) => state.artists);
  const entries = useMemo(
    () =>
      [...artists.values()]
        .sort((a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name))
        .map((artist) => ({ id: artist.id, text: artistText(artist), artist })),
    [artists],
  );
  const add = (): void => openDialog({ kind: "artist", id: null });
  return (
    <SideList
      title="Artists"
      noun="artist"
      entries={entries}
      onAdd={add}
      onClose={close}
      empty={
        <EmptyState
          icon={<Users size={28} />}
          title="No artists yet"
          actions={
            <>
              <Button weight="primary" onClick={add}>
                Add an artist
              </Button>
              <Button onClick={() => openDialog({ kind: "import" })}>Import a list</Button>
            </>
          }
        >
          Artists are the rows of the schedule: the people you book.
        </EmptyState>
      }
      row={({ artist }) => (
        <RowButton
          lead={<Avatar name={artist.name} colour={artist.active ? hueOf(artist.id) : AWAY} size={26} />}
          title={artist.name}
          detail={skillLine(artist)}
          faded={!artist.active}
          badge={artist.active ? undefined : badge("Archived")}
          onClick={() => openDialog({ kind: "artist", id: artist.id })}
        />
      )}
    />
  );
}

function artistText(artist: Artist): string {
  return [artist.name, ...(artist.skills ?? []).map((skill) => skill.name), ...(artist.tags ?? [])].join(" ");
}

function ProjectList() {
  const projects = useLive((state) => state.projects);
  const entries = useMemo(
    () =>
      [...projects.values()]
        .sort((a, b) => Number(isClosed(a)) - Number(isClosed(b)) || a.name.localeCompare(b.name))
        .map((project) => ({ id: project.id, text: `${project.name} ${project.client ?? ""}`, project })),
    [projects],
  );
  const add = (): void => openDialog({ kind: "project", id: null });
  return (
    <SideList
      title="Projects"
      noun="project"
      entries={entries}
      onAdd={add}
      onClose={close}
      empty={
        <EmptyState
          icon={<FolderKanban size={28} />}
          title="No projects yet"
          actions={
            <Button weight="primary" onClick={add}>
              Add a project
            </Button>
          }
        >
          Projects give bookings their name and colour. You can also make one while booking.
        </EmptyState>
      }
      row={({ project }) => (
        <RowButton
          lead={<Dot colour={project.colour} size={12} />}
          title={project.name}
          detail={project.client ?? ""}
          faded={isClosed(project)}
          badge={project.status === "active" ? undefined : badge(projectStatusWord(project.status))}
          onClick={() => openDialog({ kind: "project", id: project.id })}
        />
      )}
    />
  );
}

function isClosed({ status }: Project): boolean {
  return status === "delivered" || status === "archived";
}

function MemberList() {
  const members = useLive((state) => state.members);
  const presence = useLive((state) => state.presence);
  const entries = useMemo(
    () =>
      [...members.values()]
        .sort((a, b) => a.name.localeCompare(b.name))
        .map((member) => ({ id: member.id, text: memberText(member), member })),
    [members],
  );
  const colours = useMemo(
    () => new Map([...presence.values()].map((person) => [person.member_id, person.colour])),
    [presence],
  );
  const add = (): void => openDialog({ kind: "member", id: null });
  return (
    <SideList
      title="Members"
      noun="member"
      entries={entries}
      onAdd={add}
      onClose={close}
      empty={<p className="text-sm text-ink-2">Nobody has an account yet.</p>}
      row={({ member }) => (
        <RowButton
          // In colour while they are here, in the colour everybody sees them in.
          lead={<Avatar name={member.name} colour={colours.get(member.id) ?? AWAY} size={26} />}
          title={member.name}
          detail={`${member.email ?? ""}${colours.has(member.id) ? " · here now" : ""}`}
          faded={member.active === false}
          badge={badge(member.active === false ? "Closed" : roleWord(member.role))}
          onClick={() => openDialog({ kind: "member", id: member.id })}
        />
      )}
    />
  );
}

function memberText(member: Member): string {
  return `${member.name} ${member.email ?? ""} ${roleWord(member.role)}`;
}

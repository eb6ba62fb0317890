"""Comparing artists, projects, phases and dependencies of a file with those of the studio."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import msgspec

from scheduling.commands import (
    AddArtist,
    AddDependency,
    AddPhase,
    AddProject,
    ArchiveArtist,
    EditArtist,
    EditPhase,
    EditProject,
)
from scheduling.model import Artist, Project
from server.imports.drafts import ArtistDraft, DependencyDraft, Parsed, PhaseDraft, ProjectDraft
from server.imports.identity import Directory, entity_id
from server.imports.plan import Sheet
from server.imports.problems import Fault, fold

E = TypeVar("E", Artist, Project)

_ARTIST_FIELDS = ("skills", "zone", "working_hours", "rate", "tags", "email", "notes", "active")
_PROJECT_FIELDS = ("client", "colour", "status", "start", "end", "notes")
_PHASE_FIELDS = ("duration_hours", "skills")


def plan_artists(sheet: Sheet, drafts: tuple[ArtistDraft, ...]) -> None:
    """Add what is missing of the artists of a file."""
    for draft in drafts:
        found = _artist_meant(sheet.artists, draft)
        if isinstance(found, Fault):
            sheet.fail(draft.line, "name", draft.name, found)
            continue
        key = draft.external_id or fold(draft.email or "") or fold(draft.name)
        artist_id = found.id if found is not None else entity_id(sheet.tenant_id, "artist", key)
        existing = sheet.existing.artists.get(artist_id)
        if not sheet.first_time(artist_id, draft.line, _content(draft)):
            continue
        if existing is None:
            _add_artist(sheet, artist_id, draft)
        else:
            changes = _artist_changes(existing, draft)
            edit = msgspec.structs.replace(EditArtist(artist_id=artist_id), **changes)
            commands = (edit,) if changes else ()
            sheet.change(draft.line, artist_id, existing.version, *commands)


def _artist_meant(directory: Directory[Artist], draft: ArtistDraft) -> Artist | Fault | None:
    """Return the artist a row is about; None for somebody new.

    An external id decides. Without one (or for somebody who has none yet) an e-mail address does, then a
    name; the same name with another external id or address is another person.
    """
    known = directory.with_external_id(draft.external_id) if draft.external_id else None
    if known is not None:
        return known
    for found in (
        directory.with_email(draft.email) if draft.email else (),
        tuple(a for a in directory.with_name(draft.name) if not (draft.email and a.email)),
    ):
        free = [artist for artist in found if not (draft.external_id and artist.external_id)]
        if len(free) == 1:
            return free[0]
        if free:
            return _several("artist", len(free), "an external id or e-mail address in this row")
    return None


def _add_artist(sheet: Sheet, artist_id: UUID, draft: ArtistDraft) -> None:
    add = AddArtist(
        id=artist_id,
        name=draft.name,
        skills=draft.skills or (),
        zone=draft.zone,
        working_hours=draft.working_hours,
        rate=draft.rate,
        tags=draft.tags or (),
        email=draft.email or "",
        notes=draft.notes or "",
        external_id=draft.external_id,
    )
    archive = (ArchiveArtist(artist_id=artist_id),) if draft.active is False else ()
    sheet.create(draft.line, artist_id, add, *archive)


def _artist_changes(existing: Artist, draft: ArtistDraft) -> dict[str, object]:
    changes = {
        name: value
        for name in _ARTIST_FIELDS
        if (value := getattr(draft, name)) is not None and not _same(value, getattr(existing, name))
    }
    if draft.external_id and draft.external_id != existing.external_id:
        changes["external_id"] = draft.external_id
    if draft.external_id and draft.name != existing.name:
        changes["name"] = draft.name
    return changes


def plan_projects(sheet: Sheet, drafts: tuple[ProjectDraft, ...], proposed: frozenset[str]) -> None:
    """Add what is missing of the projects of a file; fields in `proposed` are for new projects only."""
    for draft in drafts:
        found = _project_meant(sheet.projects, draft)
        if isinstance(found, Fault):
            sheet.fail(draft.line, "name", draft.name, found)
            continue
        key = draft.external_id or fold(draft.name)
        project_id = found.id if found is not None else entity_id(sheet.tenant_id, "project", key)
        existing = sheet.existing.projects.get(project_id)
        if not sheet.first_time(project_id, draft.line, _content(draft)):
            continue
        if existing is None:
            sheet.create(draft.line, project_id, _add_project(project_id, draft))
            continue
        changes = {
            name: value
            for name in _PROJECT_FIELDS
            if name not in proposed
            and (value := getattr(draft, name)) is not None
            and not _same(value, getattr(existing, name))
        }
        if draft.external_id and draft.external_id != existing.external_id:
            changes["external_id"] = draft.external_id
        if draft.external_id and draft.name != existing.name and "name" not in proposed:
            changes["name"] = draft.name
        edit = msgspec.structs.replace(EditProject(project_id=project_id), **changes)
        commands = (edit,) if changes else ()
        sheet.change(draft.line, project_id, existing.version, *commands)


def _project_meant(directory: Directory[Project], draft: ProjectDraft) -> Project | Fault | None:
    known = directory.with_external_id(draft.external_id) if draft.external_id else None
    if known is not None:
        return known
    free = [p for p in directory.with_name(draft.name) if not (draft.external_id and p.external_id)]
    if len(free) > 1:
        return _several("project", len(free), "an external id in this row")
    return free[0] if free else None


def _add_project(project_id: UUID, draft: ProjectDraft) -> AddProject:
    said = {name: value for name in _PROJECT_FIELDS if (value := getattr(draft, name)) is not None}
    return msgspec.structs.replace(
        AddProject(id=project_id, name=draft.name, external_id=draft.external_id), **said
    )


def plan_phases(sheet: Sheet, drafts: tuple[PhaseDraft, ...], proposed: frozenset[str]) -> None:
    """Add what is missing of the phases of a file; a phase that was deleted by hand stays deleted."""
    for draft in drafts:
        phase_id = entity_id(sheet.tenant_id, "phase", draft.external_id)
        if not sheet.first_time(phase_id, draft.line, _content(draft)):
            continue
        if phase_id in sheet.existing.gone:
            sheet.leave("phases were deleted since an earlier import and stay deleted")
            continue
        existing = sheet.existing.phases.get(phase_id)
        if existing is None:
            sheet.create(
                draft.line,
                phase_id,
                AddPhase(
                    id=phase_id,
                    project_id=_project_id(sheet, draft.project),
                    name=draft.name,
                    duration_hours=draft.duration_hours,
                    skills=draft.skills,
                    start=draft.start,
                    end=draft.end,
                    external_id=draft.external_id,
                ),
            )
            continue
        fields = (*_PHASE_FIELDS, *(name for name in ("start", "end", "name") if name not in proposed))
        changes = {
            name: value
            for name in fields
            if not _same(value := getattr(draft, name), getattr(existing, name))
        }
        edit = msgspec.structs.replace(EditPhase(phase_id=phase_id), **changes)
        commands = (edit,) if changes else ()
        sheet.change(draft.line, phase_id, existing.version, *commands)


def plan_dependencies(sheet: Sheet, drafts: tuple[DependencyDraft, ...]) -> None:
    """Add the dependencies that are missing; those untied by hand, or of deleted phases, stay as they are."""
    for draft in drafts:
        before, after = (entity_id(sheet.tenant_id, "phase", key) for key in (draft.before, draft.after))
        dependency_id = entity_id(sheet.tenant_id, "dependency", f"{draft.before} → {draft.after}")
        if {dependency_id, before, after} & sheet.existing.gone:
            sheet.leave("dependencies were deleted since an earlier import and stay deleted")
        elif dependency_id in sheet.existing.dependencies:
            sheet.unchanged += 1
        else:
            sheet.create(
                draft.line,
                dependency_id,
                AddDependency(id=dependency_id, from_phase_id=before, to_phase_id=after),
            )


def planned_ids(parsed: Parsed, tenant_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """Return the ids that the phases and dependencies of a file have, whether or not they exist."""
    phases = [entity_id(tenant_id, "phase", draft.external_id) for draft in parsed.phases]
    dependencies = [
        entity_id(tenant_id, "dependency", f"{draft.before} → {draft.after}") for draft in parsed.dependencies
    ]
    return phases, dependencies


def _project_id(sheet: Sheet, external_id: str) -> UUID:
    known = sheet.projects.with_external_id(external_id)
    return known.id if known is not None else entity_id(sheet.tenant_id, "project", external_id)


def _several(what: str, count: int, expected: str) -> Fault:
    return Fault(code=f"ambiguous_{what}", reason=f"{count} {what}s are called that", expected=expected)


def _same(said: object, known: object) -> bool:
    """Whether two values say the same; lists of skills, hours and tags in any order."""
    if isinstance(said, tuple) and isinstance(known, tuple):
        return len(said) == len(known) and set(said) == set(known)
    return said == known


def _content(draft: object) -> object:
    replace: Callable[..., object] = msgspec.structs.replace
    return replace(draft, line=0)

"""Decisions about artists, accounts and the studio itself."""

from __future__ import annotations

from itertools import pairwise
from typing import assert_never

from msgspec import UNSET

from scheduling.commands import (
    AddArtist,
    AddMember,
    ArchiveArtist,
    EditArtist,
    EditMember,
    EditTenant,
    PeopleCommand,
)
from scheduling.decide.bookings import check_zone
from scheduling.decide.context import Context, Draft, Outcome
from scheduling.decide.edits import edited
from scheduling.events import (
    ArtistAdded,
    ArtistArchived,
    ArtistEdited,
    MemberAdded,
    MemberEdited,
    TenantEdited,
)
from scheduling.model import FIRST_YEAR, LAST_YEAR, OFFICE_HOURS, Artist, Member, Role, Tenant, WorkingHours
from scheduling.public_holidays import check_country
from scheduling.refusals import Code, Refused, invalid, not_found
from scheduling.state import State


def decide_people(state: State, command: PeopleCommand, context: Context) -> Outcome:
    """The answer to any command about artists, members and the tenant."""
    draft = Draft(state, context)
    match command:
        case AddArtist():
            return _add_artist(draft, command)
        case EditArtist():
            return _edit_artist(draft, command)
        case ArchiveArtist():
            return _archive_artist(draft, command)
        case AddMember():
            return _add_member(draft, command)
        case EditMember():
            return _edit_member(draft, command)
        case EditTenant():
            return _edit_tenant(draft, command)
        case _:
            assert_never(command)


def _add_artist(draft: Draft, command: AddArtist) -> Outcome:
    artist_id = command.id or draft.context.new_id("artist")
    if artist_id in draft.state.artists:
        return invalid(f"There is an artist {artist_id} already; ids are used once.", "id")
    hours = OFFICE_HOURS if command.working_hours is None else command.working_hours
    artist = Artist(
        id=artist_id,
        name=command.name,
        skills=command.skills,
        zone=command.zone or draft.state.tenant.zone,
        working_hours=hours,
        rate=command.rate,
        tags=command.tags,
        email=command.email,
        notes=command.notes,
        external_id=command.external_id,
        portfolio=command.portfolio,
        preferred_projects=command.preferred_projects,
        preferred_hours=command.preferred_hours,
        holiday_country=command.holiday_country,
        holiday_subdivision=command.holiday_subdivision,
    )
    refused = _check_artist(draft.state, artist)
    if refused:
        return refused
    draft.emit(ArtistAdded(artist=artist))
    return draft.accepted()


def _check_artist(state: State, artist: Artist, before: Artist | None = None) -> Refused | None:
    refused = (
        check_zone(artist.zone) or _check_holidays(artist, before) or _check_preferred(state, artist, before)
    )
    if refused:
        return refused
    names = [skill.name.casefold() for skill in artist.skills]
    if len(names) != len(set(names)):
        return invalid("Each skill is listed once.", "skills")
    addresses = [link.url for link in artist.portfolio]
    if len(addresses) != len(set(addresses)):
        return invalid("Each address stands once in a portfolio.", "portfolio")
    return _check_hours(artist.working_hours, "working_hours") or _check_hours(
        artist.preferred_hours, "preferred_hours"
    )


def _check_holidays(artist: Artist, before: Artist | None) -> Refused | None:
    """What stood already is not looked at again: the library may have dropped it since."""
    country, subdivision = artist.holiday_country, artist.holiday_subdivision
    if before is not None and (country, subdivision) == (before.holiday_country, before.holiday_subdivision):
        return None
    return check_country(country or "", subdivision or "")


def _check_preferred(state: State, artist: Artist, before: Artist | None) -> Refused | None:
    """Whether the projects exist; what stood already is not looked at again."""
    if len(artist.preferred_projects) != len(set(artist.preferred_projects)):
        return invalid("Each project is preferred once.", "preferred_projects")
    known = before.preferred_projects if before else ()
    unknown = (p for p in artist.preferred_projects if p not in known and p not in state.projects)
    missing = next(unknown, None)
    return not_found("project", missing) if missing else None


def _check_hours(hours: tuple[WorkingHours, ...], field: str) -> Refused | None:
    by_day: dict[int, list[WorkingHours]] = {}
    for span in hours:
        if span.start >= span.end:
            return invalid(
                f"Hours end after they start; got {span.start} to {span.end}.",
                field,
            )
        by_day.setdefault(span.day, []).append(span)
    for spans in by_day.values():
        spans.sort(key=lambda s: s.start)
        if any(a.end > b.start for a, b in pairwise(spans)):
            return invalid("Hours of one day must not overlap.", field)
    return None


def _edit_artist(draft: Draft, command: EditArtist) -> Outcome:
    artist = draft.state.artists.get(command.artist_id)
    if artist is None:
        return not_found("artist", command.artist_id)
    after, changed = edited(artist, command)
    refused = _check_artist(draft.state, after, artist)
    if refused:
        return refused
    if changed:
        draft.emit(ArtistEdited(artist=after, changed=changed))
    return draft.accepted()


def _archive_artist(draft: Draft, command: ArchiveArtist) -> Outcome:
    artist = draft.state.artists.get(command.artist_id)
    if artist is None:
        return not_found("artist", command.artist_id)
    after, changed = edited(artist, command, active=False)
    if changed:
        draft.emit(ArtistArchived(artist=after, changed=changed))
    return draft.accepted()


def _add_member(draft: Draft, command: AddMember) -> Outcome:
    member_id = command.id or draft.context.new_id("member")
    if member_id in draft.state.members:
        return invalid(f"There is a member {member_id} already; ids are used once.", "id")
    member = Member(
        id=member_id,
        email=command.email,
        name=command.name,
        role=command.role,
        artist_id=command.artist_id,
    )
    refused = check_member(draft.state, member)
    if refused:
        return refused
    draft.emit(MemberAdded(member=member))
    return draft.accepted()


def check_member(state: State, member: Member) -> Refused | None:
    """Whether the account's artist exists, and neither address nor artist is another account's."""
    if member.artist_id is not None and member.artist_id not in state.artists:
        return not_found("artist", member.artist_id)
    for other in state.members.values():
        if other.id == member.id:
            continue
        if other.email.casefold() == member.email.casefold():
            return invalid(f"{member.email} has an account in this studio already.", "email")
        if member.artist_id is not None and other.artist_id == member.artist_id:
            return invalid("This artist is linked to another account already.", "artist_id")
    return None


def _edit_member(draft: Draft, command: EditMember) -> Outcome:
    member = draft.state.members.get(command.member_id)
    if member is None:
        return not_found("member", command.member_id)
    after, changed = edited(member, command)
    refused = check_member(draft.state, after) or keep_an_owner(draft.state, after)
    if refused:
        return refused
    if changed:
        draft.emit(MemberEdited(member=after, changed=changed))
    return draft.accepted()


def keep_an_owner(state: State, after: Member) -> Refused | None:
    """Whether somebody owns the studio once the account is as `after` says."""
    others = (m for m in state.members.values() if m.id != after.id)
    owners = [m for m in (*others, after) if m.role is Role.OWNER and m.active]
    if owners:
        return None
    return Refused(code=Code.WRONG_STATE, message="A studio keeps at least one active owner.")


def _edit_tenant(draft: Draft, command: EditTenant) -> Outcome:
    if command.zone is not UNSET:
        refused = check_zone(command.zone)
        if refused:
            return refused
    if command.history_from is not UNSET and command.history_from < draft.state.tenant.history_from:
        return invalid("What is not kept any more does not come back.", "history_from")
    if command.working_hours is not UNSET:
        refused = _check_hours(command.working_hours, "working_hours")
        if refused:
            return refused
    tenant = draft.state.tenant
    after, changed = edited(tenant, command)
    refused = _check_closures(after) if "closures" in changed else None
    if {"holiday_country", "holiday_subdivision"} & set(changed):
        refused = refused or check_country(after.holiday_country, after.holiday_subdivision)
    if refused:
        return refused
    if changed:
        draft.emit(TenantEdited(tenant=after, changed=changed))
    return draft.accepted()


def _check_closures(tenant: Tenant) -> Refused | None:
    days = [closure.day for closure in tenant.closures]
    if len(days) != len(set(days)):
        return invalid("Each day stands once among the closing days.", "closures")
    wrong = next((day for day in days if not FIRST_YEAR <= day.year <= LAST_YEAR), None)
    if wrong is not None:
        return invalid(f"Dates lie between {FIRST_YEAR} and {LAST_YEAR}; got {wrong}.", "closures")
    return None

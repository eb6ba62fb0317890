"""Operations on artists: finding, reading, adding, editing, archiving."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta as Limits

from db.pool import transaction
from db.queries import artists as artist_rows
from db.queries import artists_search as search
from db.queries.artists_search import AfterName, ArtistFilter, WantedSkill
from realtime.masking import ArtistView, artist_view
from scheduling.model import Artist, Instant, Zone
from scheduling.permissions import Actor
from scheduling.refusals import Code
from server.api.availability import check_range
from server.api.bookings import utc
from server.api.commanding import command
from server.api.operations import EVERYONE, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import PageQuery, Words, decode_cursor, page_reply
from server.api.past import AsOf, PastQuery, read_list, read_one
from server.api.problems import invalid, not_found

Named = Annotated[str, Limits(min_length=1, max_length=80)]
Skilled = Annotated[str, Limits(min_length=1, max_length=84)]


class ArtistQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which artists; freelancers may look for names only."""

    q: Words | None = None
    skill: Annotated[
        tuple[Skilled, ...],
        Limits(
            max_length=10, description="Has this skill, as `name` or `name:level`; repeated, all of them."
        ),
    ] = ()
    tag: Annotated[
        tuple[Named, ...], Limits(max_length=10, description="Has this tag; repeated, all of them.")
    ] = ()
    zone: Annotated[Zone, Limits(description="Lives by this IANA time zone.")] | None = None
    max_rate: (
        Annotated[float, Limits(ge=0, le=1e9, description="Costs at most this per day, in `currency`.")]
        | None
    ) = None
    currency: Annotated[str, Limits(pattern=r"^[A-Z]{3}$", description="ISO 4217.")] | None = None
    free_from: Annotated[Instant, Limits(description="Has no live booking or time off from here")] | None = (
        None
    )
    free_to: Annotated[Instant, Limits(description="to here.")] | None = None
    active: Annotated[bool, Limits(description="Takes bookings, or is archived.")] | None = None
    as_of: AsOf | None = None


async def list_artists(call: Call[ArtistQuery, Nothing]) -> Outcome:
    query, staff = call.query, call.actor.staff
    asked = [name for name in _STAFF_ONLY if getattr(query, name) not in (None, ())]
    if not staff and asked:
        return Problem(code=Code.FORBIDDEN, message=f"{asked[0]} of others is the studio's to know.")
    if query.as_of is not None:
        return await read_list(
            call,
            "artist",
            supported=("q", "skill", "tag", "active"),
            wanted=lambda artist: _fits(artist, query, names_only=not staff),
            seen=seen,
            by_name=True,
        )
    after = decode_cursor(query.cursor, AfterName)
    if isinstance(after, Problem):
        return after
    free = _free(query)
    if isinstance(free, Problem):
        return free
    if (query.max_rate is None) != (query.currency is None):
        return invalid("max_rate and currency go together.", "currency")
    wanted = ArtistFilter(
        text=query.q,
        skills=tuple(_skill(text) for text in query.skill),
        tags=query.tag,
        zone=query.zone,
        max_rate=query.max_rate,
        currency=query.currency,
        free=free,
        active=query.active,
        names_only=not staff,
    )
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found = await search.page(connection, call.tenant_id, wanted, after=after, limit=query.limit + 1)
        total = await search.count(connection, call.tenant_id, wanted) if query.total else None
    last = found[query.limit - 1][1] if len(found) > query.limit else None
    return page_reply([seen(call.actor, artist) for artist, _ in found], query.limit, last, total)


def _fits(artist: Artist, query: ArtistQuery, *, names_only: bool) -> bool:
    """The filters of a list, on an artist of the past."""
    words = artist.name if names_only else f"{artist.name} {artist.email}"
    levels = {skill.name.lower(): skill.level for skill in artist.skills}
    wanted = (_skill(text) for text in query.skill)
    return (
        (query.q is None or query.q.lower() in words.lower())
        and all(levels.get(skill.name.lower(), -1) >= skill.level for skill in wanted)
        and all(tag in artist.tags for tag in query.tag)
        and (query.active is None or query.active == artist.active)
    )


_STAFF_ONLY = ("skill", "tag", "max_rate", "currency", "free_from", "free_to")


def _skill(text: str) -> WantedSkill:
    name, colon, level = text.rpartition(":")
    if colon and level.isdecimal() and len(level) <= 2:
        return WantedSkill(name=name, level=int(level))
    return WantedSkill(name=text)


def _free(query: ArtistQuery) -> tuple[datetime, datetime] | Problem | None:
    if query.free_from is None and query.free_to is None:
        return None
    if query.free_from is None or query.free_to is None:
        return invalid("free_from and free_to go together.", "free_to")
    problem = check_range(query.free_from, query.free_to)
    return problem or (utc(query.free_from), utc(query.free_to))


async def get_artist(call: Call[PastQuery, Nothing]) -> Outcome:
    if call.query.as_of is not None:
        return await read_one(call, "artist", "artist", seen)
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found = await artist_rows.by_ids(connection, call.tenant_id, [call.id])
    if not found:
        return not_found("artist", call.id)
    return Reply(data=seen(call.actor, found[0]), version=found[0].version)


def seen(actor: Actor, artist: Artist) -> Artist | ArtistView:
    """The artist as far as the actor may know them."""
    return artist if actor.staff or artist.id == actor.artist_id else artist_view(artist)


OPERATIONS = (
    Operation(
        method="GET",
        path="/artists",
        name="listArtists",
        tag="artists",
        summary="List artists, by name",
        description="A freelancer sees others by name and zone only.",
        handler=list_artists,
        gone=True,
        query=ArtistQuery,
        result=(Artist, ArtistView),
        many=True,
    ),
    command(
        "POST",
        "/artists",
        "artist.add",
        name="addArtist",
        tag="artists",
        summary="Add an artist",
        result=Artist,
        errors=(),
    ),
    Operation(
        method="GET",
        path="/artists/{id}",
        name="getArtist",
        tag="artists",
        summary="Read an artist",
        handler=get_artist,
        query=PastQuery,
        gone=True,
        result=(Artist, ArtistView),
        versioned=True,
        noun="artist",
    ),
    command(
        "PATCH",
        "/artists/{id}",
        "artist.edit",
        name="editArtist",
        tag="artists",
        summary="Change an artist",
        result=Artist,
        roles=EVERYONE,
        id_field="artist_id",
        errors=(Code.STALE_VERSION,),
    ),
    command(
        "POST",
        "/artists/{id}/archive",
        "artist.archive",
        name="archiveArtist",
        tag="artists",
        summary="Take an artist off the schedule",
        result=Artist,
        id_field="artist_id",
        errors=(Code.STALE_VERSION,),
    ),
)

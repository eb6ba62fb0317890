"""Operations on artists: finding, reading, adding, editing, archiving."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta as Limits

from db.pool import transaction
from db.queries import artists as artist_rows
from db.queries import artists_search as search
from db.queries.artists_search import AfterName, ArtistFilter
from realtime.masking import ArtistView, artist_view
from scheduling.model import Artist
from scheduling.permissions import Actor
from scheduling.refusals import Code
from server.api.commanding import command
from server.api.operations import EVERYONE, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import PageQuery, Words, decode_cursor, page_reply
from server.api.past import AsOf, PastQuery, read_list, read_one
from server.api.problems import not_found

Named = Annotated[str, Limits(min_length=1, max_length=80)]


class ArtistQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which artists; freelancers may look for names only."""

    q: Words | None = None
    skill: Annotated[Named, Limits(description="Has this skill, by name.")] | None = None
    tag: Annotated[Named, Limits(description="Has this tag.")] | None = None
    active: Annotated[bool, Limits(description="Takes bookings, or is archived.")] | None = None
    as_of: AsOf | None = None


async def list_artists(call: Call[ArtistQuery, Nothing]) -> Outcome:
    query, staff = call.query, call.actor.staff
    if not staff and (query.skill is not None or query.tag is not None):
        return Problem(code=Code.FORBIDDEN, message="Skills and tags of others are the studio's to know.")
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
    wanted = ArtistFilter(
        text=query.q, skill=query.skill, tag=query.tag, active=query.active, names_only=not staff
    )
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found = await search.page(connection, call.tenant_id, wanted, after=after, limit=query.limit + 1)
        total = await search.count(connection, call.tenant_id, wanted) if query.total else None
    last = found[query.limit - 1][1] if len(found) > query.limit else None
    return page_reply([seen(call.actor, artist) for artist, _ in found], query.limit, last, total)


def _fits(artist: Artist, query: ArtistQuery, *, names_only: bool) -> bool:
    """The filters of a list, on an artist of the past."""
    words = artist.name if names_only else f"{artist.name} {artist.email}"
    skills = {skill.name.lower() for skill in artist.skills}
    return (
        (query.q is None or query.q.lower() in words.lower())
        and (query.skill is None or query.skill.lower() in skills)
        and (query.tag is None or query.tag in artist.tags)
        and (query.active is None or query.active == artist.active)
    )


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

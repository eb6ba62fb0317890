"""Operations on accounts, for the studio's owner: list, open, change, set a password."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta as Limits
from msgspec import Struct

from db.pool import transaction
from db.queries import members as rows
from db.queries import members_search as search
from scheduling.commands import Email
from scheduling.model import Member, Name, Role
from scheduling.refusals import Code
from scheduling.scopes import Scope
from server.api.auth import NewPassword
from server.api.commanding import body_of, changed, given, run
from server.api.operations import OWNERS, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import AfterId, PageQuery, decode_cursor, page_reply
from server.api.problems import not_found
from server.auth.sign_in import set_password


class MemberQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which accounts."""

    active: Annotated[bool, Limits(description="May sign in, or may not any more.")] | None = None


class NewMember(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account; without a password nobody can sign in to it yet."""

    email: Email
    name: Name
    role: Role
    id: UUID | None = None
    artist_id: UUID | None = None
    password: NewPassword | None = None


class SetPassword(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member's new password; their sign-ins end."""

    password: NewPassword


async def list_members(call: Call[MemberQuery, Nothing]) -> Outcome:
    query, tenant_id = call.query, call.tenant_id
    after = decode_cursor(query.cursor, AfterId)
    if isinstance(after, Problem):
        return after
    async with transaction(call.services.pool, tenant_id, readonly=True) as connection:
        found = await search.page(
            connection,
            tenant_id,
            active=query.active,
            after=after.id if after else None,
            limit=query.limit + 1,
        )
        total = await search.count(connection, tenant_id, active=query.active) if query.total else None
    last = AfterId(id=found[query.limit - 1].id) if len(found) > query.limit else None
    return page_reply(found, query.limit, last, total)


async def get_member(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        member = await rows.by_id(connection, call.tenant_id, call.id)
    return Reply(data=member, version=member.version) if member else not_found("member", call.id)


async def add_member(call: Call[Nothing, NewMember]) -> Outcome:
    args = given(call.body)
    del args["password"]  # the command is stored and logged; a password never is
    answer = await run(call, "member.add", args)
    if isinstance(answer, Problem):
        return answer
    reply = changed(call, answer, "member", "/members")
    if call.body.password is not None:
        member = msgspec.json.decode(answer.result, type=dict[str, _Id])["member"]
        await _set_password(call, member.id, call.body.password)
    return reply


class _Id(Struct):
    id: UUID


async def edit_member(call: Call[Nothing, Any]) -> Outcome:
    answer = await run(call, "member.edit", {"member_id": call.id, **given(call.body)})
    if isinstance(answer, Problem):
        return answer
    call.services.authenticator.forget(call.tenant_id, call.id)
    return changed(call, answer, "member")


async def set_member_password(call: Call[Nothing, SetPassword]) -> Outcome:
    known = await _set_password(call, call.id, call.body.password)
    return Reply() if known else not_found("member", call.id)


async def _set_password(call: Call[Any, Any], member_id: UUID, password: str) -> bool:
    services = call.services
    known = await set_password(
        services.pool, services.passwords, tenant_id=call.tenant_id, member_id=member_id, password=password
    )
    if known:
        services.authenticator.forget(call.tenant_id, member_id)
        services.sign_out(call.tenant_id, member_id)
    return known


OPERATIONS = (
    Operation(
        method="GET",
        path="/members",
        name="listMembers",
        scope=Scope.MEMBERS_MANAGE,
        tag="members",
        summary="List accounts",
        handler=list_members,
        roles=OWNERS,
        query=MemberQuery,
        result=(Member,),
        many=True,
    ),
    Operation(
        method="POST",
        path="/members",
        name="addMember",
        scope=Scope.MEMBERS_MANAGE,
        tag="members",
        summary="Open an account",
        description=(NewMember.__doc__ or "").strip(),
        handler=add_member,
        roles=OWNERS,
        body=NewMember,
        result=(Member,),
        status=201,
        writes=True,
        versioned=True,
        errors=(Code.NOT_FOUND, Code.RATE_LIMITED),
    ),
    Operation(
        method="GET",
        path="/members/{id}",
        name="getMember",
        scope=Scope.MEMBERS_MANAGE,
        tag="members",
        summary="Read an account",
        handler=get_member,
        roles=OWNERS,
        result=(Member,),
        versioned=True,
        noun="member",
    ),
    Operation(
        method="PATCH",
        path="/members/{id}",
        name="editMember",
        scope=Scope.MEMBERS_MANAGE,
        tag="members",
        summary="Change an account",
        description="A deactivated member is signed out everywhere within seconds.",
        handler=edit_member,
        roles=OWNERS,
        body=body_of("member.edit", "member_id"),
        result=(Member,),
        writes=True,
        versioned=True,
        noun="member",
        errors=(Code.STALE_VERSION, Code.WRONG_STATE),
    ),
    Operation(
        method="PUT",
        path="/members/{id}/password",
        name="setMemberPassword",
        scope=Scope.MEMBERS_MANAGE,
        tag="members",
        summary="Set a member's password",
        description=(SetPassword.__doc__ or "").strip(),
        handler=set_member_password,
        roles=OWNERS,
        body=SetPassword,
        noun="member",
        errors=(Code.RATE_LIMITED,),
    ),
)

"""Writes over REST: each is a command of the wire contract, run by the one write path."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct

from realtime.protocol import CommandRequest, OkAnswer
from scheduling.commands import COMMANDS
from scheduling.decide.flags import Flag
from scheduling.refusals import Code, ItemRefusal
from server.api.operations import STAFF, Call, Meta, Operation, Outcome, Problem, Reply, Role
from server.api.problems import problem_of

WRITE_ERRORS = (Code.CONFLICT, Code.STALE_VERSION, Code.WRONG_STATE)


class _Versioned(Struct, frozen=True, kw_only=True):
    version: int


def body_of(op: str, *without: str) -> type[Struct]:
    """The arguments of an operation as a request body, `without` what the path says already."""
    command = COMMANDS[op]
    fields: list[Any] = []
    for field in msgspec.structs.fields(command):
        if field.name in without:
            continue
        if field.default_factory is not msgspec.NODEFAULT:
            default: Any = msgspec.field(default_factory=field.default_factory)
        elif field.default is not msgspec.NODEFAULT:
            default = field.default
        else:
            fields.append((field.name, field.type))
            continue
        fields.append((field.name, field.type, default))
    body = msgspec.defstruct(
        f"{command.__name__}Body", fields, kw_only=True, frozen=True, forbid_unknown_fields=True
    )
    body.__doc__ = command.__doc__
    return body


def given(body: Struct) -> dict[str, object]:
    """The fields of a body that were sent or have a default: not the unset ones."""
    values = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in values.items() if value is not UNSET}


async def run(
    call: Call[Any, Any], op: str, args: dict[str, object], *, base_version: int | None = None
) -> OkAnswer | Problem:
    """Run one command under the request's id."""
    envelope = CommandRequest(
        id=call.command_id,
        op=op,
        args=msgspec.Raw(msgspec.json.encode(args)),
        base_version=base_version if base_version is not None else call.base_version,
    )
    answer = await call.services.executor.execute(call.actor, envelope)
    return answer if isinstance(answer, OkAnswer) else problem_of(answer.error)


def changed(call: Call[Any, Any], answer: OkAnswer, kind: str, place: str = "") -> Reply:
    """The entity a command made or changed, with its ETag; `place` is the collection it was added to."""
    entity = msgspec.json.decode(answer.result, type=dict[str, msgspec.Raw])[kind]
    return entity_reply(call, answer, entity, place)


def entity_reply(call: Call[Any, Any], answer: OkAnswer, entity: msgspec.Raw, place: str = "") -> Reply:
    """As `changed`, for an entity at hand."""
    head = msgspec.json.decode(entity, type=_Identified)
    return Reply(
        data=entity,
        meta=meta_of(call, answer),
        version=head.version,
        headers=(("Location", f"/api/v1{place}/{head.id}"),) if place else (),
    )


class _Beside(Struct, frozen=True, kw_only=True):
    flags: tuple[Flag, ...] = ()
    refused: tuple[ItemRefusal, ...] = ()


def meta_of(call: Call[Any, Any], answer: OkAnswer) -> Meta:
    """What the answer to a write says beside its entity."""
    beside = msgspec.json.decode(answer.result, type=_Beside)
    return Meta(seq=answer.seq, command_id=call.command_id, flags=beside.flags, refused=beside.refused)


class _Identified(_Versioned, frozen=True, kw_only=True):
    id: UUID


def command(
    method: Any,
    path: str,
    op: str,
    *,
    name: str,
    tag: str,
    summary: str,
    result: type[Struct],
    roles: frozenset[Role] = STAFF,
    id_field: str | None = None,
    noun: str = "",
    errors: tuple[Code, ...] = WRITE_ERRORS,
    place: str = "",
) -> Operation:
    """An operation that is one command: its body holds the arguments, its path the target.

    Without `id_field` it makes something new, and answers 201 with its place; so it does with a
    `place`, the collection of what it makes out of the target.
    """
    kind = op.split(".", maxsplit=1)[0]
    place = place or ("" if id_field else path)

    async def handler(call: Call[Any, Any]) -> Outcome:
        args = given(call.body)
        if id_field is not None:
            args[id_field] = call.id
        answer = await run(call, op, args)
        if isinstance(answer, Problem):
            return answer
        return changed(call, answer, kind, place)

    return Operation(
        method=method,
        path=path,
        name=name,
        tag=tag,
        summary=summary,
        description=(COMMANDS[op].__doc__ or "").strip(),
        handler=handler,
        roles=roles,
        body=body_of(op, *([id_field] if id_field else [])),
        result=(result,),
        status=201 if place else 200,
        writes=True,
        versioned=True,
        noun=noun or kind,
        errors=errors,
    )

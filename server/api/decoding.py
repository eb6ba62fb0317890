"""Strict reading of what came over HTTP: bodies, queries and headers, with errors that name the place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct
from starlette.requests import Request

from scheduling.refusals import Code
from server.api.operations import Problem
from server.api.problems import invalid

S = TypeVar("S", bound=Struct)

SECRETS = frozenset({"password", "current_password", "new_password", "refresh_token", "token"})
"""Fields whose value is not repeated in an error."""
SHOWN = 80
"""Characters of a bad value that an error repeats."""


async def read_body(request: Request, limit: int) -> bytes | Problem:
    """The whole body, at most `limit` bytes."""
    too_large = Problem(
        code=Code.TOO_LARGE,
        message=f"A body here has at most {limit} bytes.",
        headers=(("Connection", "close"),),
    )
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > limit:
        return too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return too_large
    return bytes(body)


def is_json(content_type: str) -> bool:
    """Whether the header announces JSON; a charset, if any, must be UTF-8."""
    media_type, _, parameters = content_type.partition(";")
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", parameters, re.IGNORECASE)
    return media_type.strip().lower() == "application/json" and (
        charset is None or charset[1].lower() in {"utf-8", "utf8"}
    )


def decode_body(body: bytes, kind: type[S]) -> S | Problem:
    """The body as `kind`, or what was expected, where, and what came."""
    try:
        decoded: S = _decoder(kind).decode(body)
    except msgspec.ValidationError as error:
        return _explain(str(error), lambda: msgspec.json.decode(body))
    except msgspec.DecodeError as error:
        return invalid(f"The body is not valid JSON: {error}.")
    except UnicodeDecodeError:
        return invalid("The body is not valid UTF-8.")
    except RecursionError:
        return invalid("The body is nested too deeply.")
    if escaped_nul(body):
        return invalid("Text must not contain NUL characters.")
    return decoded


def decode_query(pairs: Iterable[tuple[str, str]], kind: type[S]) -> S | Problem:
    """Query parameters as `kind`. Parameters of several values are repeated; others stand once."""
    several = _several(kind)
    values: dict[str, Any] = {}
    for name, value in pairs:
        if "\0" in value:
            return invalid("Text must not contain NUL characters.", name)
        if name in several:
            values.setdefault(name, []).append(value)
        elif name in values:
            return invalid(f"{name} may be given once only.", name)
        else:
            values[name] = value
    unknown = values.keys() - set(kind.__struct_encode_fields__)
    if unknown:
        known = ", ".join(kind.__struct_encode_fields__) or "none"
        name = min(unknown)[:SHOWN]
        return invalid(f'There is no parameter "{name}"; there are: {known}.', name)
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        return _explain(str(error), lambda: values)


def command_id(headers: Mapping[str, str]) -> UUID | Problem | None:
    """`Idempotency-Key`, which is the command's id; None where there is none."""
    given = headers.get("idempotency-key")
    if given is None:
        return None
    try:
        return UUID(given.strip().strip('"'))
    except ValueError:
        return invalid(f"Idempotency-Key must be a UUID; got {_show(given)}.", "Idempotency-Key")


def base_version(headers: Mapping[str, str]) -> int | Problem | None:
    """`If-Match`, which is the version a change is based on, as in the ETag `"7"`."""
    given = headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    matched = re.fullmatch(r'\s*"([1-9][0-9]{0,15})"\s*', given)
    if matched is None:
        return invalid(f'If-Match must be one ETag such as "7"; got {_show(given)}.', "If-Match")
    return int(matched[1])


@cache
def _decoder(kind: type[S]) -> msgspec.json.Decoder[S]:
    return msgspec.json.Decoder(kind)


@cache
def _several(kind: type[Struct]) -> frozenset[str]:
    """Parameters that are lists."""
    info = msgspec.inspect.type_info(kind)
    if not isinstance(info, msgspec.inspect.StructType):
        raise TypeError(f"{kind} is no struct")
    return frozenset(field.encode_name for field in info.fields if _is_list(field.type))


def _is_list(kind: msgspec.inspect.Type) -> bool:
    while isinstance(kind, msgspec.inspect.Metadata):  # a description wraps what it describes
        kind = kind.type
    return isinstance(kind, msgspec.inspect.VarTupleType | msgspec.inspect.ListType)


_AT = re.compile(r" - at `(?:key in )?`?\$?(.*?)`$")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


def _explain(message: str, document: Callable[[], Any]) -> Problem:
    """The library's sentence with the place in front, and the value that came where it may be shown."""
    found = _AT.search(message)
    path = found[1] if found else ""
    sentence = message[: found.start()] if found else message
    name = path.lstrip(".")
    if name and "got" not in sentence and not SECRETS & set(re.findall(r"\w+", path)):
        got = _value_at(document, path)
        if got is not UNSET:
            sentence = f"{sentence}, got {_show(got)}"
    return invalid(f"{name}: {sentence}." if name else f"{sentence}.", name)


def _value_at(document: Callable[[], Any], path: str) -> Any:
    try:
        value = document()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return UNSET
    for key, index in _STEP.findall(path):
        try:
            value = value[key] if key else value[int(index)]
        except (KeyError, IndexError, TypeError):
            return UNSET
    return value


def _show(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def escaped_nul(json: bytes) -> bool:
    """Whether JSON text has a NUL character in it; a backslash that is itself escaped begins none."""
    return _NUL.search(json) is not None

"""The envelope of a command, and the one way from its bytes to a typed command."""

from __future__ import annotations

import re
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from scheduling.commands import COMMANDS, Command
from scheduling.refusals import Refused, invalid


class CommandRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{id, op, base_version?, args}`; `id` is made by the client and makes a repeat harmless."""

    id: UUID
    op: Annotated[str, Meta(max_length=64)]
    args: msgspec.Raw
    base_version: Annotated[int, Meta(ge=1, le=2**53)] | None = None


_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""An escaped NUL in JSON; a backslash that is itself escaped begins none."""
_ESCAPED = rb"\u0000"

_request_decoder = msgspec.json.Decoder(CommandRequest)
_args_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    op: msgspec.json.Decoder(cls) for op, cls in COMMANDS.items()
}


def parse_request(body: bytes | str | msgspec.Raw) -> CommandRequest | Refused:
    """The envelope, or why it is none."""
    try:
        return _request_decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return invalid(f"Not a command {{id, op, base_version?, args}}: {_why(error)}.")


def parse_args(op: str, args: bytes | msgspec.Raw) -> Command | Refused:
    """The typed command for `op`, or what was expected and what came instead."""
    decoder = _args_decoders.get(op)
    if decoder is None:
        return invalid(f'There is no operation "{op}".', "op")
    text = bytes(args)
    if _ESCAPED in text and _NUL.search(text):
        return invalid("Text must not contain NUL characters.", "args")
    try:
        return cast("Command", decoder.decode(args))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return invalid(f"Arguments of {op}: {_why(error)}.", "args")


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "not valid UTF-8"
    return str(error).rstrip(".")

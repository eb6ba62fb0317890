"""What comes back for a command: `{ok: true, id, seq, result}` or `{ok: false, id, error}`."""

from __future__ import annotations

from typing import Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from scheduling.refusals import RETRYABLE, Code, RefusalData, Refused


class WireError(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stable code, one sentence on what was expected and what came, and whether to try again.

    `retryable`: the same command id may be sent again, after `retry_after_ms` where given.
    """

    code: Code
    message: str
    retryable: bool
    retry_after_ms: int | None = None
    data: RefusalData | None = None


class OkAnswer(Struct, frozen=True, kw_only=True):
    """The command is in the log, at or before `seq`; `result` holds what changed, by kind."""

    ok: Literal[True] = True
    id: UUID
    seq: int
    result: msgspec.Raw


class ErrorAnswer(Struct, frozen=True, kw_only=True):
    """The command changed nothing. `id` is null only where none could be read."""

    ok: Literal[False] = False
    id: UUID | None
    error: WireError


Answer: TypeAlias = OkAnswer | ErrorAnswer


def wire_error(refused: Refused, retry_after_ms: int | None = None) -> WireError:
    """A refusal as it goes over the wire."""
    return WireError(
        code=refused.code,
        message=refused.message,
        retryable=refused.retryable,
        retry_after_ms=retry_after_ms,
        data=refused.data,
    )


def error_answer(
    command_id: UUID | None, code: Code, message: str, retry_after_ms: int | None = None
) -> ErrorAnswer:
    """An error made by the server's own rooms rather than by a decision."""
    error = WireError(
        code=code,
        message=message,
        retryable=code in RETRYABLE,
        retry_after_ms=retry_after_ms,
    )
    return ErrorAnswer(id=command_id, error=error)

"""Reading multipart/form-data: one file and a few plain fields, within a limit."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from scheduling.refusals import Code
from server.api.decoding import decode_query
from server.api.operations import Problem
from server.api.problems import invalid

S = TypeVar("S", bound=Struct)

FIELD_BYTES = 4_096
"""A plain field is at most this long."""


class Upload(Struct, frozen=True, kw_only=True):
    """A file as it was sent; its name is the sender's and goes nowhere near a path."""

    filename: str
    content: bytes


async def read_form(request: Request, kind: type[S], limit: int) -> S | Problem:
    """The form as `kind`, whose field `file` is the `Upload`; at most `limit` bytes in all."""
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith("multipart/form-data"):
        return invalid(
            f"Content-Type must be multipart/form-data; got {content_type[:80] or 'none'}.", status=415
        )
    try:
        limited = Request(request.scope, _limited(request.receive, limit))
        async with limited.form(max_files=1, max_fields=20, max_part_size=FIELD_BYTES) as form:
            pairs = list(form.multi_items())
            files = [value for _, value in pairs if isinstance(value, UploadFile)]
            plain = [(name, value) for name, value in pairs if isinstance(value, str)]
            if len(files) != 1 or not isinstance(form.get("file"), UploadFile):
                return invalid('The form must have one file, in its field "file".', "file")
            upload = Upload(filename=(files[0].filename or "")[:255], content=await files[0].read())
    except _TooLarge:
        return Problem(
            code=Code.TOO_LARGE,
            message=f"A form here has at most {limit} bytes.",
            headers=(("Connection", "close"),),
        )
    except HTTPException as error:  # what Starlette makes of a form it cannot read
        return invalid(f"The form cannot be read: {error.detail.rstrip('.')}.")
    except (UnicodeDecodeError, ValueError) as error:
        return invalid(f"The form cannot be read: {error}.")
    return _decode(plain, upload, kind)


def _decode(plain: list[tuple[str, str]], upload: Upload, kind: type[S]) -> S | Problem:
    fields = _without_file(kind)
    decoded = decode_query(plain, fields)
    if isinstance(decoded, Problem):
        return decoded
    values = {name: getattr(decoded, name) for name in fields.__struct_fields__}
    return kind(**values, file=upload)


def _without_file(kind: type[Struct]) -> type[Struct]:
    fields: list[Any] = [
        (field.name, field.type, field.default)
        if field.default is not msgspec.NODEFAULT
        else (field.name, field.type)
        for field in msgspec.structs.fields(kind)
        if field.name != "file"
    ]
    return msgspec.defstruct(f"{kind.__name__}Fields", fields, kw_only=True, forbid_unknown_fields=True)


class _TooLarge(Exception):
    """More came than the form may have."""


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise _TooLarge
        return message

    return counting

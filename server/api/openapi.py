"""OpenAPI 3.1 of the declared operations, from the same types that decode and encode."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from msgspec import Struct

from scheduling.refusals import Code, RefusalData
from server.api.auth import StudioChoice
from server.api.multipart import Upload
from server.api.operations import Operation, needed_scope
from server.api.problems import STATUS, Error, Fault
from server.api.streams import FEED, streams

PREFIX = "/api/v1"
_REF = "#/components/schemas/{name}"
_ALWAYS = (Code.INVALID, Code.INTERNAL, Code.BUSY)

Json = dict[str, Any]


def document(operations: Sequence[Operation], *, version: str) -> Json:
    """The whole document."""
    types = _types((*operations, FEED))
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    known = dict(zip(types, schemas, strict=True))
    # An uploaded file is sent as bytes, not as the record that is made of them.
    components[Upload.__name__] = {"type": "string", "format": "binary"}
    components["Error"]["properties"]["data"] = _error_data(known)
    for component in components.values():
        if "description" in component:
            component["description"] = inspect.cleandoc(component["description"])
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Production Tool",
            "version": version,
            "summary": "Schedule artists on projects; nobody is ever double-booked.",
            "description": _ABOUT,
        },
        "servers": [{"url": PREFIX}],
        "tags": [{"name": tag} for tag in dict.fromkeys(op.tag for op in (*operations, FEED))],
        "security": [{"bearer": []}],
        "paths": _paths(operations, known, components),
        "components": {
            "schemas": dict(sorted(components.items())),
            "responses": _error_responses(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An access token or an API key (`ptk_…`), which needs the `x-scope`.",
                },
                "refresh_cookie": {"type": "apiKey", "in": "cookie", "name": "pt_refresh"},
            },
        },
    }


_ABOUT = """\
**Begin** with an API key: an owner makes one under *Integrations* in the account menu. Then

    curl -s http://127.0.0.1:8000/api/v1/bookings -H "Authorization: Bearer ptk_…"

Members sign in at `/auth/login` and send the `access_token` they get in the same way. Bodies are sent as
`application/json` (curl: `-H 'Content-Type: application/json'`).

Bodies are `{data, meta?}` or `{error}`. Times are RFC 3339; answers are in UTC. Ranges are half-open,
`[start, end)`.

A write is a command: its id is the `Idempotency-Key` (any UUID), and sending it again gives the first
answer. `If-Match` takes the ETag of what the change is based on; a change that collides with a newer one
is refused with 412 and the current record.

Lists give `meta.next` while there is more; hand it back as `cursor`.
"""


def _types(operations: Iterable[Operation]) -> list[type[Any]]:
    """Every type the document names, once."""
    found: dict[type[Any], None] = {
        Error: None,
        RefusalData: None,
        StudioChoice: None,
        Fault: None,
    }
    for operation in operations:
        found.update(dict.fromkeys(operation.result))
        found[operation.query] = found[operation.meta] = None
        for body in (operation.body, operation.multipart):
            if body is not None and body.__struct_fields__:
                found[body] = None
    return list(found)


def _paths(operations: Iterable[Operation], known: dict[Any, Json], components: dict[str, Json]) -> Json:
    paths: Json = {}
    for operation in operations:
        described = _operation(operation, known, components)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    paths.update(streams(_operation(FEED, known, components)))
    for operation in (*operations, FEED):
        # Parameters, not bodies: queries are no schemas of their own.
        components.pop(operation.query.__name__, None)
    return paths


def _operation(operation: Operation, known: dict[Any, Json], components: dict[str, Json]) -> Json:
    described: Json = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [
            *_path_parameters(operation),
            *_query_parameters(operation, components),
            *_headers(operation),
        ],
        "responses": {**_success(operation, known), **_errors(operation)},
    }
    if operation.description:
        described["description"] = " ".join(operation.description.split())
    if operation.roles:
        described["x-roles"] = sorted(operation.roles)
        described["x-scope"] = needed_scope(operation)
    else:
        described["security"] = []
    body = _body(operation, known)
    if body:
        described["requestBody"] = body
    return described


# -- what goes in ------------------------------------------------------------------------


def _path_parameters(operation: Operation) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]


def _query_parameters(operation: Operation, components: dict[str, Json]) -> list[Json]:
    schema = components[operation.query.__name__]
    parameters = []
    for name, described in schema["properties"].items():
        parameter: Json = {"name": name, "in": "query", "required": name in schema.get("required", ())}
        text = described.get("description") or _described(described)
        if text:
            parameter["description"] = text
        parameter["schema"] = _not_null(described)
        parameters.append(parameter)
    return parameters


def _described(schema: Json) -> str | None:
    return next((s["description"] for s in schema.get("anyOf", ()) if "description" in s), None)


def _not_null(schema: Json) -> Json:
    """A parameter that may be left out; it is never null."""
    if "anyOf" not in schema:
        return {key: value for key, value in schema.items() if key != "description"}
    [kind] = [s for s in schema["anyOf"] if s != {"type": "null"}]
    return {key: value for key, value in kind.items() if key != "description"}


def _headers(operation: Operation) -> list[Json]:
    if not operation.writes:
        return []
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The command's id; made by the server where absent.",
        "schema": {"type": "string", "format": "uuid"},
    }
    match = {
        "name": "If-Match",
        "in": "header",
        "description": 'The ETag this change is based on, as in `"7"`.',
        "schema": {"type": "string"},
    }
    return [key, match] if operation.status != HTTPStatus.CREATED else [key]


def _body(operation: Operation, known: dict[Any, Json]) -> Json | None:
    if operation.multipart is not None:
        return {"required": True, "content": {"multipart/form-data": {"schema": known[operation.multipart]}}}
    if operation.body is None or not operation.body.__struct_fields__:
        return None
    required = any(field.required for field in msgspec.structs.fields(operation.body))
    return {"required": required, "content": {"application/json": {"schema": known[operation.body]}}}


# -- what comes out ----------------------------------------------------------------------


def _success(operation: Operation, known: dict[Any, Json]) -> Json:
    if not operation.result:
        return {"204": {"description": "Done."}}
    kinds = [known[kind] for kind in operation.result]
    data = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    if operation.many:
        data = {"type": "array", "items": data}
    schema = {
        "type": "object",
        "properties": {"data": data, "meta": known[operation.meta]},
        "required": ["data"],
        "additionalProperties": False,
    }
    response: Json = {
        "description": operation.summary + ".",
        "content": {"application/json": {"schema": schema}},
    }
    if operation.versioned:
        etag = {"description": "The version, for `If-Match`.", "schema": {"type": "string"}}
        response["headers"] = {"ETag": etag}
    return {str(operation.status): response}


def codes_of(operation: Operation) -> list[Code]:
    """Every code the operation may answer with."""
    codes = {*_ALWAYS, *operation.errors}
    if operation.roles:
        codes |= {Code.UNAUTHENTICATED, Code.FORBIDDEN}
    if "{" in operation.path:
        codes.add(Code.NOT_FOUND)
    if operation.body is not None or operation.multipart is not None:
        codes.add(Code.TOO_LARGE)
    return [code for code in Code if code in codes]


def _errors(operation: Operation) -> Json:
    statuses = sorted({STATUS[code] for code in codes_of(operation)})
    if operation.body is not None or operation.multipart is not None:
        statuses.append(415)
    if operation.gone:
        statuses.append(410)
    return {str(status): {"$ref": f"#/components/responses/{_response_name(status)}"} for status in statuses}


def _error_responses() -> Json:
    by_status: dict[int, list[Code]] = {415: [Code.INVALID], 410: [Code.NOT_FOUND]}
    for code, status in STATUS.items():
        by_status.setdefault(status, []).append(code)
    schema = {
        "type": "object",
        "properties": {"error": {"$ref": _REF.format(name="Error")}},
        "required": ["error"],
        "additionalProperties": False,
    }
    return {
        _response_name(status): {
            "description": "Code " + " or ".join(f"`{code}`" for code in codes) + ".",
            "content": {"application/json": {"schema": schema}},
        }
        for status, codes in sorted(by_status.items())
    }


def _response_name(status: int) -> str:
    return re.sub(r"\W", "", HTTPStatus(status).phrase)


def _error_data(known: dict[Any, Json]) -> Json:
    kinds: tuple[type[Struct], ...] = (StudioChoice, Fault, RefusalData)
    return {"anyOf": [*(known[kind] for kind in kinds), {"type": "null"}], "default": None}

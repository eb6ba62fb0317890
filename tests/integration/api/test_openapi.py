"""The OpenAPI document: valid, complete, and the same as what the server does."""

from unittest.mock import Mock

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from scheduling.refusals import Code
from server.api.openapi import PREFIX, codes_of, document
from server.api.operations import PUBLIC
from server.api.problems import STATUS
from server.api.routes import OPERATIONS
from server.feeds.routes import feed_routes
from server.feeds.sse import FeedQuery

STREAMS = {"/feed", "/calendars/{token}.ics"}
DOCUMENT = msgspec.json.decode(msgspec.json.encode(document(OPERATIONS, version="1")))


@pytest.fixture
def database(unchanged_database):
    return unchanged_database


def described(operation):
    return DOCUMENT["paths"][operation.path][operation.method.lower()]


def test_the_document_is_valid_openapi_3_1():
    OpenAPIV31SpecValidator(DOCUMENT).validate()
    assert DOCUMENT["openapi"].startswith("3.1")


async def test_the_document_is_served(client):
    response = await client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    served = response.json()
    assert served["paths"] == DOCUMENT["paths"]


def test_every_operation_is_described_once():
    names = [op.name for op in OPERATIONS]
    assert len(names) == len(set(names))
    assert len({(op.method, op.path) for op in OPERATIONS}) == len(OPERATIONS)
    described = sum(len(methods) for path, methods in DOCUMENT["paths"].items() if path not in STREAMS)
    assert described == len(OPERATIONS)


def test_what_answers_no_json_is_described_too():
    routes = feed_routes(Mock(), Mock(), ())
    assert {str(vars(route)["path"]).removeprefix(PREFIX) for route in routes} == STREAMS
    feed, calendar = (DOCUMENT["paths"][path]["get"] for path in ("/feed", "/calendars/{token}.ics"))
    fields = {field.name for field in msgspec.structs.fields(FeedQuery)}
    assert {p["name"] for p in feed["parameters"]} == fields | {"Last-Event-ID"}
    assert all(p["description"] and p["schema"] for p in feed["parameters"])
    assert {"101", "200", "401", "403", "429", "503"} <= feed["responses"].keys()
    assert "text/event-stream" in feed["responses"]["200"]["content"]
    assert "text/calendar" in calendar["responses"]["200"]["content"]
    assert calendar["security"] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda op: op.name)
def test_each_description_says_what_one_needs_to_know(operation):
    d = described(operation)
    assert d["summary"]
    assert d["operationId"] == operation.name
    statuses = {int(status) for status in d["responses"]}
    assert {STATUS[code] for code in codes_of(operation)} <= statuses
    assert (d.get("security") == []) == (operation.roles == PUBLIC)
    for parameter in d["parameters"]:
        assert parameter["schema"]
        assert parameter["in"] == "path" or parameter["description"]


def test_every_schema_is_used_and_every_reference_resolves():
    text = msgspec.json.encode(DOCUMENT).decode()
    for name in DOCUMENT["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name
    for name in DOCUMENT["components"]["responses"]:
        assert f'"#/components/responses/{name}"' in text, name


def test_every_code_has_a_status():
    assert set(STATUS) == set(Code)


def test_codes_are_those_of_the_contract():
    assert set(DOCUMENT["components"]["schemas"]["Code"]["enum"]) == {code.value for code in Code}

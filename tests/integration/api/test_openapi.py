"""The OpenAPI document: valid, complete, and the same as what the server does."""

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from scheduling.refusals import Code
from server.api.openapi import codes_of, document
from server.api.operations import PUBLIC
from server.api.problems import STATUS
from server.api.routes import OPERATIONS

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
    assert sum(len(methods) for methods in DOCUMENT["paths"].values()) == len(OPERATIONS)


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

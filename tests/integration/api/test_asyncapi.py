"""The AsyncAPI document: valid by the specification's own schema, complete, and served."""

import re
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft7Validator

from server.api.asyncapi import asyncapi_document

DOCUMENT = msgspec.json.decode(msgspec.json.encode(asyncapi_document(version="1")))
SPECS = Path(__file__).parents[3] / "clients/node_modules/@asyncapi/specs/schemas"


@pytest.fixture
def database(unchanged_database):
    return unchanged_database


def test_the_document_is_valid_asyncapi_3_0():
    schema = msgspec.json.decode((SPECS / "3.0.0.json").read_bytes())
    errors = [
        f"{list(e.absolute_path)}: {e.message[:300]}" for e in Draft7Validator(schema).iter_errors(DOCUMENT)
    ]
    assert errors == []


def test_a_broken_document_would_be_noticed():
    schema = msgspec.json.decode((SPECS / "3.0.0.json").read_bytes())
    broken = {**DOCUMENT, "channels": {"feed": {"address": 7}}}
    assert list(Draft7Validator(schema).iter_errors(broken))


def test_every_reference_resolves_and_every_message_is_used():
    text = msgspec.json.encode(DOCUMENT).decode()
    for ref in set(re.findall(r'"\$ref":"#/([^"]+)"', text)):
        found = DOCUMENT
        for step in ref.split("/"):
            found = found[step]
    for name in DOCUMENT["components"]["messages"]:
        assert f'"#/components/messages/{name}"' in text


def test_every_message_of_the_sockets_is_described():
    """As the contract lists them."""
    names = {key.split(".", 1)[1] for key in DOCUMENT["channels"]["socketio"]["messages"]}
    sent = {"welcome", "events", "presence", "ghosts", "closing"}
    taken = {"command", "sync", "presence", "ghost", "refresh"}
    assert {f"{n}.out" for n in sent} | {f"{n}.in" for n in taken} <= names


async def test_the_document_is_served(client):
    response = await client.get("/api/v1/asyncapi.json")
    assert response.status_code == 200
    assert response.json()["channels"] == DOCUMENT["channels"]

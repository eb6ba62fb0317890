"""AsyncAPI 3.0 of sockets, feeds and webhooks, from the same types that decode and encode them."""

from __future__ import annotations

import inspect
from typing import Any, Literal

import msgspec
from msgspec import Struct

from realtime.protocol import (
    Closing,
    CommandRequest,
    ErrorAnswer,
    EventsBatch,
    FeedCredit,
    FeedError,
    FeedFrame,
    FeedRequest,
    FeedReset,
    Ghost,
    GhostMessage,
    Notice,
    OkAnswer,
    PresenceMessage,
    PresenceUpdate,
    Receipts,
    Refresh,
    SyncEvents,
    SyncRequest,
    SyncSnapshot,
    Welcome,
)
from realtime.protocol.jobs import SolverJob
from server.feeds.deliverer import Message as WebhookMessage

Json = dict[str, Any]
_REF = "#/components/schemas/{name}"


class _Channel(Struct, frozen=True, kw_only=True):
    """An address; what the server sends there, and what a client may, each with the type of its answer."""

    address: str
    title: str
    description: str
    sends: tuple[tuple[str, Any], ...] = ()
    receives: tuple[tuple[str, Any, tuple[Any, ...]], ...] = ()


_CHANNELS: dict[str, _Channel] = {
    "socketio": _Channel(
        address="/socket.io/",
        title="Socket.IO",
        description="Engine.IO 4 over a websocket; connect with `auth: {token}`. The name of a message is the"
        " event's; answers come as acknowledgements.",
        sends=(
            ("welcome", Welcome),
            ("events", EventsBatch),
            ("presence", PresenceMessage),
            ("ghosts", list[Ghost]),
            ("progress", SolverJob),
            ("notice", Notice),
            ("receipts", Receipts),
            ("closing", Closing),
        ),
        receives=(
            ("command", CommandRequest, (OkAnswer, ErrorAnswer)),
            ("sync", SyncRequest, (SyncEvents, SyncSnapshot, ErrorAnswer)),
            ("presence", PresenceUpdate, ()),
            ("ghost", GhostMessage, ()),
            ("refresh", Refresh, ()),
        ),
    ),
    "feed": _Channel(
        address="/api/v1/feed",
        title="Feed over a websocket",
        description="`Authorization: Bearer`, or a one-use `ticket` in the query. The first frame of the"
        " client says where to begin; after it only credit follows.",
        sends=(("frame", FeedFrame), ("reset", FeedReset), ("error", FeedError)),
        receives=(("request", FeedRequest, ()), ("credit", FeedCredit, ())),
    ),
    "sse": _Channel(
        address="/api/v1/feed",
        title="Feed as server-sent events",
        description="The same frames for requests that are no websocket: events named `events`, `reset` and"
        " `closing`, with ids that `Last-Event-ID` takes.",
        sends=(("events", FeedFrame), ("reset", FeedReset), ("closing", FeedError)),
    ),
    "webhooks": _Channel(
        address="{url}",
        title="Webhooks",
        description="POST to an address of yours, after Standard Webhooks: `webhook-id`, `webhook-timestamp`,"
        " `webhook-signature`. Types are those of events, `feed.reset` and `test`.",
        sends=(("delivery", WebhookMessage),),
    ),
}


def asyncapi_document(*, version: str) -> Json:
    """The whole document."""
    types = list(dict.fromkeys(kind for channel in _CHANNELS.values() for kind in _types(channel)))
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    known = dict(zip(map(str, types), schemas, strict=True))
    for component in components.values():
        if "description" in component:
            component["description"] = inspect.cleandoc(component["description"])
        _plain_discriminators(component)
    messages: Json = {}
    operations: Json = {}
    channels = {
        name: _channel(name, channel, known, messages, operations) for name, channel in _CHANNELS.items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Production Tool",
            "version": version,
            "description": "What happens in a studio, as it happens. Requests are in openapi.json.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An access token, or an API key with the scope the channel needs.",
                }
            },
        },
    }


def _plain_discriminators(schema: Any) -> None:
    """Where JSON Schema for OpenAPI maps a tag to its types, AsyncAPI names the tag alone."""
    match schema:
        case {"discriminator": {"propertyName": name}}:
            schema["discriminator"] = name
        case _:
            pass
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _plain_discriminators(inner)


def _types(channel: _Channel) -> list[Any]:
    answers = [kind for _, _, kinds in channel.receives for kind in kinds]
    return [*(kind for _, kind in channel.sends), *(kind for _, kind, _ in channel.receives), *answers]


def _channel(name: str, channel: _Channel, known: Json, messages: Json, operations: Json) -> Json:
    refs: Json = {}

    def message(direction: str, title: str, *kinds: Any) -> str:
        key = f"{name}.{title}.{direction}"
        payloads = [known[str(kind)] for kind in kinds]
        payload = payloads[0] if len(payloads) == 1 else {"anyOf": payloads}
        messages[key] = {"name": title, "title": title, "payload": payload}
        refs[key] = _ref("components/messages", key)
        return key

    # What the server sends, who reads this document receives, and the other way round.
    for title, kind in channel.sends:
        key = message("out", title, kind)
        operations[key] = _operation("receive", name, key)
    for title, kind, answers in channel.receives:
        key = message("in", title, kind)
        operations[key] = _operation("send", name, key)
        if answers:
            answer = _ref(f"channels/{name}/messages", message("answer", title, *answers))
            operations[key]["reply"] = {"channel": _ref("channels", name), "messages": [answer]}
    described: Json = {
        "address": channel.address,
        "title": channel.title,
        "description": channel.description,
        "messages": refs,
    }
    if "{" in channel.address:
        described["parameters"] = {"url": {"description": "The address that was given for the webhook."}}
    return described


def _operation(action: Literal["send", "receive"], channel: str, message: str) -> Json:
    return {
        "action": action,
        "channel": _ref("channels", channel),
        "messages": [_ref(f"channels/{channel}/messages", message)],
    }


def _ref(place: str, name: str) -> Json:
    return {"$ref": f"#/{place}/{name}"}

"""What OpenAPI tells of the routes that answer with something else than JSON: the feed, and calendars."""

from __future__ import annotations

from typing import Any, Never

from scheduling.refusals import Code
from scheduling.scopes import Scope
from server.api.operations import Call, Operation
from server.feeds.sse import FeedQuery

Json = dict[str, Any]


async def _elsewhere(_call: Call[Any, Any]) -> Never:
    raise AssertionError("the routes of server.feeds answer this")


FEED = Operation(
    method="GET",
    path="/feed",
    name="followFeed",
    tag="feeds",
    summary="Follow what happens, as server-sent events or over a websocket",
    description="Events are named `events`, `reset` and `closing`; their data are the frames that AsyncAPI"
    " describes. A request that upgrades to a websocket is answered 101, takes `ticket` alone, and says in"
    " its first frame what is asked for. A `ticket` (of `POST /auth/socket-ticket`) is good once, for those"
    " who cannot set a header.",
    handler=_elsewhere,
    query=FeedQuery,
    scope=Scope.EVENTS_READ,
    errors=(Code.RATE_LIMITED,),
)

_MEANINGS = {
    "since": "What comes after this number; without it, what comes from now on.",
    "epoch": "Of the history that `since` counts in; another one is answered with `reset`.",
    "types": "Only events of these types; may be repeated.",
    "project_id": "Only events of this project.",
    "ticket": "A one-use ticket, in place of the header.",
}

_LAST_EVENT: Json = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "The id of the last event that was read, `epoch:seq`; goes before `since` and `epoch`.",
    "schema": {"type": "string"},
}

CALENDAR: Json = {
    "operationId": "readCalendar",
    "tags": ["feeds"],
    "summary": "Read a calendar by its secret address",
    "description": "iCalendar, with what the maker of the link may see now. The address is all one needs.",
    "security": [],
    "parameters": [
        {
            "name": "token",
            "in": "path",
            "required": True,
            "description": "The secret part of the address, `ptc_…`.",
            "schema": {"type": "string"},
        },
        {
            "name": "If-None-Match",
            "in": "header",
            "description": "The ETag of what is known already.",
            "schema": {"type": "string"},
        },
    ],
    "responses": {
        "200": {
            "description": "The calendar.",
            "headers": {"ETag": {"description": "Of this text.", "schema": {"type": "string"}}},
            "content": {"text/calendar": {"schema": {"type": "string"}}},
        },
        "304": {"description": "It is what is known already."},
        "404": {"$ref": "#/components/responses/NotFound"},
        "503": {"$ref": "#/components/responses/ServiceUnavailable"},
    },
}


def streams(feed: Json) -> Json:
    """The paths; `feed` is what the document makes of `FEED`."""
    answers = {
        "101": {"description": "A websocket, where the request asks for one."},
        "200": {
            "description": "Events as they come, until the reader leaves.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **{status: answer for status, answer in feed["responses"].items() if status != "204"},
    }
    parameters = [{**one, "description": _MEANINGS[one["name"]]} for one in feed["parameters"]]
    described = {**feed, "parameters": [*parameters, _LAST_EVENT], "responses": answers}
    return {
        FEED.path: {"get": described},
        "/calendars/{token}.ics": {"get": CALENDAR},
    }

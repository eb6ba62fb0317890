"""Routes of what is no request with an answer: the feed in both forms, and calendars."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route, WebSocketRoute

from db.pool import Pool
from server.api.openapi import PREFIX
from server.feeds.calendar_page import calendar_endpoint
from server.feeds.feeds import Feeds
from server.feeds.sse import sse_endpoint
from server.feeds.websocket import websocket_endpoint


def feed_routes(feeds: Feeds, pool: Pool, allowed_origins: tuple[str, ...]) -> list[BaseRoute]:
    """To stand beside the API's."""
    return [
        WebSocketRoute(f"{PREFIX}/feed", websocket_endpoint(feeds, allowed_origins)),
        Route(f"{PREFIX}/feed", sse_endpoint(feeds), methods=["GET"]),
        Route(f"{PREFIX}/calendars/{{token}}.ics", calendar_endpoint(pool), methods=["GET", "HEAD"]),
    ]

"""Client of Production Tool: lists, commands, the live feed, and signatures of webhooks.

ProductionToolError
├── ApiError         the server said no; `code` is stable, `retryable` says whether to send it again
├── Unreachable      nobody answered, after every attempt
└── BadSignature     a webhook that is not ours, or too old
"""

from production_tool_client.aio import AsyncClient, AsyncFeed
from production_tool_client.client import Client, Feed
from production_tool_client.errors import ApiError, BadSignature, ProductionToolError, Unreachable
from production_tool_client.wire import CommandResult, Event, Position, Reset

__all__ = [
    "ApiError",
    "AsyncClient",
    "AsyncFeed",
    "BadSignature",
    "Client",
    "CommandResult",
    "Event",
    "Feed",
    "Position",
    "ProductionToolError",
    "Reset",
    "Unreachable",
]

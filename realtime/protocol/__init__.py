"""The wire contract: every message that crosses a socket, beside commands and events themselves.

Changing a shape here is changing what other people's clients rely on: add, never rename. The
exported JSON Schema (`python -m realtime.protocol.export`) is what the TypeScript types come from.
"""

from realtime.protocol.answers import (
    Answer,
    ErrorAnswer,
    OkAnswer,
    WireError,
    error_answer,
    wire_error,
)
from realtime.protocol.command import CommandRequest, parse_args, parse_request
from realtime.protocol.feed import (
    FeedCredit,
    FeedError,
    FeedFrame,
    FeedPosition,
    FeedRequest,
    FeedReset,
)
from realtime.protocol.notice import Notice, Receipts
from realtime.protocol.presence import (
    Ghost,
    GhostMessage,
    Person,
    PresenceDiff,
    PresenceMessage,
    PresenceUpdate,
    View,
)
from realtime.protocol.session import (
    PROTOCOL_VERSION,
    Closing,
    Limits,
    Refresh,
    Welcome,
    WelcomeMember,
    welcome_role,
)
from realtime.protocol.sync import EventsBatch, SyncEvents, SyncRequest, SyncSnapshot

__all__ = [
    "PROTOCOL_VERSION",
    "Answer",
    "Closing",
    "CommandRequest",
    "ErrorAnswer",
    "EventsBatch",
    "FeedCredit",
    "FeedError",
    "FeedFrame",
    "FeedPosition",
    "FeedRequest",
    "FeedReset",
    "Ghost",
    "GhostMessage",
    "Limits",
    "Notice",
    "OkAnswer",
    "Person",
    "PresenceDiff",
    "PresenceMessage",
    "PresenceUpdate",
    "Receipts",
    "Refresh",
    "SyncEvents",
    "SyncRequest",
    "SyncSnapshot",
    "View",
    "Welcome",
    "WelcomeMember",
    "WireError",
    "error_answer",
    "parse_args",
    "parse_request",
    "welcome_role",
    "wire_error",
]

"""Hints are believed only from those who share the key, and only on their own topic. [D3]"""

from uuid import uuid4

import msgspec
import pytest

from realtime.hints import (
    OVERSIZE,
    AskPeople,
    EventsHint,
    GhostsHint,
    Hint,
    HintCodec,
    OwnedGhost,
    PeopleHint,
    events_hint,
    topic_of,
)
from realtime.protocol import Ghost, Person

TOPIC = topic_of(uuid4())
HINTS: list[Hint] = [
    events_hint("one", uuid4(), 4, 5, (b'{"seq":4}', b'{"seq":5}')),
    PeopleHint(
        instance="one",
        full=True,
        people=(Person(connection_id="c", member_id=uuid4(), name="Ada", colour="#000000"),),
        left=("d",),
    ),
    AskPeople(instance="one"),
    GhostsHint(
        instance="one",
        ghosts=(
            OwnedGhost(
                ghost=Ghost(connection_id="c", booking_id=uuid4(), name="Ada", colour="#000000"),
                owner=uuid4(),
            ),
        ),
    ),
]


@pytest.mark.parametrize("hint", HINTS, ids=lambda hint: type(hint).__name__)
def test_a_hint_comes_back_as_it_was(hint):
    codec = HintCodec(b"key")
    assert codec.decode(TOPIC, codec.encode(TOPIC, hint)) == hint


def test_a_changed_foreign_or_shortened_message_is_nothing():
    codec = HintCodec(b"key")
    good = codec.encode(TOPIC, HINTS[0])
    assert codec.decode(topic_of(uuid4()), good) is None, "a true message of another tenant"
    assert HintCodec(b"other key").decode(TOPIC, good) is None
    for at in range(len(good)):
        changed = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        assert codec.decode(TOPIC, changed) is None
        assert codec.decode(TOPIC, good[:at]) is None


def test_a_signed_message_of_a_newer_release_is_nothing():
    codec = HintCodec(b"key")
    body = msgspec.json.encode({"k": "weather", "instance": "one"})
    assert codec.decode(TOPIC, b"\x01" + codec._sign(TOPIC, body) + body) is None


def test_too_many_bytes_are_announced_by_number_only():
    """[D6]"""
    small = events_hint("one", uuid4(), 1, 1, (b"x" * OVERSIZE,))
    assert small.bodies is not None
    large = events_hint("one", uuid4(), 1, 2, (b"x" * OVERSIZE, b"x"))
    assert isinstance(large, EventsHint)
    assert large.bodies is None
    assert (large.from_seq, large.to_seq) == (1, 2)

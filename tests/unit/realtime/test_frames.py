"""Frames are parsed strictly, and what cannot be read is a value, never an exception."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.frames import (
    ConnectFrame,
    DisconnectFrame,
    EventFrame,
    Malformed,
    Packet,
    ack_packet,
    event_packet,
    parse,
)


def test_a_connect_carries_what_the_client_says_about_itself():
    assert parse('0{"token":"x"}') == ConnectFrame("/", {"token": "x"})
    assert parse("0") == ConnectFrame("/", None)
    assert parse("0/admin,{}") == ConnectFrame("/admin", {})
    assert parse("0/admin?x=1,") == ConnectFrame("/admin", None)


def test_an_event_has_a_name_a_body_and_perhaps_a_number():
    frame = parse('212["command",{"id":1}]')
    assert isinstance(frame, EventFrame)
    assert frame.body is not None
    assert (frame.name, bytes(frame.body), frame.ack) == ("command", b'{"id":1}', 12)
    bare = parse('2["ping"]')
    assert isinstance(bare, EventFrame)
    assert (bare.name, bare.body, bare.ack) == ("ping", None, None)
    assert parse("1") == DisconnectFrame()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9",
        "3",
        '30["x"]',
        "4{}",
        "2",
        "2[]",
        "2{}",
        '2["x"',
        '2["x",{]',
        "2[1]",
        '2[null,"x"]',
        '2["x",1,2]',
        '2[""]',
        '2/other,["x"]',
        '2/["x"]',
        "0{",
        "2" + "9" * 16 + '["x"]',
        '2["\\ud800"]',
        '21.5["x"]',
        '2-1["x"]',
        '20["x"]trailing',
        "٣[]",
    ],
)  # fmt: skip
def test_what_is_no_frame_is_malformed(text):
    assert isinstance(parse(text), Malformed)


@pytest.mark.parametrize("text", ['51-["x",{"_placeholder":true,"num":0}]', "60-[]", "5", "51-"])
def test_binary_attachments_are_fatal(text):
    """[A1]"""
    frame = parse(text)
    assert isinstance(frame, Malformed)
    assert frame.fatal


@pytest.mark.parametrize("deep", ['2["x",' + "[" * 100_000 + "]" * 100_000 + "]", "2" + "[" * 100_000])
def test_deep_nesting_is_malformed(deep):
    assert isinstance(parse(deep), Malformed)


@given(st.text(max_size=60) | st.text('0123456789[]{}",:/-\\nulle', max_size=40))
def test_parsing_never_raises(text):
    parse(text)


def test_packets_say_their_size_in_bytes():
    assert Packet("é".encode()).size == 2
    packet = event_packet("events", "é".encode())
    assert packet.text == '42["events",é]'
    assert packet.size == len(packet.text.encode())
    assert ack_packet(7, msgspec.json.encode({"ok": True})).text == '437[{"ok":true}]'

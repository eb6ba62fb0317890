"""Where webhooks may go, and how they are signed. Rules W6, W7 of docs/subsystems/feeds.md."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from server.feeds.addresses import allowed, network_of, url_problem
from server.feeds.deliverer import PAUSES, pause_after
from server.feeds.signing import headers, new_secret

INSIDE = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.7",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2002:a00:1::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_that_are_not_public_are_refused(address):
    """W6."""
    assert not allowed(ip_address(address), ())


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses_are_allowed(address):
    assert allowed(ip_address(address), ())


def test_a_network_that_the_operator_named_is_allowed_and_no_other():
    """W6."""
    networks = (network_of("10.1.0.0/16"), network_of("fd00::/8"))
    assert allowed(ip_address("10.1.2.3"), networks)
    assert allowed(ip_address("::ffff:10.1.2.3"), networks)
    assert allowed(ip_address("fd12::1"), networks)
    assert not allowed(ip_address("10.2.0.1"), networks)
    assert not allowed(ip_address("127.0.0.1"), networks)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user:pass@hooks.example.com/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com:0/",
        "https://hooks.example.com/#part",
        "https://hooks.example.com/ a",
        "https://hooks.example.com/\n",
        "https://höks.example.com/",
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://hooks.example.com/" + "a" * 2_000,
    ],
)
def test_urls_that_cannot_be_posted_to_are_refused_with_a_reason(url):
    assert url_problem(url, ())


def test_plain_http_is_for_networks_that_were_named():
    assert url_problem("http://10.1.2.3/", (network_of("10.1.0.0/16"),)) is None
    assert url_problem("http://10.2.2.3/", (network_of("10.1.0.0/16"),))
    assert url_problem("https://hooks.example.com:8443/a?b=c", ()) is None


def test_signatures_are_those_of_the_convention():
    """W7: recomputed here from the text of the convention."""
    old, new = new_secret(), new_secret()
    at = datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)
    signed = headers("evt_1", at, b'{"a":1}', (new, old))
    assert signed["webhook-id"] == "evt_1"
    assert signed["webhook-timestamp"] == str(int(at.timestamp()))
    expected = []
    for secret in (new, old):
        assert secret.startswith("whsec_")
        key = base64.b64decode(secret[6:])
        assert len(key) == 32
        text = b"evt_1." + signed["webhook-timestamp"].encode() + b'.{"a":1}'
        expected.append("v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode())
    assert signed["webhook-signature"].split(" ") == expected


def test_a_known_signature():
    """The example of the convention's own documentation."""
    signed = headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",),
    )
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_pauses_grow_to_half_a_day():
    """W4."""
    pauses = [pause_after(attempt, 0) for attempt in range(len(PAUSES) + 3)]
    assert pauses == sorted(pauses)
    assert pauses[0] <= timedelta(seconds=10)
    assert pauses[-1] == pauses[-4] == timedelta(hours=12)
    assert pause_after(0, 0.99) < pause_after(1, 0)

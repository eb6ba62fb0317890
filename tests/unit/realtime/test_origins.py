"""Browsers may connect from our own pages and from named origins, whatever is forwarded. [A5]"""

import pytest

from realtime.origins import allowed_origin


def headers(origin=None, host="studio.example:8000", **others):
    pairs = {"origin": origin, "host": host, **others}
    return [(k.replace("_", "-").encode(), v.encode()) for k, v in pairs.items() if v is not None]


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "studio.example"),
        ("http://studio.example:8000", "studio.example:8000"),
        ("HTTP://Studio.Example:8000", "studio.example:8000"),
        ("https://studio.example", "studio.example"),
        ("https://studio.example:443", "studio.example"),
        ("https://studio.example", "studio.example:443"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_our_own_pages_may_connect(origin, host):
    assert allowed_origin(headers(origin, host), ())


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", "studio.example"),
        ("http://studio.example:81", "studio.example:8000"),
        ("https://studio.example.evil.example", "studio.example"),
        ("null", "studio.example"),
        ("", "studio.example"),
        ("http://studio.example:notaport", "studio.example"),
        ("file://", "studio.example"),
        ("http://studio.example", None),
    ],
)
def test_others_may_not(origin, host):
    assert not allowed_origin(headers(origin, host), ())


def test_named_origins_may_and_forwarded_headers_are_not_believed():
    assert allowed_origin(headers("https://app.example"), ("https://app.example/",))
    assert allowed_origin(headers("https://anything.example"), ("*",))
    forwarded = headers("https://evil.example", "studio.example", x_forwarded_host="evil.example")
    assert not allowed_origin(forwarded, ("https://app.example",))


def test_two_origins_are_none():
    pair = (b"origin", b"http://studio.example:8000")
    assert not allowed_origin([pair, pair, *headers()], ())

"""Which web pages may open a socket: those of this server, and those the operator named."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def allowed_origin(headers: Iterable[tuple[bytes, bytes]], allowed: Collection[str]) -> bool:
    """Whether a handshake's `Origin` may connect.

    None at all is fine: that is no browser, and a token has to be shown anyway. Otherwise it is in
    `allowed` (`*` allows all), or names the host and port the request itself was sent to; behind
    a proxy that ends TLS the scheme may differ. Forwarded headers are not looked at.
    """
    origins = [value.decode("latin-1") for name, value in headers if name.lower() == b"origin"]
    if not origins:
        return True
    if len(origins) > 1:
        return False
    origin = origins[0].lower().rstrip("/")
    if "*" in allowed or origin in {entry.lower().rstrip("/") for entry in allowed}:
        return True
    hosts = [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]
    return len(hosts) == 1 and _same_place(origin, hosts[0].lower())


def _same_place(origin: str, host: str) -> bool:
    """Whether an origin names the host and port of a `Host` header, whose port follows the page's scheme."""
    scheme = origin.partition("://")[0]
    place = _place(origin)
    return place is not None and place == _place(f"{scheme}://{host}")


def _place(url: str) -> tuple[str, int] | None:
    """Host and port of a URL, where it has both."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and port else None

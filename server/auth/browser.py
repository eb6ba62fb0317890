"""What keeps a browser's sign-in safe: where a request comes from, and the refresh cookie."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from server.auth.sessions import REFRESH_LIFETIME

COOKIE = "pt_refresh"
COOKIE_PATH = "/api/v1/auth"


def is_browser(origin: str | None) -> bool:
    """Whether a page made the request: browsers name its origin with every POST, programs do not."""
    return origin is not None


def origin_allowed(origin: str | None, host: str | None, allowed: Collection[str]) -> bool:
    """Whether a page of `origin` may use cookies here: our own, or one of the settings'.

    `host` is the Host header. Behind a proxy that rewrites it, ALLOWED_ORIGINS names the site.
    A request without an origin comes from no page of ours and may not use cookies.
    """
    if origin is None:
        return False
    if origin.rstrip("/") in allowed:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and bool(host) and parts.netloc.lower() == str(host).lower()


def refresh_cookie(token: str, *, secure: bool) -> str:
    """The Set-Cookie value that keeps a refresh token out of scripts' reach."""
    return _cookie(token, int(REFRESH_LIFETIME.total_seconds()), secure=secure)


def cleared_cookie(*, secure: bool) -> str:
    """The Set-Cookie value that takes the refresh token away."""
    return _cookie("", 0, secure=secure)


def _cookie(value: str, max_age: int, *, secure: bool) -> str:
    parts = [f"{COOKIE}={value}", f"Path={COOKIE_PATH}", f"Max-Age={max_age}", "HttpOnly", "SameSite=Strict"]
    if secure:
        parts.append("Secure")
    return "; ".join(parts)

"""What keeps a browser's sign-in safe: telling a page from a program, and the refresh cookie."""

from __future__ import annotations

from server.auth.sessions import REFRESH_LIFETIME

COOKIE = "pt_refresh"
COOKIE_PATH = "/api/v1/auth"


def is_browser(origin: str | None) -> bool:
    """Whether a page made the request: browsers name its origin with every POST, programs do not."""
    return origin is not None


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

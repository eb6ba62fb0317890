"""What can go wrong; the tree stands at the top of the package."""

from __future__ import annotations

from typing import Any


class ProductionToolError(Exception):
    """Anything this package raises."""


class ApiError(ProductionToolError):
    """The server's "no". `data` depends on the code, as the OpenAPI document says."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retryable: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
        data: Any = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retryable = retryable
        self.status = status
        self.retry_after = retry_after
        self.data = data


class Unreachable(ProductionToolError):
    """No answer came. A command may or may not have been done; sending its id again tells."""


class BadSignature(ProductionToolError):
    """A webhook whose signature does not fit, or whose time is too far from ours."""

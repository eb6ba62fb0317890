"""A REST client for tests that believes nothing: every response is held against the OpenAPI document."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import httpx
import msgspec
from jsonschema import Draft202012Validator, FormatChecker

PREFIX = "/api/v1"


class Contract:
    """The served document, as a judge of responses."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.seen: set[tuple[str, str, int]] = set()
        self._templates = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path)
            for path in sorted(document["paths"], key=lambda p: ("{" in p, p))
        ]
        self._validators: dict[tuple[str, str, int], Draft202012Validator] = {}
        self._allowed: set[tuple[str, str, int, bytes]] = set()

    def template_of(self, path: str) -> str | None:
        """The documented path a request path is an instance of."""
        return next((path_ for pattern, path_ in self._templates if pattern.match(path)), None)

    def check(self, method: str, path: str, response: httpx.Response) -> None:
        """Fail where the document does not allow the response."""
        template = self.template_of(path)
        if template is None or method.lower() not in self.document["paths"][template]:
            assert response.status_code in {404, 405}, response.text
            check_error(response)
            return
        described = self.document["paths"][template][method.lower()]["responses"]
        status = response.status_code
        assert str(status) in described, f"{method} {template} answered {status}: {response.text}"
        self.seen.add((method, template, status))
        if status == 204:
            assert response.content == b""
            return
        # To judge a body takes longer than to make it; tests often read the same again.
        body = (method, template, status, hashlib.sha256(response.content).digest())
        if body in self._allowed:
            return
        validator = self._validator(method.lower(), template, status)
        error = next(iter(validator.iter_errors(response.json())), None)
        assert error is None, f"{method} {template} {status}: {error}"
        self._allowed.add(body)

    def _validator(self, method: str, template: str, status: int) -> Draft202012Validator:
        key = (method, template, status)
        if key not in self._validators:
            described = self.document["paths"][template][method]["responses"][str(status)]
            if "$ref" in described:
                described = self.document["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
            schema = described["content"]["application/json"]["schema"]
            whole = {**schema, "components": self.document["components"]}
            self._validators[key] = Draft202012Validator(whole, format_checker=FormatChecker())
        return self._validators[key]


def check_error(response: httpx.Response) -> dict[str, Any]:
    """The error of a response, which must be one of ours, without a traceback."""
    body = response.json()
    assert set(body) == {"error"}, body
    error: dict[str, Any] = body["error"]
    assert {"code", "message", "retryable"} <= set(error)
    assert error["message"]
    assert "Traceback" not in response.text
    assert ".py" not in error["message"]
    return error


class Api:
    """One caller: a client, perhaps with an access token."""

    def __init__(self, client: httpx.AsyncClient, contract: Contract, token: str | None = None) -> None:
        self.client = client
        self.contract = contract
        self.token = token

    def signed_in(self, token: str | None) -> Api:
        """The same server, asked by somebody else."""
        return Api(self.client, self.contract, token)

    async def call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **kwargs: Any
    ) -> httpx.Response:
        """Send a request below /api/v1, and hold its response against the contract."""
        headers = dict(headers or {})
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        response = await self.client.request(method, PREFIX + path, headers=headers, **kwargs)
        self.contract.check(method, path, response)
        return response

    async def get(self, path: str, /, **params: Any) -> Any:
        """`data` of a GET that must succeed."""
        response = await self.call("GET", path, params=_plain(params))
        assert response.status_code == 200, response.text
        return response.json()["data"]

    async def page(self, path: str, /, **params: Any) -> dict[str, Any]:
        """The whole body of a list that must succeed."""
        response = await self.call("GET", path, params=_plain(params))
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return body

    async def all(self, path: str, /, **params: Any) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        items: list[dict[str, Any]] = []
        while True:
            body = await self.page(path, **params)
            items += body["data"]
            cursor = body["meta"].get("next")
            if cursor is None:
                return items
            params["cursor"] = cursor

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """`data` of a write that must succeed; headers by their name with underscores."""
        response = await self.write(method, path, body, **headers)
        assert response.status_code in {200, 201, 204}, response.text
        return response.json()["data"] if response.content else None

    async def write(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """A write, whatever comes of it."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return await self.call(method, path, headers=named)
        named.setdefault("Content-Type", "application/json")
        return await self.call(method, path, headers=named, content=msgspec.json.encode(body))

    async def refused(self, status: int, code: str, method: str, path: str, body: Any = None, **headers: str):
        """The error of a write that must be refused like this."""
        response = await self.write(method, path, body, **headers)
        return expect(response, status, code)

    async def no(self, status: int, code: str, path: str, /, **params: Any) -> dict[str, Any]:
        """The error of a GET that must be refused like this."""
        response = await self.call("GET", path, params=_plain(params))
        return expect(response, status, code)


def expect(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The error of a response that must have this status and code."""
    assert response.status_code == status, response.text
    error = check_error(response)
    assert error["code"] == code, error
    return error


def _plain(params: dict[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        values = value if isinstance(value, list | tuple) else [value]
        for one in values:
            text = str(one).lower() if isinstance(one, bool) else str(one)
            pairs.append((name, text))
    return pairs

"""The asynchronous client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Self
from uuid import UUID

import httpx
import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, WebSocketException

from production_tool_client.errors import ApiError, Unreachable
from production_tool_client.wire import (
    API,
    ATTEMPTS,
    CommandResult,
    FeedState,
    Item,
    Position,
    command_body,
    envelope_of,
    feed_url,
    pause_before,
    plain,
    result_of,
)


class AsyncClient:
    """One studio, as an API key or as somebody who signed in. `aclose` ends its connections."""

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None = None,
        access_token: str | None = None,
        refresh_token: str | None = None,
        timeout: float = 30.0,
    ) -> None:
        if (api_key is None) == (access_token is None):
            raise ValueError("expected either api_key or access_token")
        self._base_url = base_url.rstrip("/")
        self._token = api_key or access_token or ""
        self._refresh_token = refresh_token
        self._http = httpx.AsyncClient(base_url=self._base_url + API, timeout=timeout)

    @classmethod
    async def sign_in(
        cls,
        base_url: str,
        email: str,
        password: str,
        *,
        tenant: str | None = None,
        timeout: float = 30.0,  # noqa: ASYNC109 - that of requests
    ) -> AsyncClient:
        """Sign in as a member. Raises `ApiError`, `Unreachable`."""
        login = {"email": email, "password": password, **({"tenant": tenant} if tenant else {})}
        async with httpx.AsyncClient(base_url=base_url.rstrip("/") + API, timeout=timeout) as http:
            try:
                response = await http.post("/auth/login", json=login)
            except httpx.TransportError as error:
                raise Unreachable(str(error)) from error
        grant = envelope_of(response.status_code, response.content).data
        return cls(
            base_url,
            access_token=grant["access_token"],
            refresh_token=grant["refresh_token"],
            timeout=timeout,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.aclose()

    async def get(self, path: str, /, **params: Any) -> Any:
        """`data` of a GET, as in `get("tenants/current")`. Raises `ApiError`, `Unreachable`."""
        return (await self._ask("GET", path, params=params)).data

    async def pages(self, path: str, /, **params: Any) -> AsyncIterator[dict[str, Any]]:
        """Every item of a list, page by page. Raises as `get`."""
        cursor: str | None = None
        while True:
            envelope = await self._ask("GET", path, params={**params, "cursor": cursor})
            for item in envelope.data:
                yield item
            cursor = envelope.meta.get("next")
            if cursor is None:
                return

    async def command(
        self,
        op: str,
        args: dict[str, Any],
        *,
        base_version: int | None = None,
        command_id: UUID | None = None,
    ) -> CommandResult:
        """Run a command, once, however often it has to be sent. Raises `ApiError`, `Unreachable`."""
        body = command_body(op, args, command_id, base_version)
        return result_of(await self._ask("POST", "commands", json=body))

    async def post(self, path: str, json: Any = None, /) -> Any:
        """`data` of a POST that is no command, as in `post("api-keys", …)`; sent once. Raises as `get`."""
        return (await self._once("POST", path, json=json)).data

    async def plan(self, kind: str, /, **wanted: Any) -> Any:
        """Ask for a plan, as in `plan("allocate", project_ids=[…], budget_seconds=20)`: its job, which waits.

        Raises as `get`.
        """
        return await self.post("solver-jobs", {"kind": kind, **wanted})

    async def planned(self, job_id: UUID | str, /, *, every: float = 0.5) -> Any:
        """The job of a plan once it is `done`, `failed` or `cancelled`. Raises as `get`."""
        while True:
            job = await self.get(f"solver-jobs/{job_id}")
            if job["ended_at"] is not None:
                return job
            await asyncio.sleep(every)

    async def cancel_plan(self, job_id: UUID | str, /, *, keep: bool = False) -> Any:
        """Stop a plan; with `keep` the best so far becomes a scenario. Raises as `get`."""
        return await self.post(f"solver-jobs/{job_id}/cancel", {"keep": keep})

    def follow(
        self,
        *,
        since: int | None = None,
        epoch: UUID | str | None = None,
        types: tuple[str, ...] = (),
        project_id: UUID | str | None = None,
    ) -> AsyncFeed:
        """Every event after `since`, in order, for as long as it is read; without it, what happens next."""
        return AsyncFeed(self, FeedState(since, epoch, types, project_id))

    async def _ask(
        self, method: str, path: str, *, params: dict[str, Any] | None = None, json: Any = None
    ) -> Any:
        """As `_once`, again where that is harmless: reading, and commands, whose id makes it so."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._once(method, path, params=params, json=json)
            except (ApiError, Unreachable) as error:
                if attempt == ATTEMPTS or (isinstance(error, ApiError) and not error.retryable):
                    raise
                said = error.retry_after if isinstance(error, ApiError) else None
            await asyncio.sleep(pause_before(attempt, said))

    async def _once(
        self, method: str, path: str, *, params: dict[str, Any] | None = None, json: Any = None
    ) -> Any:
        response = await self._send(method, path, params, json)
        if response.status_code == 401 and await self.renew():
            response = await self._send(method, path, params, json)
        return envelope_of(response.status_code, response.content)

    async def _send(self, method: str, path: str, params: dict[str, Any] | None, json: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}"}
        content = None if json is None else msgspec.json.encode(json)
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            return await self._http.request(
                method, f"/{path.lstrip('/')}", params=plain(params or {}), content=content, headers=headers
            )
        except httpx.TransportError as error:
            raise Unreachable(str(error) or type(error).__name__) from error

    async def renew(self) -> bool:
        """Get a new access token, where there is a sign-in to renew. Raises `Unreachable`."""
        if self._refresh_token is None:
            return False
        try:
            response = await self._http.post("/auth/refresh", json={"refresh_token": self._refresh_token})
            grant = envelope_of(response.status_code, response.content).data
        except ApiError:
            return False
        except httpx.TransportError as error:
            raise Unreachable(str(error)) from error
        self._token, self._refresh_token = grant["access_token"], grant["refresh_token"]
        return True

    def feed_address(self) -> tuple[str, dict[str, str]]:
        """Where the feed is, and the header that opens it."""
        return feed_url(self._base_url), {"Authorization": f"Bearer {self._token}"}


class AsyncFeed:
    """Events in order, without gaps or repeats; comes back by itself. `position` is what to keep."""

    def __init__(self, client: AsyncClient, state: FeedState) -> None:
        self._client = client
        self._state = state

    @property
    def position(self) -> Position | None:
        """Everything up to here was given; None before the first word of the server."""
        return self._state.position

    async def __aiter__(self) -> AsyncIterator[Item]:
        """Raises `ApiError` where coming back would be no use."""
        while True:
            try:
                address, headers = self._client.feed_address()
                async with connect(address, additional_headers=headers, max_size=None) as socket:
                    await socket.send(self._state.first_frame())
                    async for text in socket:
                        for item, after in self._state.take(text):
                            if item is not None:
                                yield item
                            # What was given is dealt with once the next is asked for.
                            self._state.reached(after)
                pause = self._state.pause(Unreachable("the connection was closed"))
            except InvalidStatus as refused:
                pause = await self._refused(refused)
            except ApiError as error:
                if error.code != "unauthenticated" or not await self._client.renew():
                    pause = self._state.pause(error)
                else:
                    pause = 0.0
            except (OSError, WebSocketException) as error:
                pause = self._state.pause(error)
            await asyncio.sleep(pause)

    async def _refused(self, refused: InvalidStatus) -> float:
        """The handshake was answered with a status of HTTP."""
        response = refused.response
        if response.status_code == 401 and await self._client.renew():
            return 0.0
        try:
            envelope_of(response.status_code, bytes(response.body or b""))
        except ApiError as error:
            return self._state.pause(error)
        return self._state.pause(refused)

"""Posts to addresses that strangers chose: checked as the connection is made, bounded in time and size.

The name is looked up once and the connection goes to the address that was looked at, so that a name which
answers differently the second time gains nothing. Redirects are not followed; proxies of the environment are
not used.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Iterable
from functools import cache
from ipaddress import ip_address
from typing import Any

import httpcore
from msgspec import Struct

from server.feeds.addresses import Network, allowed

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MAX_RESPONSE = 64 * 1024
EXCERPT = 1_024
"""Characters of a response that are kept."""
_CONNECTIONS = 32
_AGENT = "production-tool-webhooks/1"


class Posted(Struct, frozen=True, kw_only=True):
    """What came back: a status, or an error where nothing did. `retry_after` in seconds, where said."""

    status: int | None
    latency_ms: int
    error: str = ""
    response: str = ""
    retry_after: int | None = None

    @property
    def ok(self) -> bool:
        """Whether it was taken."""
        return self.status is not None and 200 <= self.status < 300


class NotAllowed(Exception):
    """The name means an address that may not be connected to."""


class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects to allowed addresses only."""

    def __init__(self, networks: tuple[Network, ...], *, named_only: bool) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._networks = networks
        self._named_only = named_only

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        address = await self._address(host, port)
        return await self._inner.connect_tcp(
            address, port, timeout=timeout, local_address=local_address, socket_options=socket_options
        )

    async def connect_unix_socket(self, *_args: Any, **_kwargs: Any) -> httpcore.AsyncNetworkStream:
        raise NotAllowed("sockets of this machine are not posted to")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _address(self, host: str, port: int) -> str:
        """One address of the name. All of them must be allowed: which is taken is nobody's to steer."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for text in addresses:
            address = ip_address(text.partition("%")[0])
            inside = any(address.version == n.version and address in n for n in self._networks)
            if not (inside if self._named_only else allowed(address, self._networks)):
                raise NotAllowed(
                    f"{host} means {text}, which is not a public address; the operator may allow it by"
                    " WEBHOOK_NETWORKS"
                    if not inside and not allowed(address, self._networks)
                    else f"{host} means {text}, which takes https only"
                )
        return addresses[0]


@cache
def _trusted() -> ssl.SSLContext:
    """What this machine trusts: reading it takes longer than many a post, so a process does it once."""
    return ssl.create_default_context()


class Poster:
    """Keeps a few connections open. One per process; `close` ends them."""

    def __init__(self, networks: tuple[Network, ...] = (), *, verify: ssl.SSLContext | None = None) -> None:
        self.networks = networks
        self._secure = self._pool(verify or _trusted(), named_only=False)
        self._plain = self._pool(None, named_only=True)

    def _pool(self, context: ssl.SSLContext | None, *, named_only: bool) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=_CONNECTIONS,
            keepalive_expiry=30.0,
            network_backend=_Guarded(self.networks, named_only=named_only),
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._secure.aclose()
        await self._plain.aclose()

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Posted:
        """Post JSON and say what came of it. Raises nothing for what the other side may cause."""
        begun = time.monotonic()
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                status, text, retry_after = await self._post(url, body, headers)
        except TimeoutError:
            return _failed(begun, f"no answer within {TOTAL_SECONDS:g} s")
        except NotAllowed as error:
            return _failed(begun, str(error))
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            return _failed(begun, _sentence(error))
        except (OSError, ssl.SSLError, ValueError, httpcore.UnsupportedProtocol) as error:
            return _failed(begun, _sentence(error))
        latency = round((time.monotonic() - begun) * 1000)
        wrong = "" if 200 <= status < 300 else _unwelcome(status)
        return Posted(status=status, latency_ms=latency, error=wrong, response=text, retry_after=retry_after)

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, int | None]:
        pool = self._secure if url.startswith("https:") else self._plain
        sent = {"content-type": "application/json", "user-agent": _AGENT, "accept": "*/*", **headers}
        limits = {
            "connect": CONNECT_SECONDS,
            "read": TOTAL_SECONDS,
            "write": TOTAL_SECONDS,
            "pool": TOTAL_SECONDS,
        }
        async with pool.stream(
            "POST", url, headers=list(sent.items()), content=body, extensions={"timeout": limits}
        ) as response:
            content = bytearray()
            async for chunk in response.aiter_stream():
                content += chunk
                if len(content) > MAX_RESPONSE:
                    break
        found = {name.lower(): value for name, value in response.headers}
        return response.status, _excerpt(bytes(content)), _seconds(found.get(b"retry-after", b""))


def _failed(begun: float, error: str) -> Posted:
    return Posted(status=None, latency_ms=round((time.monotonic() - begun) * 1000), error=error[:500])


def _unwelcome(status: int) -> str:
    if 300 <= status < 400:
        return f"answered {status}; redirects are not followed, name the final address"
    return f"answered {status}; expected a status of 200 to 299"


def _sentence(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0]


def _excerpt(content: bytes) -> str:
    return content[: EXCERPT * 4].decode("utf-8", "replace").replace("\0", "")[:EXCERPT]


def _seconds(value: bytes) -> int | None:
    text = value.decode("latin-1").strip()
    return min(int(text), 86_400) if text.isascii() and text.isdigit() and len(text) < 8 else None

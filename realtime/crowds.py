"""How many connections come from one address, are one account's, and are one studio's."""

from __future__ import annotations

from collections import Counter
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from realtime.bounds import Bounds
from realtime.connections import Connection
from scheduling.permissions import Actor


class TooMany(Struct, frozen=True):
    """Which bound is reached, in a sentence."""

    message: str


class Crowds:
    """Counts: by address while a socket is open, by account and studio once it is let in."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._addresses: Counter[str] = Counter()
        self._accounts: Counter[tuple[UUID, UUID]] = Counter()
        self._tenants: Counter[UUID] = Counter()
        self._counted: dict[Connection, tuple[UUID, UUID]] = {}

    def full(self, address: str) -> bool:
        """Whether nobody more may come from this address; one that is not known is not counted."""
        return bool(address) and self._addresses[address] >= self._bounds.max_per_address

    def opened(self, connection: Connection) -> None:
        """A socket is open."""
        if connection.address:
            self._addresses[connection.address] += 1

    def enter(self, connection: Connection, actor: Actor) -> TooMany | None:
        """Count the connection as this account's, unless there are too many already."""
        account = (actor.tenant_id, actor.id)
        if self._accounts[account] >= self._bounds.max_per_account:
            return TooMany(f"You have {self._bounds.max_per_account} windows open already; close some.")
        if self._tenants[actor.tenant_id] >= self._bounds.max_per_tenant:
            return TooMany(f"This studio has {self._bounds.max_per_tenant} connections already.")
        self._accounts[account] += 1
        self._tenants[actor.tenant_id] += 1
        self._counted[connection] = account
        return None

    def lost(self, connection: Connection) -> None:
        """The connection is gone; harmless where it was never counted."""
        if connection.address:
            _less(self._addresses, connection.address)
        account = self._counted.pop(connection, None)
        if account is not None:
            _less(self._accounts, account)
            _less(self._tenants, account[0])


K = TypeVar("K")


def _less(counter: Counter[K], key: K) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]

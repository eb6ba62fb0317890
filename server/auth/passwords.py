"""Hashing and checking passwords with argon2id, off the event loop and never more than a few at once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar, TypeVarTuple, Unpack

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

T = TypeVar("T")
Args = TypeVarTuple("Args")

MIN_PASSWORD = 8
MAX_PASSWORD = 1_000

WAITING = 64
"""Sign-ins that may wait for a slot; the next is told to come back."""


class HashingBusy(Exception):
    """Too many passwords are being checked already; the caller may try again in a moment."""


def standard_hasher() -> PasswordHasher:
    """Argon2id with 19 MiB, two passes and one lane (OWASP Password Storage Cheat Sheet, 2023)."""
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)


class Passwords:
    """Argon2 in a few threads of its own, with a bound on how many wait for them."""

    def __init__(self, hasher: PasswordHasher | None = None, *, threads: int | None = None) -> None:
        self._hasher = hasher or standard_hasher()
        self._threads = threads or max(1, min(4, os.cpu_count() or 1))
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="argon2")
        self._slots = asyncio.Semaphore(self._threads)
        self._waiting = 0
        self._decoy = self._hasher.hash(os.urandom(16).hex())

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """A turn at the hashing threads. Raises `HashingBusy` where too many wait already."""
        if self._waiting >= WAITING:
            raise HashingBusy
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._slots.release()

    async def hash(self, password: str) -> str:
        """The encoded argon2id hash to store. Raises `HashingBusy`."""
        async with self.slot():
            return await self._run(self._hasher.hash, password)

    async def matches(self, hashes: Sequence[str], password: str, *, work: int) -> list[bool]:
        """Which of `hashes` are of `password`, at the price of at least `work` checks.

        A decoy is checked where there are fewer hashes, so that the time taken does not tell
        an unknown address from a wrong password. To be called inside `slot()`.
        """
        decoys = [self._decoy] * max(0, work - len(hashes))
        return await self._run(self._check_all, [*hashes, *decoys], password, len(hashes))

    def outdated(self, encoded: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(encoded)

    def close(self) -> None:
        """End the threads; checks under way are waited for, a fraction of a second."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _run(self, work: Callable[[Unpack[Args]], T], *args: *Args) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *args)

    def _check_all(self, hashes: Sequence[str], password: str, count: int) -> list[bool]:
        return [self._check(encoded, password) for encoded in hashes][:count]

    def _check(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False

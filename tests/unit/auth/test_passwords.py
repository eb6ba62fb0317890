"""Hashing: off the event loop, a few at a time, the same work whoever is asked for."""

import asyncio
import threading

import pytest
from argon2 import PasswordHasher

from server.auth.passwords import WAITING, HashingBusy, Passwords, standard_hasher

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords():
    passwords = Passwords(QUICK, threads=1)
    yield passwords
    passwords.close()


async def test_a_password_matches_its_own_hash_only(passwords):
    encoded = await passwords.hash("right")
    assert encoded.startswith("$argon2id$")
    assert await passwords.matches([encoded], "right", work=1) == [True]
    assert await passwords.matches([encoded], "wrong", work=1) == [False]
    assert await passwords.matches(["garbage", encoded], "right", work=1) == [False, True]
    assert await passwords.matches([], "right", work=2) == []


async def test_the_loop_runs_on_while_a_password_is_hashed():
    slow = Passwords(PasswordHasher(time_cost=8, memory_cost=65_536, parallelism=1), threads=1)
    hashing = asyncio.create_task(slow.hash("x"))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0.001)
        turns += 1
    slow.close()
    assert turns > 5, "hashing in the loop would leave it one turn"


async def test_so_many_may_wait_and_no_more(passwords, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(passwords, "_hasher", Gated(gate))
    tasks = [asyncio.create_task(passwords.hash("x")) for _ in range(WAITING + 1)]
    await asyncio.sleep(0)  # one has the slot, the others wait
    assert passwords._waiting == WAITING
    with pytest.raises(HashingBusy):
        await passwords.hash("x")
    gate.set()
    assert len(await asyncio.gather(*tasks)) == WAITING + 1
    assert await passwords.hash("x")


async def test_a_cancelled_wait_gives_its_place_back(passwords, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(passwords, "_hasher", Gated(gate))
    first = asyncio.create_task(passwords.hash("x"))
    waiting = asyncio.create_task(passwords.hash("x"))
    await asyncio.sleep(0)
    assert passwords._waiting == 1
    waiting.cancel()
    await asyncio.wait([waiting])
    assert passwords._waiting == 0
    gate.set()
    assert await first
    assert await passwords.hash("x")


class Gated:
    """A hasher that finishes when it is told to."""

    def __init__(self, gate):
        self.gate = gate

    def hash(self, _password):
        self.gate.wait(10)
        return "$"


async def test_hashes_of_other_parameters_are_outdated(passwords):
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash("x")
    assert passwords.outdated(old)
    assert not passwords.outdated(await passwords.hash("x"))


def test_the_parameters_are_what_owasp_asks_for():
    hasher = standard_hasher()
    assert (hasher.memory_cost, hasher.time_cost, hasher.parallelism) == (19_456, 2, 1)

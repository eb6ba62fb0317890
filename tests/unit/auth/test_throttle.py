"""How often somebody may guess: bursts, recovery, and a bound on what is remembered."""

import pytest

from server.auth.throttle import Allowance, Throttle, address_key

TEN = Allowance(burst=3, every=10.0)


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def throttle(clock, size=100):
    return Throttle(TEN, size=size, clock=clock)


def test_a_burst_of_failures_is_allowed_and_then_one_more_each_period():
    clock = Clock()
    guard = throttle(clock)
    for _ in range(3):
        assert guard.wait("a") == 0
        guard.failed("a")
    assert guard.wait("a") == 10
    clock.now += 4
    assert guard.wait("a") == pytest.approx(6)
    clock.now += 6.001
    assert guard.wait("a") == 0
    guard.failed("a")
    assert guard.wait("a") == pytest.approx(10, abs=0.01)


def test_keys_do_not_touch_each_other():
    guard = throttle(Clock())
    for _ in range(5):
        guard.failed("a")
    assert guard.wait("a") > 0
    assert guard.wait("b") == 0


def test_success_forgets_the_slips_before_it():
    guard = throttle(Clock())
    for _ in range(3):
        guard.failed("a")
    guard.succeeded("a")
    assert guard.wait("a") == 0


def test_what_is_over_takes_no_memory():
    clock = Clock()
    guard = throttle(clock)
    guard.failed("a")
    clock.now += 11
    assert guard.wait("a") == 0
    assert not guard._failures


def test_memory_is_bounded_and_the_longest_silent_goes_first():
    guard = throttle(Clock(), size=2)
    for key in ("a", "b", "a", "c"):
        guard.failed(key)
    assert set(guard._failures) == {"a", "c"}


def test_an_ipv6_customer_is_one_address():
    assert address_key("2001:db8:1:2:3::4") == address_key("2001:db8:1:2:ffff::1")
    assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")
    assert address_key("::ffff:192.0.2.1") == address_key("192.0.2.1") == "192.0.2.1"
    assert address_key("unix") == "unix"

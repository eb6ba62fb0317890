"""Rates and log lines have bounds."""

import logging

from realtime.bounds import Bucket
from realtime.quiet import QuietLog


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_a_bucket_takes_a_burst_and_then_its_rate():
    clock = Clock()
    bucket = Bucket(rate=8, burst=3, clock=clock)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    assert bucket.wait() == 0.125
    clock.now += 0.125
    assert [bucket.take() for _ in range(2)] == [True, False]
    clock.now += 60
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_a_stream_of_the_same_line_is_counted_not_written(caplog):
    """[A2]"""
    clock = Clock()
    quiet = QuietLog(logging.getLogger("quiet test"), seconds=10, clock=clock)
    with caplog.at_level(logging.WARNING, "quiet test"):
        for _ in range(1_000):
            quiet.warning("bad", "a bad frame: %s", "x")
        quiet.warning("worse", "something else")
        clock.now += 11
        quiet.warning("bad", "a bad frame: %s", "y")
    assert [r.getMessage() for r in caplog.records] == [
        "a bad frame: x",
        "something else",
        "a bad frame: y (and 999 more like it)",
    ]

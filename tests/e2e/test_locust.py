"""The Locust file for a few seconds: everybody is served, in order, with rows for what is measured."""

import subprocess
import sys

import pytest

from loadtests.run_locust import FILE
from tests.e2e.board import PASSWORD
from tests.harness.process import ServerProcess


def test_a_short_run_has_its_rows_and_no_failures(demo: ServerProcess, tmp_path):
    command = [sys.executable, "-m", "locust", "-f", str(FILE), "--headless", "--only-summary"]
    command += ["--users", "5", "--spawn-rate", "5", "--run-time", "240s", "--host", demo.url]
    command += ["--exit-code-on-error", "1", "--stop-timeout", "5"]
    done = subprocess.run(
        command,
        check=False,
        env={"PATH": "", "HOME": str(tmp_path), "LOAD_PASSWORD": PASSWORD, "LOAD_ENOUGH": "10"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    report = done.stdout + done.stderr
    assert done.returncode == 0, report
    for row in ("booking.place", "booking.move", "event to another socket", "event to the feed"):
        assert row in report, report


@pytest.mark.parametrize(("last", "first", "what"), [(4, 6, "gap: 6 after 4"), (4, 4, "doubled: 4 after 4")])
def test_a_gap_or_a_doubled_number_is_a_failure(last, first, what):
    """In a process of its own: Locust patches the whole standard library."""
    code = f"""
from loadtests import locustfile
seen = []
locustfile.events.request.add_listener(lambda exception, **_: seen.append(str(exception)))
order = locustfile.Sequence("socket")
order.take({{"from_seq": 1, "to_seq": {last}}})
order.take({{"from_seq": {first}, "to_seq": 9}})
print(seen)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=300
    )
    assert done.stdout.strip().endswith(f"['{what}']"), done.stdout + done.stderr

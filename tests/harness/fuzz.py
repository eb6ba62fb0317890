"""The trade's state machine for as long as one likes: `make fuzz SECONDS=3600 SEED=7`.

Prints the seed of every round; the same seed runs the same round again. Ends with status 1, and with
the shortest story Hypothesis finds, where the studio and the model differ.
"""

from __future__ import annotations

import os
import random
import sys
import time

from hypothesis import seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.harness.postgres import running_cluster
from tests.property.test_trade_machine import RUNS, Server, Trade

ROUND = settings(RUNS, max_examples=50, derandomize=False, print_blob=False)


def main() -> int:
    """Round after round until the time is up."""
    first = int(os.environ.get("SEED") or random.randrange(1_000_000))
    until = time.monotonic() + float(os.environ.get("SECONDS_TO_RUN") or 300)
    rounds = 0
    with running_cluster() as cluster:
        server = Server(cluster.new_database().dsn)
        Trade.server, Trade.steps = server, 0
        while rounds == 0 or time.monotonic() < until:
            number = first + rounds
            print(f"round {rounds + 1}, seed {number}, {Trade.steps:,} steps so far", flush=True)

            class Round(Trade):
                """One round, under its own seed."""

            seed(number)(Round)
            run_state_machine_as_test(Round, settings=ROUND)
            rounds += 1
        server.close()
    print(f"no difference in {Trade.steps:,} steps of {rounds} rounds, seeds {first} to {first + rounds - 1}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

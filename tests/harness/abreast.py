"""A thread beside a search, for the benchmarks and tests of searches with two workers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait


def abreast(work: Callable[[], None], other: Callable[[], None], end: Callable[[], None]) -> None:
    """`work` here, `other` in a thread; `end` is called until that is done too (see `engine.Abreast`)."""
    with ThreadPoolExecutor(max_workers=1) as threads:
        running = threads.submit(other)
        try:
            work()
        finally:
            while wait([running], timeout=0.02).not_done:
                end()
        running.result()

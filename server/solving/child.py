"""The process that searches: one job after the other, told over its standard input, ended with it.

`python -m server.solving.child MEGABYTES`. Only here is ortools loaded, and not before a search asks for it:
the first plan needs none. A worker that is gone closes the pipe, and the child ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import uuid5

from db.pool import create_pool, transaction
from db.queries import planning
from scheduling import public_holidays
from scheduling.refusals import Code, Refused
from scheduling.solver.asks import Absence, Ask, Cancellation
from scheduling.solver.board import Board
from scheduling.solver.engine import Abreast, Ends, Engine, Fitted
from scheduling.solver.planner import Search, Unsound, answer
from scheduling.solver.problem import Problem
from scheduling.solver.records import Records
from scheduling.solver.told import Best
from server.solving.frames import (
    HEAD,
    Answered,
    Better,
    Ready,
    Report,
    Searched,
    Stop,
    Turned,
    Work,
    length_of,
    order_of,
    pack,
)

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.02
"""How often somebody looks whether a search of CP-SAT is to end."""
LEAST_SECONDS = 1.0
"""A shorter search is over before ortools is loaded."""
_SPARE = 512
"""Megabytes of addresses beyond twice the memory: libraries map more than they use."""
_TOO_LARGE = "This plan needs more memory than a solver has ({0} MB): plan a shorter time, or fewer projects."


class Pipes:
    """The worker at the other end: a thread reads what it says, and ends the process when it is gone."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source, self._sink = source, sink
        self._lock = threading.Lock()
        self.work: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self.stop = threading.Event()

    def start(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self._listen, name="orders", daemon=True).start()

    def _listen(self) -> None:
        while True:
            head = self._source.read(HEAD)
            if len(head) < HEAD:
                os._exit(0)  # whoever asked is gone: a search may hold every lock there is
            match order_of(self._source.read(length_of(head))):
                case Work() as work:
                    self.stop.clear()
                    self.work.put(work)
                case Stop():
                    self.stop.set()

    def say(self, report: Report) -> None:
        """Tell the worker."""
        with self._lock:
            self._sink.write(pack(report))
            self._sink.flush()


# -- CP-SAT, when it is needed -----------------------------------------------------------------


class LazyEngine:
    """CP-SAT, loaded beside the search: until it is there, searches go on without it.

    `stop` ends its searches from outside.
    """

    abreast: Abreast | None = None

    def __init__(self, stop: Callable[[], bool]) -> None:
        self._stop = stop
        self._engine: Engine | None = None
        self._loading = threading.Thread(target=self._load, name="ortools", daemon=True)
        self._loading.start()

    def _load(self) -> None:
        # Half a second of a processor, several on a busy machine, and 70 MB: no first plan waits for it.
        from scheduling.solver.cpsat import CpSat  # noqa: PLC0415

        self._engine = CpSat(halting=self._halting)

    @contextmanager
    def _halting(self, end: Callable[[], None]) -> Iterator[None]:
        over = threading.Event()

        def watch() -> None:
            while not over.wait(_LOOK_SECONDS):
                if self._stop():
                    end()
                    return

        watcher = threading.Thread(target=watch, name="halt", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def improve(self, board: Board, tasks: Sequence[int], seconds: float, seed: int) -> bool | None:
        """See `engine.Engine`."""
        return None if self._engine is None else self._engine.improve(board, tasks, seconds, seed)

    def whole(
        self, board: Board, left: Callable[[], float], seed: int, *, beside: Ends | None = None
    ) -> tuple[bool, int]:
        """See `engine.Engine`. This is asked for once, and so worth waiting for."""
        engine = self._loaded(left)
        return (False, 0) if engine is None else engine.whole(board, left, seed, beside=beside)

    def fit(self, problem: Problem, hints: Sequence[int], seconds: float, seed: int) -> Fitted:
        """See `engine.Engine`."""
        engine = self._loaded(lambda: seconds)
        return Fitted(places=None) if engine is None else engine.fit(problem, hints, seconds, seed)

    def _loaded(self, left: Callable[[], float]) -> Engine | None:
        while self._engine is None and self._loading.is_alive() and left() > 0 and not self._stop():
            self._loading.join(_LOOK_SECONDS)
        return self._engine


# -- one job -----------------------------------------------------------------------------------


async def read_records(work: Work) -> Records | None:
    """The studio as it is now."""
    start, end = window_of(work.ask)
    also = [work.ask.event.booking_id] if isinstance(work.ask.event, Cancellation) else []
    pool = await create_pool(work.dsn, min_size=1, max_size=1, application_name="production-tool solver")
    try:
        async with transaction(
            pool, work.tenant_id, isolation="repeatable_read", readonly=True
        ) as connection:
            return await planning.records(connection, work.tenant_id, start, end, also=also)
    finally:
        await pool.close()


def window_of(ask: Ask) -> tuple[datetime, datetime]:
    """From when to when bookings matter, with a day on either side for zones."""
    first = ask.start
    if isinstance(ask.event, Absence):
        first = min(first, ask.event.start.date())
    return _midnight(first - timedelta(days=1)), _midnight(ask.end + timedelta(days=2))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def run(work: Work, pipes: Pipes) -> Report:
    """Search, and say what came of it. Raises `Unsound`, `MemoryError`, what the database raises."""
    records = asyncio.run(read_records(work))
    if records is None:
        return Turned(code=Code.NOT_FOUND, message="There is no such studio any more.")
    stop = pipes.stop.is_set

    def better(best: Best) -> None:
        pipes.say(Better(best=best))

    found = answer(
        work.ask,
        records,
        Search(
            now=datetime.now(UTC),
            clock=time.monotonic,
            new_id=lambda name: uuid5(work.job_id, name),
            stop=stop,
            report=better,
            searched=lambda: pipes.say(Searched()),
            engine=LazyEngine(stop) if _worth_it(work) else None,
            start_from=work.start_from,
        ),
    )
    if isinstance(found, Refused):
        return Turned(code=found.code, message=found.message)
    return Answered(outcome=found)


def _worth_it(work: Work) -> bool:
    """Whether CP-SAT has time to be of use; repairs are made without."""
    return work.ask.kind != "repair" and work.ask.budget_seconds >= LEAST_SECONDS


def main(megabytes: int) -> None:
    """Work until the worker is gone, or until a job went wrong in a way that a fresh process may not."""
    pipes = Pipes(*_own_pipes())
    bound(megabytes)
    pipes.start()
    public_holidays.countries()  # half a second, before anybody waits
    while True:
        pipes.say(Ready())
        work = pipes.work.get()
        try:
            report = run(work, pipes)
        except MemoryError:
            report = Turned(code=Code.TOO_LARGE, message=_TOO_LARGE.format(megabytes))
        except Unsound:
            logger.exception("the plan of job %s breaks a rule", work.job_id)
            report = Turned(
                code=Code.INTERNAL, message="The plan that was found breaks a rule; it is not shown."
            )
        pipes.say(report)


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Both ends of the worker; what a library prints goes to the log instead."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return source, sink


def bound(megabytes: int) -> None:
    """Let servers on the same machine go first, and be the first to go where memory runs out."""
    with suppress(OSError):
        os.nice(2)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - not everywhere

        size = (2 * megabytes + _SPARE) << 20
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    main(int(sys.argv[1]))

"""The life of the embedded Postgres: one owner per data folder, a direct child, a clean end."""

import fcntl
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil

from server.embedded.account import Account, EmbeddedError, EmbeddedInUse, choose_account, clean_environment
from server.embedded.binaries import Binaries, find_binaries, readable_binaries
from server.embedded.cluster import (
    DATABASE,
    LOGIN_ROLE,
    SUPERUSER,
    ensure_cluster,
    open_home,
    open_socket_folder,
)
from server.embedded.processes import clear_the_way, end_with_parent, is_ready, socket_folder_of, stop

_LOCK_SECONDS = 5.0
_START_SECONDS = 60.0


class EmbeddedPostgres:
    """A running Postgres that belongs to this process. Made by `embedded_postgres`."""

    def __init__(
        self, *, home: Path, binaries: Binaries, account: Account, data: Path, sockets: Path, durable: bool
    ) -> None:
        self.version = binaries.version
        self.home = home
        self.data = data
        self._binaries = binaries
        self._account = account
        self.socket_folder = sockets
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def dsn(self) -> str:
        """The address of the application's database, as its owner, who is no superuser."""
        return _dsn(self.socket_folder, DATABASE, LOGIN_ROLE)

    def dsn_of(self, database: str, user: str = LOGIN_ROLE) -> str:
        """The address of any database of this cluster."""
        return _dsn(self.socket_folder, database, user)

    @property
    def superuser_dsn(self) -> str:
        """The address for what only the tests and the backup need: making databases, reading every row."""
        return self.dsn_of("postgres", SUPERUSER)

    @property
    def pid(self) -> int | None:
        """The process id of the running postmaster."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start and return when connections are taken. Raises `EmbeddedError` with Postgres' own reason."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            clear_the_way(self.data, self.socket_folder)
            log_start = self._log.stat().st_size if self._log.exists() else 0
            self._process = process = self._spawn()
            if self._becomes_ready(process, deadline):
                return
            said = self._said(log_start)
            # After kill -9 of the postmaster its last backends need a moment to notice and let go; what
            # they say of it may stand behind the reason.
            if not any("shared memory block" in line for line in said) or time.monotonic() > deadline:
                self.stop()
                reason = "; ".join(said[-3:]) or f"no answer within {_START_SECONDS:g} s"
                raise EmbeddedError(f"Postgres did not start: {reason} (more in {self._log})")
            time.sleep(0.05)

    def ensure_running(self) -> bool:
        """Start again if Postgres died under us; says whether it had to."""
        if self._process is None or self._process.poll() is None:
            return False
        self.start()
        return True

    def stop(self) -> None:
        """Stop and wait for the end; may be called twice."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            stop(psutil.Process(process.pid))
        process.wait()

    @property
    def _log(self) -> Path:
        return self.home / "postgres.log"

    def _spawn(self) -> "subprocess.Popen[bytes]":
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": '"' + str(self.socket_folder).replace('"', '""') + '"',
            "unix_socket_permissions": "0700",
            "port": "5432",
            "max_connections": "100",
            "deadlock_timeout": "200ms",
            "log_min_messages": "warning",
            "log_line_prefix": "%m [%p] ",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # Off only for tests, where the machine's power may fail but killed processes lose nothing.
            **({} if self._durable else {"fsync": "off", "full_page_writes": "off"}),
        }
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self._open_log() as log:
            return subprocess.Popen(  # noqa: S603 - the command is put together here
                [self._binaries.program("postgres"), "-D", str(self.data), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=clean_environment(),
                start_new_session=True,  # Ctrl-C is for us; Postgres goes when we have drained
                # Linux ties the signal to the thread that starts the child, so only the main one may.
                preexec_fn=end_with_parent if _in_main_thread() else None,  # noqa: PLW1509
                **self._account.popen_arguments(),
            )

    def _open_log(self) -> IO[bytes]:
        if self._log.exists() and self._log.stat().st_size > 10_000_000:
            self._log.replace(self._log.with_suffix(".log.1"))
        return self._log.open("ab")

    def _becomes_ready(self, process: "subprocess.Popen[bytes]", deadline: float) -> bool:
        while process.poll() is None:
            if is_ready(self.data):
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        return False

    def _said(self, log_start: int) -> list[str]:
        """What Postgres wrote since then, a message each."""
        with self._log.open("rb") as log:
            log.seek(log_start)
            lines = log.read(100_000).decode(errors="replace").splitlines()
        return [line.split(":  ", 1)[-1].strip() for line in lines if ":  " in line]


def running_dsn(home: Path) -> str | None:
    """The address of the Postgres that another process of ours runs in `home`; None where it takes nobody."""
    data = home / "data"
    folder = socket_folder_of(data) if is_ready(data) else None
    return _dsn(folder, DATABASE, LOGIN_ROLE) if folder else None


def _dsn(sockets: Path, database: str, user: str) -> str:
    # asyncpg reads a `+` in a path as a space unless it is quoted.
    return f"postgresql://{user}@/{database}?host={quote(str(sockets), safe='/')}&port=5432"


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


@contextmanager
def embedded_postgres(
    data_dir: Path, *, durable: bool = True, progress: Callable[[str], None] | None = None
) -> Iterator[EmbeddedPostgres]:
    """Run a Postgres in `data_dir` for as long as the block lasts.

    It takes over from an owner that was killed, and waits a moment for one that is just leaving.
    `durable=False` gives up safety against power failure, not against killed processes.
    Raises `EmbeddedError`.
    """
    say = progress or (lambda _text: None)
    account = choose_account()
    binaries = find_binaries()
    home = open_home(data_dir.absolute(), binaries.major, account)
    with _lock(home):
        if not (home / "data").exists():
            say(f"Setting up Postgres {binaries.version} in {home}")
        binaries = readable_binaries(binaries, account, home)
        data = ensure_cluster(home, binaries, account, durable=durable)
        sockets = open_socket_folder(home, account)
        postgres = EmbeddedPostgres(
            home=home, binaries=binaries, account=account, data=data, sockets=sockets, durable=durable
        )
        try:
            postgres.start()
            yield postgres
        finally:
            postgres.stop()
            if sockets.parent != home:
                shutil.rmtree(sockets, ignore_errors=True)


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    """Be the only one of us on this folder. The kernel lets go when we die, so no lock is ever stale."""
    try:
        file = (home / "lock").open("a+")
    except OSError as error:
        raise EmbeddedError(f"the data folder {home} cannot be used: {error.strerror}") from error
    with file:
        _wait_for(file, home)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _wait_for(file: IO[str], home: Path) -> None:
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                file.seek(0)
                raise EmbeddedInUse(home, file.read().strip()) from None
            time.sleep(0.05)
        else:
            return

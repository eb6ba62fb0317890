"""What is left of an earlier Postgres: reading `postmaster.pid`, telling an orphan from a stale file."""

import ctypes
import signal
import sys
import time
from pathlib import Path

import psutil

from server.embedded.account import EmbeddedError

_FAST_SECONDS = 20.0
_IMMEDIATE_SECONDS = 5.0


def clear_the_way(data: Path, sockets: Path) -> None:
    """Stop the Postgres that an earlier, killed owner left running on `data`, and remove its stale files.

    The caller holds the lock of the folder, so whatever still runs there has lost its owner. Postgres
    itself does not start beside a pid file whose number belongs to a zombie or to any other process.
    """
    pid_file = data / "postmaster.pid"
    pid = _read_pid(pid_file)
    if pid is not None:
        orphan = _postgres_on(data, pid)
        if orphan is not None:
            stop(orphan)
        pid_file.unlink(missing_ok=True)
    for left in sockets.glob(".s.PGSQL.*"):
        left.unlink()


def is_ready(data: Path) -> bool:
    """Whether the running Postgres says in its pid file, as `pg_ctl` reads it, that it takes connections."""
    lines = _pid_lines(data)
    return len(lines) > 7 and lines[7].strip() == "ready"


def socket_folder_of(data: Path) -> Path | None:
    """Where the running Postgres says its socket is."""
    lines = _pid_lines(data)
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def _pid_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _read_pid(pid_file: Path) -> int | None:
    try:
        return abs(int(pid_file.read_text().split("\n", 1)[0]))
    except FileNotFoundError:
        return None
    except ValueError:
        return 0  # an empty or torn file, which belongs to nobody


def _postgres_on(data: Path, pid: int) -> psutil.Process | None:
    """The live Postgres with this pid and data directory; None for a zombie or a number used anew."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
            return None
        return process if Path(process.cwd()).samefile(data) else None
    except (psutil.NoSuchProcess, FileNotFoundError):
        return None
    except psutil.AccessDenied as error:
        raise EmbeddedError(
            f"a Postgres of another user (process {pid}) may be running on {data}; stop it first"
        ) from error


def stop(process: psutil.Process) -> None:
    """End Postgres: fast (nothing is lost, clients are cut off), and harder only if that takes too long."""
    try:
        for number, seconds in ((signal.SIGINT, _FAST_SECONDS), (signal.SIGQUIT, _IMMEDIATE_SECONDS)):
            process.send_signal(number)
            if _gone(process, seconds):
                return
        process.kill()
        _gone(process, _IMMEDIATE_SECONDS)
    except psutil.NoSuchProcess:
        return


def _gone(process: psutil.Process, seconds: float) -> bool:
    """Wait until `process`, which need not be a child of ours, has ended or is a zombie."""
    deadline = time.monotonic() + seconds
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def end_with_parent() -> None:
    """In the child, before it becomes Postgres: ask Linux to send it SIGINT when we die, however we die.

    Elsewhere the orphan stays until the next start, which stops it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG

"""The embedded Postgres: nothing acknowledged is lost, whoever is killed, and nothing is left behind."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from functools import partial
from pathlib import Path

import asyncpg
import psutil
import pytest

from server.embedded import EmbeddedError, launcher
from server.embedded import embedded_postgres as durable_postgres
from server.embedded.account import choose_account
from tests.harness.patience import DEADLINE
from tests.harness.postgres import temporary_folder

ROOT = Path(__file__).parents[3]

# Starts Postgres as the demo does, says where it is, and waits to be killed.
OWNER = """
    import sys, threading
    from pathlib import Path
    from server.embedded import embedded_postgres

    def own():
        with embedded_postgres(Path(sys.argv[1])) as postgres:
            print(postgres.pid, flush=True)
            sys.stdin.read()

    if sys.argv[2] == "main":
        own()
    else:
        thread = threading.Thread(target=own)
        thread.start()
        thread.join()
"""


# Setting up without waiting for the disk; what kill -9 does is the same.
embedded_postgres = partial(durable_postgres, durable=False)


@pytest.fixture
def folder():
    with temporary_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def kept():
    """A folder whose Postgres was set up, given a row, and stopped."""
    with temporary_folder() as folder:
        write_one_row(folder)
        yield folder


@pytest.fixture
def set_up(folder, kept):
    """Such a folder of the test's own: setting one up takes longer than most of what is tried on it."""
    subprocess.run(["cp", "-a", f"{kept}/.", folder], check=True)
    return folder


def sql(dsn: str, statement: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(run())


def own_in_another_process(folder: Path, thread: str = "main"):
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(OWNER), str(folder), thread],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout
    return owner, int(owner.stdout.readline())


def kill(owner: "subprocess.Popen[str]") -> None:
    with owner:
        owner.kill()


def write_one_row(folder: Path) -> None:
    with embedded_postgres(folder) as postgres:
        sql(postgres.dsn, "CREATE TABLE kept AS SELECT 7 AS n")


def test_data_stays_over_a_clean_stop_and_nothing_runs_on(folder):
    write_one_row(folder)
    with embedded_postgres(folder) as postgres:
        process = psutil.Process(postgres.pid)
        assert sql(postgres.dsn, "SELECT n FROM kept") == 7
    assert not process.is_running()
    assert not (postgres.data / "postmaster.pid").exists()


def test_settings_are_durable_and_the_owner_is_no_superuser(folder):
    with durable_postgres(folder) as postgres:
        settings = [
            sql(postgres.dsn, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "listen_addresses")
        ]
        assert settings == ["on", "on", ""]
        assert sql(postgres.dsn, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert sql(postgres.dsn, "SELECT lower('ÄÖ')") == "äö"


def test_postgres_killed_under_us_comes_back_with_every_row(set_up):
    with embedded_postgres(set_up) as postgres:
        sql(postgres.dsn, "CREATE TABLE new AS SELECT 8 AS n")
        assert postgres.ensure_running() is False
        killed = psutil.Process(postgres.pid)
        killed.send_signal(signal.SIGKILL)
        psutil.wait_procs([killed], timeout=DEADLINE)
        assert postgres.ensure_running() is True
        assert sql(postgres.dsn, "SELECT n FROM new") == 8


@pytest.mark.parametrize("thread", ["main", "other"])
def test_a_killed_owner_is_followed_by_the_next_start(set_up, thread):
    """From the main thread Linux ends Postgres with us; from another it stays, and is stopped next time."""
    owner, pid = own_in_another_process(set_up, thread)
    kill(owner)
    with embedded_postgres(set_up) as postgres:
        assert postgres.pid != pid
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        assert sql(postgres.dsn, "SELECT n FROM kept") == 7


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_killed_owner_leaves_no_postgres_behind(set_up):
    owner, pid = own_in_another_process(set_up)
    process = psutil.Process(pid)
    kill(owner)
    gone, _ = psutil.wait_procs([process], timeout=DEADLINE)
    assert gone


def test_owner_and_postgres_killed_together_lose_nothing(set_up):
    owner, pid = own_in_another_process(set_up)
    os.kill(pid, signal.SIGKILL)
    kill(owner)
    with embedded_postgres(set_up) as postgres:
        assert sql(postgres.dsn, "SELECT n FROM kept") == 7


@pytest.mark.parametrize("content", ["{own}\n/somewhere\n", "999999999\n", "", "torn"])
def test_a_stale_pid_file_is_no_obstacle(set_up, content):
    """After a machine's restart the number in it may belong to any process, even to us."""
    data = next(set_up.glob("postgres-*")) / "data"
    (data / "postmaster.pid").write_text(content.format(own=os.getpid()))
    with embedded_postgres(set_up) as postgres:
        assert sql(postgres.dsn, "SELECT n FROM kept") == 7


def test_a_second_owner_is_told_who_is_first(set_up, monkeypatch):
    monkeypatch.setattr(launcher, "_LOCK_SECONDS", 0.1)
    with embedded_postgres(set_up) as first:
        told = f"another Production Tool .process {os.getpid()}. is running"
        with pytest.raises(EmbeddedError, match=told), embedded_postgres(set_up):
            pass
        assert sql(first.dsn, "SELECT 1") == 1


def test_a_second_owner_waits_for_a_first_that_is_leaving(set_up):
    started, leave = threading.Event(), threading.Event()

    def first():
        with embedded_postgres(set_up):
            started.set()
            leave.wait(10)

    thread = threading.Thread(target=first)
    thread.start()
    started.wait(30)
    threading.Timer(0.2, leave.set).start()
    with embedded_postgres(set_up) as postgres:
        assert sql(postgres.dsn, "SELECT 1") == 1
    thread.join()


@pytest.mark.parametrize("name", ["x" * 110, "a b,c", "plus+per%cent", "quote\"s'", "ümläut"])
def test_any_folder_name_will_do(folder, name):
    with embedded_postgres(folder / name) as postgres:
        assert sql(postgres.dsn, "SELECT 1") == 1
        outside = postgres.socket_folder
    assert not (outside / ".s.PGSQL.5432").exists()


def test_a_folder_that_nobody_may_enter_will_do(folder):
    closed = folder / "home"
    closed.mkdir(mode=0o700)
    with embedded_postgres(closed / "data") as postgres:
        assert sql(postgres.dsn, "SELECT 1") == 1
    linked = next((closed / "data").glob("postgres-*"))
    assert linked.is_symlink() == (os.geteuid() == 0)
    with embedded_postgres(closed / "data") as postgres:
        assert sql(postgres.dsn, "SELECT 1") == 1
    if linked.is_symlink():
        subprocess.run(["rm", "-r", str(linked.resolve())], check=True)


def test_postgres_does_not_run_as_root(set_up):
    with embedded_postgres(set_up) as postgres:
        uids = psutil.Process(postgres.pid).uids()
    assert uids.effective == (choose_account().uid or os.geteuid()) != 0


def test_the_environments_postgres_is_not_meant(folder, monkeypatch):
    for name, value in {
        "PGDATA": "/nowhere",
        "PGPORT": "1",
        "PGOPTIONS": "-c nonsense=1",
        "PGHOST": "x",
    }.items():
        monkeypatch.setenv(name, value)
    with embedded_postgres(folder) as postgres:
        monkeypatch.delenv("PGOPTIONS")
        assert sql(postgres.dsn, "SELECT 1") == 1


def test_an_interrupted_set_up_is_done_anew(folder):
    with embedded_postgres(folder) as postgres:
        home = postgres.home
    (home / "data").rename(home / "data.partial")
    with embedded_postgres(folder) as postgres:
        assert sql(postgres.dsn, "SELECT 1") == 1


def test_data_of_another_major_version_is_not_passed_over(folder):
    (folder / "postgres-14" / "data").mkdir(parents=True)
    with pytest.raises(EmbeddedError, match=r"holds the data of postgres-14"), embedded_postgres(folder):
        pass


def test_a_data_folder_that_is_a_file_is_one_sentence(folder):
    (folder / "taken").write_text("")
    with pytest.raises(EmbeddedError, match=r"taken.* cannot be used"), embedded_postgres(folder / "taken"):
        pass


def test_a_refused_start_gives_postgres_own_reason(set_up):
    with embedded_postgres(set_up) as postgres:
        conf = postgres.data / "postgresql.conf"
    with conf.open("a") as file:
        file.write("shared_buffers = plenty\n")
    with (
        pytest.raises(EmbeddedError, match=r"Postgres did not start: .*shared_buffers"),
        embedded_postgres(set_up),
    ):
        pass


def test_no_port_of_the_network_is_opened(set_up):
    with embedded_postgres(set_up) as postgres:
        kinds = {connection.family for connection in psutil.Process(postgres.pid).net_connections()}
    assert socket.AF_INET not in kinds
    assert socket.AF_INET6 not in kinds

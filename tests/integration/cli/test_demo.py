"""`production-tool demo`: from nothing to a signed-in studio, and nothing lost whoever is killed."""

import json
import os
import signal
from contextlib import suppress
from uuid import uuid4

import psutil
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from server.embedded import launcher
from tests.harness.patience import DEADLINE
from tests.harness.postgres import temporary_folder
from tests.harness.process import ServerProcess, run_command, server_process

SIGN_INS = ("owner@demo.studio", "manager@demo.studio", "artist@demo.studio", "manager@other.studio")


@pytest.fixture(scope="module")
def folder():
    """A data folder with a seeded demo in it, stopped."""
    with temporary_folder() as folder:
        with server_process("demo", DATA_DIR=folder) as demo:
            demo.wait_for("Ctrl-C stops it")
            assert demo.stop(signal.SIGINT) == 0
            told = demo.output
        (folder / "told").write_text(told)
        yield folder


@pytest.fixture
def demo(folder):
    with server_process("demo", DATA_DIR=folder) as demo:
        demo.wait_for("Ctrl-C stops it")
        yield demo


def sign_in(demo: ServerProcess, email: str, password: str) -> dict[str, str]:
    with demo.client() as client:
        answer = client.post("/api/v1/auth/login", json={"email": email, "password": password})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['data']['access_token']}"}


def password_of(folder) -> str:
    return (folder / "demo_password").read_text().strip()


def add_project(demo: ServerProcess, headers: dict[str, str], name: str) -> None:
    with demo.client() as client:
        answer = client.post(
            "/api/v1/projects", headers={**headers, "Idempotency-Key": str(uuid4())}, json={"name": name}
        )
    assert answer.status_code in (200, 201), answer.text


def project_names(demo: ServerProcess, headers: dict[str, str]) -> list[str]:
    with demo.client() as client:
        return [
            row["name"] for row in client.get("/api/v1/projects?limit=500", headers=headers).json()["data"]
        ]


def test_a_first_start_tells_its_steps_the_address_and_the_sign_ins(folder):
    told = (folder / "told").read_text()
    positions = [
        told.index(words) for words in ("Setting up Postgres", "Seeding", "ready at", *SIGN_INS, "password:")
    ]
    assert positions == sorted(positions)
    assert password_of(folder) in told
    assert "Traceback" not in told


class TestOneDemo:
    """What several tests ask of one that runs."""

    @pytest.fixture(scope="class")
    @classmethod
    def demo(cls, folder):
        with server_process("demo", DATA_DIR=folder) as demo:
            demo.wait_for("Ctrl-C stops it")
            yield demo

    def test_a_second_start_seeds_nothing_anew(self, demo):
        assert "Seeding" not in demo.output
        assert "Setting up" not in demo.output

    def test_everybody_who_is_named_can_sign_in(self, demo, folder):
        password = password_of(folder)
        for email in SIGN_INS:
            sign_in(demo, email, password)
        with pytest.raises(AssertionError, match="unauthenticated"):
            sign_in(demo, SIGN_INS[0], "not the password")

    def test_a_second_demo_on_the_same_data_is_told_so(self, demo, folder, monkeypatch):
        monkeypatch.setattr(launcher, "_LOCK_SECONDS", 0.1)  # the first one will not leave
        answer = run_command("demo", DATA_DIR=folder, PORT=0)
        assert answer.status == 1
        assert answer.err.count("\n") == 1
        assert f"another Production Tool (process {demo.pid}) is running" in answer.err

    def test_a_killed_postgres_comes_back_under_a_running_server(self, demo, folder):
        headers = sign_in(demo, "manager@demo.studio", password_of(folder))
        name = f"Kept {uuid4()}"
        add_project(demo, headers, name)
        [postmaster] = [child for child in psutil.Process(demo.pid).children() if "postgres" in child.name()]
        postmaster.kill()
        demo.wait_for("Postgres had ended and was started again")
        assert name in project_names(demo, headers)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_of_it_in_order(demo, number):
    children = psutil.Process(demo.pid).children(recursive=True)
    assert any("postgres" in child.name() for child in children)
    assert demo.stop(number) == 0
    assert [child for child in children if child.is_running()] == []
    assert "Traceback" not in demo.output


def last_words(socket: ClientConnection) -> str:
    """The last frame before the server closed it."""
    frame = ""
    with suppress(ConnectionClosed):
        while True:
            frame = str(socket.recv(DEADLINE))
    return frame


def test_a_signal_sends_sockets_and_feeds_away_with_a_time_to_come_back(demo, folder):
    """[C10] They are told before they are closed, and by a process that then ends in order."""
    headers = sign_in(demo, "manager@demo.studio", password_of(folder))
    address = demo.url.replace("http", "ws", 1)
    with (
        connect(f"{address}/socket.io/?EIO=4&transport=websocket", proxy=None) as socket,
        connect(f"{address}/api/v1/feed", additional_headers=headers, proxy=None) as feed,
    ):
        socket.send("40" + json.dumps({"token": headers["Authorization"].removeprefix("Bearer ")}))
        while not str(socket.recv(DEADLINE)).startswith('42["welcome"'):
            pass
        feed.send("{}")
        feed.recv(DEADLINE)
        os.kill(demo.pid, signal.SIGTERM)
        name, closing = json.loads(last_words(socket).removeprefix("42"))
        assert (name, closing["code"]) == ("closing", "restart")
        assert closing["retry_after_ms"] > 0
        error = json.loads(last_words(feed))["error"]
        assert (error["code"], error["retryable"]) == ("busy", True)
        assert error["retry_after_ms"] > 0
    assert demo.stop() == 0
    assert "Traceback" not in demo.output


def test_a_second_signal_waits_for_nobody_and_still_ends_in_order(demo):
    """make and a terminal may both pass a signal on."""
    children = psutil.Process(demo.pid).children(recursive=True)
    os.kill(demo.pid, signal.SIGTERM)
    os.kill(demo.pid, signal.SIGINT)
    assert demo.stop(signal.SIGTERM) == 0
    assert [child for child in children if child.is_running()] == []
    assert "Traceback" not in demo.output


def test_what_was_acknowledged_survives_kill_9(folder):
    name = f"Kept {uuid4()}"
    with server_process("demo", DATA_DIR=folder) as demo:
        headers = sign_in(demo, "manager@demo.studio", password_of(folder))
        add_project(demo, headers, name)
        demo.stop(signal.SIGKILL)
        with server_process("demo", DATA_DIR=folder) as again:
            headers = sign_in(again, "manager@demo.studio", password_of(folder))
            assert name in project_names(again, headers)


def test_a_new_password_in_the_environment_is_the_password_from_then_on(folder):
    with server_process("demo", DATA_DIR=folder, DEMO_PASSWORD="a-new-password") as demo:
        demo.wait_for("password: a-new-password")
        sign_in(demo, "artist@demo.studio", "a-new-password")
    assert password_of(folder) == "a-new-password"


def test_secrets_are_readable_by_their_owner_only(folder):
    assert {(folder / name).stat().st_mode & 0o777 for name in ("secret_key", "demo_password")} == {0o600}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_seeding_that_was_stopped_is_finished_by_the_next_start(number):
    with temporary_folder() as folder:
        with server_process("demo", program="tests.harness.halted_demo", DATA_DIR=folder) as half:
            half.wait_for("half of it is seeded")
            half.stop(number)
            assert "ready at" not in half.output
            assert "Traceback" not in half.output
        assert (folder / "seeding").exists()
        with server_process("demo", DATA_DIR=folder) as demo:
            demo.wait_for("Ctrl-C stops it")
            assert "Seeding" in demo.output
            for email in SIGN_INS:
                sign_in(demo, email, password_of(folder))
        assert not (folder / "seeding").exists()

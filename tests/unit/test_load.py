"""`make load` before it begins: what cannot be loaded is said in a sentence, with a status of its own."""

import pytest

from loadtests.run_locust import command_of, main


@pytest.mark.parametrize(
    ("host", "password", "why"),
    [
        ("http://192.0.2.1:8000", "x", "not this machine"),
        ("http://production.example", "x", "not this machine"),
        ("127.0.0.1:8000", "x", "no address of a server"),
        ("http://127.0.0.1:8000", "", "LOAD_PASSWORD is needed"),
        ("http://127.0.0.1:1", "x", "nothing that is ready answers"),
    ],
)
def test_what_cannot_be_loaded_is_told(host, password, why, monkeypatch, capsys):
    monkeypatch.setenv("LOAD_PASSWORD", password)
    assert main(["--host", host]) == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--users", "0"], ["--seconds", "-1"], ["--seconds", "soon"]])
def test_nobody_for_no_time_is_no_load(wrong, capsys):
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert "usage: make load" in capsys.readouterr().err


def test_a_run_ends_by_itself_and_the_page_is_on_loopback_only():
    run = command_of("http://127.0.0.1:8000", users=50, seconds=60)
    assert run[run.index("--run-time") + 1] == "60s"
    page = command_of("http://127.0.0.1:8000", users=50, seconds=60, web=8089)
    assert page[page.index("--web-host") + 1] == "127.0.0.1"
    assert "--headless" not in page

"""The other commands: every "no" is one sentence on one line, and never a traceback."""

import socket

import pytest

from tests.harness.process import run_command, server_process

SECRET = "s" * 40


def sentence(answer) -> str:
    """The one line a refused command writes."""
    assert answer.status == 1, answer
    assert answer.err.startswith("production-tool: ")
    assert answer.err.count("\n") == 1
    assert "Traceback" not in answer.out + answer.err
    return answer.err.removeprefix("production-tool: ").strip()


@pytest.fixture(scope="module")
def database(module_database):
    return {"DATABASE_URL": module_database.dsn, "DATA_DIR": "/nonexistent"}


@pytest.fixture(scope="module")
def studio(database):
    """A studio opened from the command line; its slug and its owner's password."""
    answer = run_command(
        "studio", "create", "Nörd & Süd", "--owner", "anna@x.example", "--zone", "Europe/Berlin", **database
    )
    assert answer.status == 0, answer.err
    assert "Opened the studio Nörd & Süd (nord-sud)" in answer.out
    return "nord-sud", answer.out.split()[-1]


@pytest.fixture(scope="module")
def server(database):
    with server_process("serve", SECRET_KEY=SECRET, **database) as server:
        yield server


def signs_in(server, email: str, password: str) -> bool:
    with server.client() as client:
        answer = client.post("/api/v1/auth/login", json={"email": email, "password": password})
    return answer.status_code == 200


def test_the_owner_of_a_new_studio_signs_in(server, studio):
    assert signs_in(server, "anna@x.example", studio[1])


def test_a_member_is_added_and_signs_in_with_the_given_password(server, studio, database):
    member = ("member", "add", "ben@x.example", "--studio", studio[0], "--password-stdin")
    answer = run_command(*member, text="ben's own password\n", **database)
    assert answer.status == 0, answer.err
    assert "ben's own password" not in answer.out
    assert signs_in(server, "ben@x.example", "ben's own password")
    assert "already" in sentence(run_command(*member, text="another password\n", **database))


def test_a_forgotten_password_is_set_anew(server, studio, database):
    run_command("member", "add", "cem@x.example", "--studio", studio[0], **database)
    answer = run_command("member", "password", "cem@x.example", "--studio", studio[0], **database)
    new = answer.out.split(" with the password ")[1].split(",")[0]
    assert signs_in(server, "cem@x.example", new)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("studio", "create", "X", "--owner", "nobody"), "'nobody' is no e-mail address"),
        (("studio", "create", "X", "--owner", "a@b.example", "--zone", "Mars"), "'Mars' is no time zone"),
        (("studio", "create", "X", "--owner", "a@b.example", "--slug", "A b"), "may hold only a-z"),
        (("studio", "create", " ", "--owner", "a@b.example", "--slug", "x"), "a studio needs a name"),
        (("studio", "create", "Nord Süd", "--owner", "a@b.example"), "slug 'nord-sud' already"),
        (("member", "add", "a@b.example", "--studio", "none"), "there is no studio with the slug 'none'"),
        (
            ("member", "password", "a@b.example", "--studio", "nord-sud"),
            "a@b.example has no account in nord-sud",
        ),
        (("import", "/nonexistent.csv", "--studio", "nord-sud"), "/nonexistent.csv cannot be read"),
    ],
)
def test_a_refused_command_is_one_sentence(studio, database, arguments, expected):
    assert expected in sentence(run_command(*arguments, **database))


def test_a_short_password_is_refused(studio, database):
    answer = run_command(
        "member", "add", "d@x.example", "--studio", "nord-sud", "--password-stdin", text="short\n", **database
    )
    assert "8 to 1000 characters" in sentence(answer)


def test_an_import_reports_rows_and_twice_changes_nothing(studio, database, tmp_path):
    artists = tmp_path / "artists.csv"
    artists.write_text(
        "name;email;skills\nZoë;zoe@x.example;Comp\nÉmile;emile@x.example;Lighting\n", "cp1252"
    )
    command = ("import", artists, "--studio", studio[0])
    dry = run_command(*command, "--dry-run", **database)
    assert "dry run, nothing was written; 2 rows: 2 would be created" in dry.out, dry.out + dry.err
    first, second = (run_command(*command, **database) for _ in range(2))
    assert (first.status, second.status) == (0, 0)
    assert "2 rows: 2 created" in first.out
    assert "2 rows: 2 unchanged" in second.out


def test_a_bad_row_stops_an_import_unless_it_may_be_left_out(studio, database, tmp_path):
    artists = tmp_path / "artists.csv"
    artists.write_text("name,time zone\nGood One,Europe/Paris\nBad One,Mars/Phobos\n")
    command = ("import", artists, "--studio", studio[0])
    stopped = run_command(*command, **database)
    assert stopped.status == 1
    assert "line 3" in stopped.out
    assert "nothing was written" in stopped.out
    assert "1 created" in run_command(*command, "--skip-bad-rows", **database).out


def test_migrating_twice_applies_nothing_the_second_time(empty_database):
    url = {"DATABASE_URL": empty_database.dsn}
    assert "Applied" in run_command("migrate", **url).out
    assert run_command("migrate", **url).out == "Nothing to apply\n"


def test_a_port_in_use_is_one_sentence(database):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = run_command("serve", SECRET_KEY=SECRET, PORT=port, **database)
    assert sentence(answer) == f"port {port} on 127.0.0.1 is in use; choose another with PORT={port + 1}"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"PORT": "many"}, "PORT cannot be used"),
        ({"HOST": "no.such.host.invalid"}, "is no address of this machine"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL cannot be used: expected postgresql://"),
        ({"DATABASE_URL": "postgresql://u:pw@127.0.0.1:1/d"}, "no Postgres listens at that address"),
        ({"DATABASE_URL": "postgresql://u@/d?host=/nowhere"}, "no Postgres listens at that address"),
        ({"DATA_DIR": "/dev/null/x"}, "/dev/null/x cannot be used"),
        ({"REDIS_URL": "http://x"}, "REDIS_URL cannot be used: expected redis://"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL cannot be used"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(settings, expected):
    assert expected in sentence(run_command("serve", **{"PORT": 0, "SECRET_KEY": SECRET, **settings}))


def test_serving_without_a_secret_says_how_to_make_one(database):
    assert "SECRET_KEY is needed" in sentence(run_command("serve", PORT=0, **database))


def test_a_wrong_command_is_a_usage_message():
    answer = run_command("dance")
    assert answer.status == 2
    assert "usage: production-tool" in answer.err


def test_the_log_names_no_secret(server, studio):
    assert SECRET not in server.output
    assert studio[1] not in server.output

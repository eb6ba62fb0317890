"""Where the cluster lies and how it is made: folders with the right owners, `initdb`, role and database."""

import os
import shutil
import tempfile
from pathlib import Path

from server.embedded.account import Account, EmbeddedError
from server.embedded.binaries import Binaries

SUPERUSER = "postgres"
LOGIN_ROLE = "production_tool"
DATABASE = "production_tool"

# Where root's data goes if Postgres, running as `nobody`, cannot enter the folder asked for.
_ROOT_STORE = Path("/var/lib/production-tool")

# The login role is deliberately no superuser: what works here works on anybody's hosted Postgres.
_SET_UP = f"""\
CREATE ROLE {LOGIN_ROLE} LOGIN CREATEROLE;
CREATE DATABASE {DATABASE} OWNER {LOGIN_ROLE};
"""


def open_home(data_dir: Path, major: int, account: Account) -> Path:
    """The folder of this major version inside `data_dir`, made if need be; may be a link to elsewhere."""
    named = data_dir / f"postgres-{major}"
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700 if account.uid is None else 0o711)
        if named.is_symlink() and not named.exists():
            raise EmbeddedError(
                f"{named} points to {named.readlink()}, which is gone; remove it to start empty"
            )
        if named.exists():
            return named.resolve()
        _refuse_other_major(data_dir, named)
        return _make_home(named, account)
    except OSError as error:
        raise EmbeddedError(f"the data folder {data_dir} cannot be used: {error.strerror}") from error


def _refuse_other_major(data_dir: Path, named: Path) -> None:
    others = sorted(path.name for path in data_dir.glob("postgres-*") if (path / "data").exists())
    if others:
        raise EmbeddedError(
            f"{data_dir} holds the data of {others[-1]}, this is {named.name}; "
            "dump with the old version and load with this one, or give a DATABASE_URL"
        )


def _make_home(named: Path, account: Account) -> Path:
    if account.uid is None:
        named.mkdir(mode=0o700)
        return named.resolve()
    named.mkdir()
    named.chmod(0o755)
    if account.can_reach(named):
        return named.resolve()
    _ROOT_STORE.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix=f"{named.name}-", dir=_ROOT_STORE))
    home.chmod(0o755)
    named.rmdir()
    named.symlink_to(home)
    return home


def ensure_cluster(home: Path, binaries: Binaries, account: Account, *, durable: bool) -> Path:
    """The data directory, initialised whole under another name first, so that a crash leaves none or all."""
    data = home / "data"
    if data.exists():
        return data
    partial = home / "data.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    account.give(partial)
    _initdb(partial, binaries, account, durable=durable)
    _set_up(partial, binaries, account)
    partial.rename(data)
    return data


def _initdb(data: Path, binaries: Binaries, account: Account, *, durable: bool) -> None:
    # A locale that is part of Postgres sorts the same on every machine; it is there from 17 on.
    locale = (
        ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if binaries.major >= 17
        else ["--no-locale"]
    )
    command = [
        binaries.program("initdb"),
        f"--pgdata={data}",
        f"--username={SUPERUSER}",
        "--auth=trust",  # the socket's folder is closed to everybody else
        "--encoding=UTF8",
        *locale,
        *([] if durable else ["--no-sync"]),
    ]
    answer = account.run(command)
    if answer.returncode != 0:
        raise EmbeddedError(f"initdb failed: {_last_line(answer.stderr)}")


def _set_up(data: Path, binaries: Binaries, account: Account) -> None:
    """Make the login role and its database in single-user mode, before anybody can connect."""
    command = [binaries.program("postgres"), "--single", "-D", str(data), "postgres"]
    answer = account.run(command, text=_SET_UP)
    if answer.returncode != 0 or "ERROR" in answer.stderr:
        raise EmbeddedError(f"the new database could not be set up: {_last_line(answer.stderr)}")


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"


def open_socket_folder(home: Path, account: Account) -> Path:
    """A folder for the socket that only we may enter, its path one that kernel and clients take."""
    folder = home / "run"
    # The address of a Unix socket holds 104 bytes on macOS and 108 on Linux, its closing zero included;
    # and to a client a comma separates hosts.
    if len(os.fsencode(folder / ".s.PGSQL.5432")) > 103 or "," in str(folder):
        folder = Path(tempfile.mkdtemp(prefix="production-tool-"))
    folder.mkdir(mode=0o700, exist_ok=True)
    account.give(folder)
    return folder

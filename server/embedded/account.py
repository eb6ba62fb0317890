"""Who Postgres runs as: ourselves, or `nobody` where we are root, which Postgres refuses to be."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec


class EmbeddedError(Exception):
    """The embedded Postgres cannot be had; `str()` is one sentence for the person at the terminal."""


class EmbeddedInUse(EmbeddedError):
    """Another process of ours runs the Postgres in `home`."""

    def __init__(self, home: Path, owner: str) -> None:
        super().__init__(f"another Production Tool (process {owner}) is running on {home}")
        self.home = home


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The user that owns the cluster; `uid` is None where that is ourselves."""

    uid: int | None = None
    gid: int | None = None

    def give(self, path: Path) -> None:
        """Hand a file or folder over to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def popen_arguments(self) -> dict[str, Any]:
        """What `subprocess` needs to start a child as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_reach(self, path: Path) -> bool:
        """Whether this account may read `path`, every folder on the way included."""
        if self.uid is None:
            return os.access(path, os.R_OK | os.X_OK)
        return self.run(["test", "-r", str(path), "-a", "-x", str(path)]).returncode == 0

    def run(self, command: Sequence[str], *, text: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a short command to its end as this account, with `text` as its input."""
        try:
            return subprocess.run(  # noqa: S603 - every command is put together here, none comes from outside
                command,
                input=text,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                cwd="/",
                env=clean_environment(),
                **self.popen_arguments(),
            )
        except PermissionError as error:
            raise EmbeddedError(
                f"root may not become another user here ({error}), and Postgres refuses to run as root; "
                "start as a normal user, or give a DATABASE_URL"
            ) from error


def choose_account() -> Account:
    """Ourselves, or `nobody` for root."""
    if os.geteuid() != 0:
        return Account()
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise EmbeddedError("Postgres refuses to run as root, and there is no user `nobody`") from error
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


def clean_environment() -> dict[str, str]:
    """Our environment without what would lead Postgres elsewhere, and with messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}

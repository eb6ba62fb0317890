"""The demo: a studio to look around in, with its secret and password kept beside its data."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from db.emptiness import is_empty
from db.pool import Pool
from server.push.vapid import new_private_key
from server.running import run_server
from server.seed import SIGN_INS, seed_demo
from server.settings import Settings, SettingsError
from server.studios import StudioError, change_password, small_pool, studio_by_slug
from server.terminal import Terminal


def run_demo(settings: Settings, terminal: Terminal) -> None:
    """Start everything the demo needs, seed it if the database is empty, and serve until told to stop."""
    folder = _open_folder(settings.data_dir)
    secret = settings.secret_key or SecretStr(_kept(folder / "secret_key", lambda: secrets.token_urlsafe(48)))
    kept = _kept(folder / "demo_password", lambda: secrets.token_urlsafe(9))
    vapid = settings.vapid_private_key or SecretStr(_kept(folder / "vapid_private_key", new_private_key))
    password = settings.demo_password.get_secret_value() if settings.demo_password else kept
    present = True

    async def prepare(dsn: str) -> None:
        nonlocal present
        async with small_pool(dsn) as pool:
            await _seed(dsn, pool, folder / "seeding", password, terminal)
            present = await _is_there(pool)
            if present and password != kept:
                await _change_passwords(pool, password)
                _write(folder / "demo_password", password)

    def announce(address: str) -> None:
        for line in sign_in_lines(address, password if present else None):
            terminal.say(line)

    run_server(
        settings.model_copy(update={"secret_key": secret, "vapid_private_key": vapid, "mail_preview": True}),
        terminal,
        prepare=prepare,
        on_ready=announce,
    )


def sign_in_lines(address: str, password: str | None) -> list[str]:
    """What to tell the person who started the demo; no sign-ins where the database is somebody else's."""
    if password is None:
        return [
            "",
            f"  Production Tool is ready at {address}",
            "  The database holds a studio of its own.",
            "",
        ]
    return [
        "",
        f"  Production Tool is ready at {address}",
        "",
        *(f"    {email:<22} {words}" for _, email, words in SIGN_INS),
        "",
        f"    password: {password}",
        f"    e-mails:  {address}/mail",
        "",
        "  Ctrl-C stops it.",
        "",
    ]


async def _seed(dsn: str, pool: Pool, mark: Path, password: str, terminal: Terminal) -> None:
    """Seed an empty database. A start that was killed half way is taken up again, by its mark."""
    if not (mark.exists() or await is_empty(dsn)):
        return
    mark.touch()
    terminal.say("Seeding the demo studio")
    await seed_demo(pool, password=password, tell=terminal.progress)
    mark.unlink()


async def _is_there(pool: Pool) -> bool:
    try:
        await studio_by_slug(pool, SIGN_INS[0][0])
    except StudioError:
        return False
    return True


async def _change_passwords(pool: Pool, password: str) -> None:
    for slug, email, _ in SIGN_INS:
        await change_password(pool, await studio_by_slug(pool, slug), email, password)


def _open_folder(folder: Path) -> Path:
    """The data folder; root's may be passed through, by the user that Postgres runs as, but not read."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise SettingsError(f"DATA_DIR {folder} cannot be used: {error.strerror}") from error
    return folder


def _kept(path: Path, make: Callable[[], str]) -> str:
    """A secret made once and read ever after, by its owner only."""
    try:
        text = path.read_text().strip()
        return text or _write(path, make())
    except FileNotFoundError:
        return _write(path, make())
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error


def _write(path: Path, text: str) -> str:
    """Write whole or not at all, closed to others from the first byte."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{text}\n")
        partial.replace(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}") from error
    return text

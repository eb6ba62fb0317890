"""The words files use for columns, levels, states, months and days, as `words.toml` lists them."""

from __future__ import annotations

import functools
import tomllib
import unicodedata
from collections.abc import Mapping
from importlib import resources
from typing import Any

import msgspec


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What each plain word means (see `plain`); `columns` has the plain words of each column."""

    columns: Mapping[str, Mapping[str, tuple[str, ...]]]
    levels: Mapping[str, int]
    booking_status: Mapping[str, str]
    project_status: Mapping[str, str]
    yes_no: Mapping[str, str]
    months: Mapping[str, int]
    weekdays: Mapping[str, tuple[int, ...]]
    currencies: Mapping[str, str]
    colours: Mapping[str, str]


def plain(word: str) -> str:
    """Return `word` without case, accents, spaces and punctuation."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in parts if character.isalnum())


@functools.cache
def words() -> Words:
    """Return the vocabulary, read once."""
    raw = tomllib.loads(resources.files("server.imports").joinpath("words.toml").read_text("utf-8"))
    return Words(
        columns={
            kind: {key: tuple(map(plain, names)) for key, names in keys.items()}
            for kind, keys in raw["columns"].items()
        },
        levels={word: int(level) for word, level in _meanings(raw["levels"]).items()},
        booking_status=_meanings(raw["booking_status"]),
        project_status=_meanings(raw["project_status"]),
        yes_no=_meanings(raw["yes_no"]),
        months={word: int(month) for word, month in _meanings(raw["months"]).items()},
        weekdays={word: _days(days) for word, days in _meanings(raw["weekdays"]).items()},
        currencies={sign: code for code, signs in raw["currencies"].items() for sign in signs},
        colours=raw["colours"],
    )


def _meanings(table: dict[str, Any]) -> dict[str, str]:
    return {plain(name): meaning for meaning, names in table.items() for name in names}


def _days(text: str) -> tuple[int, ...]:
    first, _, last = text.partition("-")
    return tuple(range(int(first), int(last or first) + 1))

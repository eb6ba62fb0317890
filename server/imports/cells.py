"""Numbers, rates, skills, tags, colours, zones and states as people write them into a cell."""

from __future__ import annotations

import functools
import re
import zoneinfo
from collections.abc import Mapping

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from scheduling.model import Rate, Skill, Status
from server.imports.problems import Fault, did_you_mean, fold
from server.imports.words import plain, words

HOURS_A_DAY = 8
"""Working hours that one day's rate pays for, where a file gives the price of an hour."""

_NUMBER = re.compile(r"[+-]?\d[\d.,'’\s]*$")
_YEARS = re.compile(
    r"(?P<n>\d+(?:[.,]\d+)?)\s*\+?\s*(?:years?|yrs?|y|jahren?|jahre?|j|années?|ans?|a|años?)\.?\b",
    re.IGNORECASE,
)
_SKILL = re.compile(
    r"(?P<name>[^()\[\]:=]+?)\s*(?:[:=]\s*(?P<after>.+)|[(\[](?P<inside>[^()\[\]]*)[)\]])?$", re.DOTALL
)
_PER_HOUR = re.compile(
    r"(?:/|\b(?:per|pro|par|por|a|je)\b)?\s*(?<![^\W\d_])(?:hours?|hrs?|hr|h|std\.?|stunden?|heures?|horas?)\.?$",
    re.IGNORECASE,
)
_PER_DAY = re.compile(
    r"(?:/|\b(?:per|pro|par|por|a|je)\b)?\s*(?<![^\W\d_])(?:days?|d|tage?|t|jours?|j|días?|dias?|daily)\.?$",
    re.IGNORECASE,
)


def parse_number(text: str) -> float | None:
    """Return the number in `text` with decimal point or comma, or None.

    Where both signs occur the last one is the decimal sign. A single sign before exactly three digits
    separates thousands: money and years are not written with three decimals.
    """
    text = text.strip()
    if not _NUMBER.match(text):
        return None
    digits = re.sub(r"[\s'’]", "", text)
    last = max(digits.rfind("."), digits.rfind(","))
    if last == -1:
        return float(digits)
    sign = digits[last]
    whole, fraction = digits[:last], digits[last + 1 :]
    if digits.count(sign) > 1 or (
        len(fraction) == 3 and not {".", ","} & set(whole) and whole.lstrip("+-") != "0"
    ):
        whole, fraction = whole + fraction, ""
    return float(re.sub(r"[.,]", "", whole) + "." + (fraction or "0"))


def parse_rate(text: str, currency: str | None, default_currency: str) -> Rate | Fault:
    """Return the price of a day in `text`; “65 €/h” is eight hours of 65.

    `currency` is the cell of a currency column, `default_currency` what holds where nobody says.
    """
    found = re.match(
        r"(?P<before>[^\d+-]*)(?P<number>[+-]?\d[\d.,'’\s]*)(?P<after>.*)$", text.strip(), re.DOTALL
    )
    amount = parse_number(found["number"]) if found is not None else None
    if found is None or amount is None or amount < 0 or amount > 1e9:
        return _bad_rate()
    code = currency_of(currency) if currency is not None else None
    rest = found["after"].strip()
    factor = 1
    for pattern, times in ((_PER_HOUR, HOURS_A_DAY), (_PER_DAY, 1)):
        unit = pattern.search(rest)
        if unit is not None:
            rest, factor = rest[: unit.start()].strip().rstrip("/"), times
            break
    spelled = f"{found['before']} {rest}".strip()
    if spelled and currency is None:
        code = currency_of(spelled)
    elif currency is None:
        code = default_currency
    return Rate(amount=round(amount * factor, 2), currency=code) if code is not None else _bad_rate()


def currency_of(text: str) -> str | None:
    """Return the ISO 4217 code that a code or sign stands for, or None."""
    sign = text.strip().strip(".").casefold()
    known = words().currencies.get(sign)
    if known is not None:
        return known
    return sign.upper() if re.fullmatch(r"[a-z]{3}", sign) else None


def parse_skills(text: str) -> tuple[Skill, ...] | Fault:
    """Return the skills of “Compositing:senior; Roto (3); FX (lead, 5 years)”, each once at its best."""
    items = _split(text, ";\n")
    if len(items) == 1:
        items = _split(text, ",;|\n")
    skills: dict[str, Skill] = {}
    for item in items:
        skill = _skill(item)
        if isinstance(skill, Fault):
            return skill
        earlier = skills.get(fold(skill.name))
        if earlier is None or earlier.level < skill.level:
            skills[fold(skill.name)] = skill
    if len(skills) > 60:
        return Fault(code="bad_skill", reason=f"{len(skills)} skills are too many", expected="at most 60")
    return tuple(skills.values())


def _split(text: str, separators: str) -> list[str]:
    """Return what stands between separators outside of brackets, spaces made single, empty parts left out."""
    parts: list[list[str]] = [[]]
    depth = 0
    for character in text:
        depth = max(0, depth + (character in "([") - (character in ")]"))
        if depth == 0 and character in separators:
            parts.append([])
        else:
            parts[-1].append(character)
    return [part for part in (" ".join("".join(part).split()) for part in parts) if part]


def _skill(item: str) -> Skill | Fault:
    found = _SKILL.match(item)
    if found is None or len(found["name"]) > 80:
        return _bad_skill(item)
    name = found["name"]
    detail = found["after"] or found["inside"] or ""
    years = _YEARS.search(detail)
    count = parse_number(years["n"]) if years is not None else 0.0
    said = fold_words(detail if years is None else detail[: years.start()] + detail[years.end() :])
    level = 3
    for word in said:
        number = int(word) if word.isdigit() else words().levels.get(plain(word), -1)
        if not 0 <= number <= 10:
            return _bad_skill(item)
        level = number
    if count is None or count > 80 or len(said) > 1:
        return _bad_skill(item)
    return Skill(name=name, level=level, years=count)


def fold_words(text: str) -> list[str]:
    """Return the words of a skill's detail, without joining signs and the word “level”."""
    said = re.split(r"[\s,:/|;()\[\]-]+", text.casefold())
    return [word for word in said if word and word not in {"level", "lvl", "stufe", "niveau", "nivel"}]


def parse_tags(text: str) -> tuple[str, ...] | Fault:
    """Return the tags between `,`, `;`, `|` or line ends, each once, in order."""
    tags = tuple(dict.fromkeys(tag.strip() for tag in re.split(r"[,;|\n]", text) if tag.strip()))
    if len(tags) > 40 or any(len(tag) > 60 for tag in tags):
        return Fault(
            code="bad_tags", reason="too many or too long tags", expected="at most 40 of 60 characters"
        )
    return tags


def parse_colour(text: str) -> str | Fault:
    """Return `#rrggbb` for “#4F7CAC”, “4f7cac”, “#abc” or a plain English colour name."""
    digits = text.strip().casefold().removeprefix("#")
    if digits in words().colours:
        return words().colours[digits]
    if re.fullmatch(r"[0-9a-f]{3}", digits):
        digits = "".join(character * 2 for character in digits)
    if re.fullmatch(r"[0-9a-f]{6}", digits):
        return f"#{digits}"
    return Fault(code="bad_colour", reason="this is not a colour", expected="a colour such as #4f7cac")


def parse_yes_no(text: str) -> bool | Fault:
    """Return the answer in a yes-or-no cell."""
    answer = words().yes_no.get(plain(text))
    if answer is not None:
        return answer == "yes"
    return Fault(code="bad_value", reason="this is neither yes nor no", expected="yes or no")


def parse_zone(text: str) -> str | Fault:
    """Return the IANA name of the time zone `text` names (IANA or Windows name, any case)."""
    zone = zone_named(text)
    if zone is not None:
        return zone
    cities = {name.rpartition("/")[2].replace("_", " "): name for name in zones().values()}
    city = cities.get(text.strip().title())
    expected = (
        f"did you mean “{city}”?"
        if city
        else did_you_mean(text, zones().values(), "a name such as Europe/Berlin")
    )
    return Fault(code="bad_zone", reason="there is no time zone of this name", expected=expected)


def zone_named(text: str) -> str | None:
    """Return the IANA name for an IANA or Windows time zone name, or None."""
    name = text.strip().strip('"').casefold()
    known = zones().get(name)
    if known is not None:
        return known
    windows = _windows_zones().get(name)
    return zones().get(windows.casefold()) if windows is not None else None


@functools.cache
def zones() -> Mapping[str, str]:
    """IANA zone names by their lower case."""
    return {
        name.casefold(): name
        for name in zoneinfo.available_timezones()
        if name not in {"localtime", "Factory"}
    }


@functools.cache
def _windows_zones() -> Mapping[str, str]:
    return {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}


def parse_booking_status(text: str) -> Status | Fault | None:
    """Return hold, pencil or confirmed; None for a booking that has ended."""
    known = words().booking_status.get(plain(text))
    if known is not None:
        return None if known == "ended" else Status(known)
    return Fault(
        code="bad_status", reason="this is not a booking's status", expected="hold, pencil or confirmed"
    )


def parse_project_status(text: str) -> str | Fault:
    """Return a project's status."""
    known = words().project_status.get(plain(text))
    if known is not None:
        return known
    return Fault(
        code="bad_status",
        reason="this is not a project's status",
        expected="tentative, active, on hold, delivered or archived",
    )


def _bad_rate() -> Fault:
    return Fault(
        code="bad_rate",
        reason="this is not a rate",
        expected="a day's price such as 450, 450,50 € or 65 EUR/h",
    )


def _bad_skill(item: str) -> Fault:
    return Fault(
        code="bad_skill",
        reason=f"“{item[:60]}” is not a skill with a level",
        expected="skills such as “Compositing:senior; Roto (3); FX (lead, 5 years)”",
    )

"""What an API key may be allowed: the closed list of scopes, and which one each command needs."""

from __future__ import annotations

import enum


class Scope(enum.StrEnum):
    """One permission of an API key; docs/subsystems/auth.md says what each opens."""

    SCHEDULE_READ = "schedule:read"
    EVENTS_READ = "events:read"
    BOOKINGS_WRITE = "bookings:write"
    PROJECTS_WRITE = "projects:write"
    PEOPLE_WRITE = "people:write"
    HISTORY_WRITE = "history:write"
    IMPORTS_WRITE = "imports:write"
    SETTINGS_WRITE = "settings:write"
    MEMBERS_MANAGE = "members:manage"
    KEYS_MANAGE = "keys:manage"
    WEBHOOKS_MANAGE = "webhooks:manage"
    CALENDARS_MANAGE = "calendars:manage"


_OF_NOUN = {
    "booking": Scope.BOOKINGS_WRITE,
    "series": Scope.BOOKINGS_WRITE,
    "challenge": Scope.BOOKINGS_WRITE,
    "project": Scope.PROJECTS_WRITE,
    "phase": Scope.PROJECTS_WRITE,
    "dependency": Scope.PROJECTS_WRITE,
    "milestone": Scope.PROJECTS_WRITE,
    "scenario": Scope.PROJECTS_WRITE,
    "scenario_change": Scope.PROJECTS_WRITE,
    "artist": Scope.PEOPLE_WRITE,
    "time_off": Scope.PEOPLE_WRITE,
    "holiday": Scope.PEOPLE_WRITE,
    "holidays": Scope.PEOPLE_WRITE,
    "availability": Scope.PEOPLE_WRITE,
    "pattern": Scope.PEOPLE_WRITE,
    "portfolio": Scope.PEOPLE_WRITE,
    "member": Scope.MEMBERS_MANAGE,
    "tenant": Scope.SETTINGS_WRITE,
    "history": Scope.HISTORY_WRITE,
    # Several commands in one: the envelope as such opens nothing, each item is looked at by itself.
    "bulk": None,
}


def known_noun(noun: str) -> bool:
    """Whether it has been decided what a key needs for the commands of this noun."""
    return noun in _OF_NOUN


def scope_of_noun(noun: str) -> Scope | None:
    """What a key needs to change things of this kind; None where no scope opens it."""
    return _OF_NOUN.get(noun)

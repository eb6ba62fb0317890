"""What a command needs to know: which rows the write path must load before deciding it."""

from scheduling.scope.commands import claims_of, first_needs, further_needs, last_needs
from scheduling.scope.needs import NOTHING, Needs, Window, needs_of

__all__ = [
    "NOTHING",
    "Needs",
    "Window",
    "claims_of",
    "first_needs",
    "further_needs",
    "last_needs",
    "needs_of",
]

"""What people ask for: one frozen struct per operation, tagged with its wire name.

A command says what should become true, in the imperative. Fields that an edit leaves out are
`UNSET` and stay as they are; fields given as null are cleared.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from scheduling.commands.base import *
from scheduling.commands.bookings import *
from scheduling.commands.challenges import *
from scheduling.commands.history import *
from scheduling.commands.people import *
from scheduling.commands.scenarios import *
from scheduling.commands.series import *
from scheduling.commands.time_off import *
from scheduling.commands.work import *

SingleCommand: TypeAlias = (
    TimeOffCommand
    | ChallengeCommand
    | BookingCommand
    | SeriesCommand
    | ScenarioCommand
    | WorkCommand
    | PeopleCommand
    | UndoCommand
    | RestoreCommand
)


Command: TypeAlias = SingleCommand | ApplyBulk


COMMANDS: dict[str, type[Any]] = {str(cls.__struct_config__.tag): cls for cls in Command.__args__}
"""Every operation by its wire name."""


def op_of(command: Command) -> str:
    """The wire name of a command, as in `booking.move`."""
    return str(command.__struct_config__.tag)

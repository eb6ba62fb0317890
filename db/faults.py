"""What a database exception means to the caller, so that only this room knows SQLSTATEs."""

from __future__ import annotations

import enum

import asyncpg

from db.pool import CONNECTION_FAULTS


class Fault(enum.Enum):
    """Kinds of database faults by what to do about them."""

    EXCLUSION = "two exclusive bookings would overlap"
    FOREIGN_KEY = "a row names another that does not exist"
    DATA = "a value or a row the database refuses"
    TRANSIENT = "deadlock, serialisation or lock timeout: try again"
    UNAVAILABLE = "no database, or the outcome of a commit is unknown"


def fault_of(error: BaseException) -> Fault | None:
    """The kind of fault, or None where the exception is not the database's."""
    match error:
        case asyncpg.ExclusionViolationError():
            return Fault.EXCLUSION
        case asyncpg.ForeignKeyViolationError():
            return Fault.FOREIGN_KEY
        case asyncpg.DeadlockDetectedError() | asyncpg.SerializationError() | asyncpg.LockNotAvailableError():
            return Fault.TRANSIENT
        case asyncpg.IntegrityConstraintViolationError() | asyncpg.DataError():
            return Fault.DATA
        case asyncpg.InternalClientError():
            return Fault.UNAVAILABLE  # the connection broke while asyncpg was taking it up or putting it down
        case asyncpg.PostgresConnectionError() | asyncpg.OperatorInterventionError():
            return Fault.UNAVAILABLE
        case _ if isinstance(error, CONNECTION_FAULTS) and not isinstance(error, ValueError):
            return Fault.UNAVAILABLE
        case _:
            return None

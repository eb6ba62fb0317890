"""Golden decisions: what the server answers to random commands, for clients that foresee it.

`python -m tests.harness.decisions` writes them anew. A client shows the effect of a command before
the server has spoken; the TypeScript engine is held to these files, so that it guesses by the rules.
"""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from immutables import Map

from realtime.protocol import CommandRequest
from scheduling.decide import Accepted, Outcome
from scheduling.model import Booking, Entity, with_changes
from scheduling.permissions import Actor
from scheduling.state import State, Touched, snapshot
from tests.harness.golden import random_action
from tests.harness.tenancy import Tenancy

FOLDER = Path(__file__).parents[1] / "golden" / "decisions"
SEEDS = range(4)
STEPS = 90
SERVER_ONLY = frozenset({"booking.expire", "challenge.lapse"})
"""Operations that no client asks for."""
UNFORESEEN = SERVER_ONLY | {
    "booking.counter",
    "booking.answer_counter",
    "challenge.open",
    "challenge.answer",
    "challenge.withdraw",
    "time_off.request",
    "time_off.answer",
    "time_off.cancel",
    "series.place",
    "series.edit",
    "series.release",
    "project.shift",
    "history.restore",
    "scenario.rebase",
    "scenario.commit",
}
"""Operations whose effect a client shows only once the server has spoken."""


def story(seed: int) -> dict[str, Any]:
    """A studio's state, then one command after the other with its answer and what it changed."""
    rng = random.Random(1_000 + seed)
    studio = Tenancy()
    for _ in range(12):
        studio.step(random_action(rng))
    start = _plain(snapshot(studio.state))
    steps = [step for step in (_step(studio, rng) for _ in range(STEPS)) if step]
    return {"name": f"decisions-{seed}", "at": _plain(studio.now), "state": start, "steps": steps}


def _step(studio: Tenancy, rng: random.Random) -> dict[str, Any] | None:
    actor, envelope = studio.request(random_action(rng))
    before, args = _plain(snapshot(studio.state)), json.loads(bytes(envelope.args))
    snaps = _snaps(studio.state, args)
    undone = _undone(studio, args) if envelope.op == "history.undo" else None
    there = _run_there(studio, actor, envelope)
    outcome = studio.run(actor, envelope)
    changes = _changes(before, _plain(snapshot(studio.state)))
    return {
        "id": str(envelope.id),
        "op": envelope.op,
        "args": args,
        "me": _me(actor),
        "foreseen": not snaps
        and there == _told(outcome)
        and _foreseen(envelope.op, actor, changes, undone)
        and (envelope.op != "phase.move" or _moves_alone(args, changes)),
        "undone": undone,
        "code": None if isinstance(outcome, Accepted) else outcome.code.value,
        "changes": changes,
    }


def _run_there(studio: Tenancy, actor: Actor, envelope: CommandRequest) -> object:
    """What it would do if nobody were away: a client does not look at time off when it guesses."""
    other = copy.copy(studio)
    other.events, other.past = list(studio.events), list(studio.past)
    other.state = with_changes(studio.state, away=Map())
    return _told(other.run(actor, envelope))


def _told(outcome: Outcome) -> object:
    return outcome.events if isinstance(outcome, Accepted) else outcome.code


def _snaps(state: State, args: dict[str, Any]) -> bool:
    """Whether whole or half days are meant, which the server finds on the clock of a zone."""
    booking = state.bookings.get(UUID(args["booking_id"])) if "booking_id" in args else None
    return args.get("granularity", "time") != "time" or (
        booking is not None and booking.granularity != "time"
    )


def _moves_alone(args: dict[str, Any], changes: dict[str, Any]) -> bool:
    """Whether a phase was given its place and took nothing along: the rest follows from calendars."""
    if "end" not in args or args["with_bookings"] or changes.keys() - {"phases"}:
        return False
    return all(phase["id"] == args["phase_id"] for phase in changes.get("phases", {}).get("upserted", ()))


def _foreseen(op: str, actor: Actor, changes: dict[str, Any], undone: dict[str, Any] | None) -> bool:
    """Whether a client shows the effect before the answer; what a challenge makes of it, it does not."""
    if op in UNFORESEEN or actor.role == "system" or {"challenges", "times_off"} & changes.keys():
        return False
    return not any(t["kind"] in {"challenge", "time_off"} for t in (undone or {}).get("touched", ()))


def _me(actor: Actor) -> dict[str, Any]:
    artist_id = str(actor.artist_id) if actor.artist_id else None
    return {"id": str(actor.id), "name": actor.name, "role": actor.role, "artist_id": artist_id}


def _undone(studio: Tenancy, args: dict[str, Any]) -> dict[str, Any] | None:
    """What the command to undo did, and who sent it: a client knows this of its own commands."""
    record = studio.state.records.get(UUID(args["command_id"]))
    if record is None:
        return None
    touched = [_images(t) for t in record.touched if not t.rank_only]
    return {"actor_id": str(record.actor_id), "touched": touched}


def _images(touched: Touched) -> dict[str, Any]:
    return {
        "kind": touched.kind,
        "id": str(touched.id),
        "before": _image(touched.before),
        "after": None if touched.deleted else _image(touched.after),
    }


def _image(entity: Entity | None) -> Any:
    """An entity as a replica holds it: ended bookings are not held."""
    if entity is None or (isinstance(entity, Booking) and not entity.live):
        return None
    return _plain(entity)


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """By plural kind: entities that came or changed, and ids of those that went."""
    changes: dict[str, Any] = {}
    if before["tenant"] != after["tenant"]:
        changes["tenant"] = after["tenant"]
    for plural in sorted(before.keys() - {"tenant"}):
        known = {e["id"]: e for e in before[plural]}
        upserted = [e for e in after[plural] if known.get(e["id"]) != e]
        removed = sorted(known.keys() - {e["id"] for e in after[plural]})
        if upserted or removed:
            changes[plural] = {"upserted": upserted, "removed": removed}
    return changes


def _plain(value: object) -> Any:
    return json.loads(msgspec.json.encode(value))


def write_all() -> None:
    """Write the files anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS:
        text = json.dumps(story(seed), separators=(",", ":"), sort_keys=True)
        (FOLDER / f"decisions-{seed}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_all()

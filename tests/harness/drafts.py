"""Random scenarios: what an abstract action draws, drops, settles and commits on a given state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from scheduling.decide import Context
from scheduling.model import Booking
from scheduling.permissions import system_actor
from scheduling.scenarios import ScenarioDifference, difference, stand, window_of
from scheduling.state import State, draft_of

if TYPE_CHECKING:
    from tests.harness.actions import Action
    from tests.harness.tenancy import Tenancy


class Names:
    """Where times begin, and how ids are made; the harness of actions says it."""

    def __init__(self, now: datetime, ident: Any) -> None:
        self.now = now
        self.ident = ident


def scenario_args(action: Action, state: State, number: int, names: Names) -> dict[str, Any]:
    """The arguments of a scenario command; mostly of one that is open and has something to do it to."""
    ident = names.ident
    known = sorted(state.scenarios)
    opened = [i for i in known if state.scenarios[i].open]
    if action.op in {"scenario.commit", "scenario.rebase", "scenario.drop_change"}:
        opened = [i for i in opened if draft_of(state, i)] or opened
    pool = known if action.choice == 5 else opened
    scenario_id = pool[action.entity % len(pool)] if pool else ident("nothing")
    match action.op:
        case "scenario.add":
            changes = wishes_of(action, state, number, names) if action.choice else []
            return {"id": ident("scenario", number), "name": f"Plan {number}", "changes": changes}
        case "scenario.edit":
            return {"scenario_id": scenario_id, "name": f"Plan {action.choice}"}
        case "scenario.change":
            return {"scenario_id": scenario_id, "changes": wishes_of(action, state, number, names)}
        case "scenario.drop_change":
            return {
                "scenario_id": scenario_id,
                "booking_ids": _some(action, _held(state, scenario_id), ident),
            }
        case "scenario.rebase":
            held = _held(state, scenario_id)
            chosen = held[action.other % len(held) :][:2] if held and action.choice else []
            take = ("mine", "live")[action.choice % 2]
            return {"scenario_id": scenario_id, "take": {str(booking_id): take for booking_id in chosen}}
        case "scenario.commit":
            scenario = state.scenarios.get(scenario_id)
            base = {"base_version": max(1, scenario.version - 1)} if scenario and action.stale == 3 else {}
            return {"scenario_id": scenario_id, **base}
        case _:
            return {"scenario_id": scenario_id}


def _held(state: State, scenario_id: UUID) -> list[UUID]:
    return sorted(draft_of(state, scenario_id))


def _some(action: Action, held: Sequence[UUID], ident: Any) -> list[UUID]:
    return [held[action.other % len(held)]] if held else [ident("nothing")]


def wishes_of(action: Action, state: State, number: int, names: Names) -> list[dict[str, Any]]:
    """One to three wishes: a new booking, a move, an end, of bookings that are there."""
    live = [b for _, b in sorted(state.bookings.items()) if b.live]
    wishes = [_wish(action, n, live, number, names) for n in range(1 + action.length % 3)]
    unique = {wish["booking_id"]: wish for wish in wishes}
    return list(unique.values())


def _wish(action: Action, n: int, live: Sequence[Booking], number: int, names: Names) -> dict[str, Any]:
    start = names.now + timedelta(hours=(action.start + 5 * n) % 13)
    span = {"start": start, "end": start + timedelta(hours=action.length)}
    artist_id = names.ident("artist", (action.artist + n) % 3)
    kind = (action.other + n) % 5
    if kind < 2 or not live:
        status = ("hold", "hold", "pencil")[(action.choice + n) % 3]
        booking_id = names.ident("drawn", number, n)
        change_id = {"id": names.ident("change", number, n)}
        return {"action": "place", "booking_id": booking_id, "artist_id": artist_id, "status": status} | (
            {"title": f"Drawn {number}", **span, **change_id}
        )
    booking_id = live[(action.entity + 7 * n) % len(live)].id
    about = {"booking_id": booking_id, "confirmed": action.stale == 1, "id": names.ident("change", number, n)}
    if kind == 2:
        return {"action": "end", "reason": "not needed", **about}
    where = {"artist_id": artist_id} if action.choice > 2 else {}
    return {"action": "move", **about, **(span if action.choice != 3 else {}), **where}


def difference_at(studio: Tenancy, scenario_id: UUID) -> ScenarioDifference:
    """The difference a studio in memory would be told, with no window but the scenario's own."""
    context = Context(
        actor=system_actor(studio.state.tenant.id),
        now=studio.now,
        command_id=scenario_id,
        head=len(studio.events),
        drifted=studio.drifted(scenario_id),
    )
    standing = stand(studio.state, scenario_id, context)
    scenario = studio.state.scenarios[scenario_id]
    return difference(standing, scenario, len(studio.events), window_of(standing), studio.state)

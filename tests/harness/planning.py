"""A desk with one open scenario on it, and how its changes are said."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from scheduling.decide import Accepted
from scheduling.model import ScenarioChange
from scheduling.refusals import Refused
from scheduling.scenarios import ScenarioDifference
from scheduling.state import draft_of
from tests.harness.desk import Desk, days, ident
from tests.harness.drafts import difference_at

PLAN = ident("plan")


class Planning(Desk):
    """A desk with one open scenario."""

    def __init__(self) -> None:
        super().__init__()
        self.do("scenario.add", {"id": PLAN, "name": "Plan B"})

    def draw(self, *wishes: dict[str, Any], **kwargs: Any) -> tuple[Any, ...]:
        return self.do("scenario.change", {"scenario_id": PLAN, "changes": list(wishes)}, **kwargs)

    def refuse_draw(self, code: str, *wishes: dict[str, Any]) -> Refused:
        return self.refused(code, "scenario.change", {"scenario_id": PLAN, "changes": list(wishes)})

    def commit(self, **args: Any) -> tuple[Any, ...]:
        return self.do("scenario.commit", {"scenario_id": PLAN, **args})

    def refuse_commit(self, *kinds: str) -> Refused:
        refused = self.ask("scenario.commit", {"scenario_id": PLAN})
        assert isinstance(refused, Refused)
        assert refused.data is not None
        assert tuple(item.kind for item in refused.data.items) == kinds
        return refused

    def rebase(self, **take: str) -> Any:
        """Settle by booking; what still does not fit."""
        outcome = self.ask("scenario.rebase", {"scenario_id": PLAN, "take": take})
        assert isinstance(outcome, Accepted), outcome
        return {i: c.kind for i, c in getattr(outcome.report, "conflicts").items()}  # noqa: B009

    def drawn(self, booking_id: UUID) -> ScenarioChange:
        return draft_of(self.state, PLAN)[booking_id]

    def difference(self) -> ScenarioDifference:
        return difference_at(self, PLAN)

    @property
    def version(self) -> int:
        return self.state.scenarios[PLAN].version


def placing(artist_id: UUID, first: int, last: int | None = None, **fields: Any) -> dict[str, Any]:
    name = ident("drawn", str(artist_id), first)
    return {"action": "place", "booking_id": name, "artist_id": artist_id, **days(first, last), **fields}


def moving(booking_id: UUID, first: int | None = None, **fields: Any) -> dict[str, Any]:
    return {"action": "move", "booking_id": booking_id, **(days(first) if first else {}), **fields}


def ending(booking_id: UUID, **fields: Any) -> dict[str, Any]:
    return {"action": "end", "booking_id": booking_id, **fields}

"""A small model of the trade, written from `domain.md` and from none of our code: hours, numbers, sets.

Time is cut into hours. A booking holds some of them, each under a claim number; a place in line is the
count of lower numbers there. The model says yes or why not, and what every live claim is afterwards;
the write path on a real database is held against it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

HOUR = timedelta(hours=1)
LIVE = ("hold", "pencil", "confirmed")
EXCLUSIVE = ("pencil", "confirmed")
YES = "ok"


@dataclass
class Claim:
    """A booking: `cells` are the hours it holds, each with the number under which it does."""

    id: str
    artist: str
    cells: dict[int, int]
    status: str = "hold"
    answered: str = "none"
    standby: bool = False
    proposal: tuple[int, int] | None = None
    answer_by: datetime | None = None
    expires: datetime | None = None
    paused: datetime | None = None

    @property
    def live(self) -> bool:
        return self.status in LIVE

    @property
    def span(self) -> tuple[int, int]:
        return min(self.cells), max(self.cells) + 1

    def copy(self) -> Claim:
        return replace(self, cells=dict(self.cells))


@dataclass
class Demand:
    """A challenge: until when each higher claim has to answer, and what became of it."""

    id: str
    artist: str
    claim: str
    waits: dict[str, datetime]
    state: str = "open"
    confirm_by: datetime | None = None
    closed: bool = False

    def copy(self) -> Demand:
        return replace(self, waits=dict(self.waits))


@dataclass
class Away:
    """Time off: its hours, and whether it was approved."""

    id: str
    artist: str
    cells: set[int]
    state: str = "requested"

    def copy(self) -> Away:
        return replace(self, cells=set(self.cells))


Thing = TypeVar("Thing", Claim, Demand, Away)


def copies(things: Mapping[str, Thing]) -> dict[str, Thing]:
    """The same things, to be changed without changing these."""
    return {key: thing.copy() for key, thing in things.items()}


@dataclass
class Small:
    """A studio's trade at one moment."""

    start: datetime
    now: datetime
    next_number: int = 1
    claims: dict[str, Claim] = field(default_factory=dict)
    demands: dict[str, Demand] = field(default_factory=dict)
    away: dict[str, Away] = field(default_factory=dict)

    def copy(self) -> Small:
        return replace(self, claims=copies(self.claims), demands=copies(self.demands), away=copies(self.away))

    # -- the line ------------------------------------------------------------------------

    def rivals(self, claim: Claim) -> list[Claim]:
        """Other live claims of the artist that share an hour."""
        return [
            c
            for c in self.claims.values()
            if c.live
            and c.id != claim.id
            and c.artist == claim.artist
            and c.cells.keys() & claim.cells.keys()
        ]

    def ahead(self, claim: Claim) -> list[Claim]:
        """Rivals that stand before it on some shared hour."""
        return [
            r
            for r in self.rivals(claim)
            if any(r.cells[h] < claim.cells[h] for h in r.cells.keys() & claim.cells)
        ]

    def ranks(self, claim: Claim) -> dict[int, int]:
        """The place in line at each hour."""
        rivals = self.rivals(claim)
        return {h: 1 + sum(1 for r in rivals if r.cells.get(h, n) < n) for h, n in claim.cells.items()}

    def is_away(self, claim: Claim) -> bool:
        return any(
            a.state == "approved" and a.artist == claim.artist and a.cells & claim.cells.keys()
            for a in self.away.values()
        )

    def fits(self, claim: Claim) -> str:
        """Who excludes whom, as the table says."""
        if self.is_away(claim):
            return "conflict"
        if claim.status in EXCLUSIVE:
            if any(r.status in EXCLUSIVE for r in self.rivals(claim)):
                return "conflict"
            return "not_first" if self.ahead(claim) else YES
        if not claim.standby and any(r.status == "confirmed" for r in self.ahead(claim)):
            return "conflict"
        return YES

    def settle(self) -> None:
        """Accepted holds that stand first become pencils; challenges learn what became of their claims."""
        for claim in self.claims.values():
            accepted = claim.status == "hold" and claim.answered == "accepted"
            if accepted and not self.ahead(claim) and not self.is_away(claim):
                claim.status = "pencil"
        for demand in self.demands.values():
            self._follow(demand)
        self._pause()

    def _follow(self, demand: Demand) -> None:
        claim = self.claims[demand.claim]
        if demand.closed:
            return
        if not claim.live or claim.artist != demand.artist:
            demand.state = "lost" if claim.status == "bumped" else "withdrawn"
            demand.closed = True
        elif demand.state == "won":
            demand.closed = claim.status == "confirmed"
        else:
            ahead = {c.id: c for c in self.ahead(claim)}
            if any(i in ahead and ahead[i].status == "confirmed" for i in demand.waits):
                demand.state, demand.closed, demand.waits = "lost", True, {}
            demand.waits = {i: by for i, by in demand.waits.items() if i in ahead}
            if demand.state == "open" and not demand.waits:
                demand.state, demand.closed = "won", claim.status == "confirmed"
                demand.confirm_by = self.now + 4 * HOUR

    def _pause(self) -> None:
        """Expiry stands still while challenged, and moves on by as long."""
        held = {i for d in self.demands.values() if d.state == "open" and not d.closed for i in d.waits}
        for claim in self.claims.values():
            if claim.id in held:
                claim.paused = claim.paused or self.now
            elif claim.paused is not None:
                if claim.status == "hold" and claim.expires is not None:
                    claim.expires += self.now - claim.paused
                claim.paused = None

    def _end(self, claim: Claim, status: str) -> str:
        claim.status = status
        return YES

    # -- what people ask -----------------------------------------------------------------

    def number(self) -> int:
        self.next_number += 1
        return self.next_number - 1

    def place(self, key: str, artist: str, start: int, end: int, *, status: str, standby: bool) -> str:
        hold = status == "hold"
        number = self.next_number
        claim = Claim(
            key,
            artist,
            dict.fromkeys(range(start, end), number),
            status,
            "none" if hold else "accepted",
            standby and hold,
            answer_by=self.now + 48 * HOUR if hold else None,
            expires=self.now + 336 * HOUR if hold else None,
        )
        fits = self.fits(claim)
        if fits == YES:
            self.claims[key] = claim
            self.number()
        return fits

    def move(self, key: str, start: int, end: int, artist: str | None = None) -> str:
        claim = self.claims[key]
        if not claim.live:
            return "wrong_state"
        to = artist or claim.artist
        if to == claim.artist and (start, end) == claim.span:
            return YES
        kept = claim.cells if to == claim.artist else {}
        moved = claim.copy()
        moved.artist = to
        moved.cells = {h: kept.get(h, self.next_number) for h in range(start, end)}
        fits = self.fits(moved)
        if fits == YES:
            claim.artist, claim.cells = moved.artist, moved.cells
            self.next_number = max(self.next_number, max(claim.cells.values()) + 1)
        return fits

    def accept(self, key: str) -> str:
        claim = self.claims[key]
        if claim.status != "hold":
            return "wrong_state"
        if claim.answer_by is not None and self.now > claim.answer_by:
            return "deadline_passed"
        if claim.answered == "accepted":
            return "wrong_state"
        claim.answered, claim.proposal = "accepted", None
        return YES

    def decline(self, key: str) -> str:
        claim = self.claims[key]
        return self._end(claim, "declined") if claim.status == "hold" else "wrong_state"

    def withdraw(self, key: str) -> str:
        claim = self.claims[key]
        may = claim.status == "pencil" or (claim.status == "hold" and claim.answered == "accepted")
        return self._end(claim, "withdrawn") if may else "wrong_state"

    def counter(self, key: str, start: int, end: int) -> str:
        claim = self.claims[key]
        if claim.status != "hold":
            return "wrong_state"
        if claim.answer_by is not None and self.now > claim.answer_by:
            return "deadline_passed"
        if claim.span == (start, end):
            return "invalid"
        claim.answered, claim.proposal = "countered", (start, end)
        return YES

    def answer_counter(self, key: str, take: bool) -> str:
        claim = self.claims[key]
        if claim.status != "hold" or claim.answered != "countered" or claim.proposal is None:
            return "wrong_state"
        if take:
            said = self.move(key, *claim.proposal)
            if said != YES:
                return said
        claim.answered, claim.proposal = "accepted" if take else "none", None
        return YES

    def confirm(self, key: str) -> str:
        claim = self.claims[key]
        if claim.status != "pencil":
            return "wrong_state"
        fits = self.fits(claim)
        if fits == YES:
            claim.status, claim.answer_by, claim.expires = "confirmed", None, None
            for rival in self.rivals(claim):
                if rival.status == "hold" and not rival.standby:
                    rival.status = "bumped"
        return fits

    def give_up(self, claim: Claim, cells: set[int], other_id: str) -> None:
        """Whole, an end, or the middle, which leaves two."""
        kept = sorted(claim.cells.keys() - cells)
        if not kept:
            claim.status = "released"
            return
        runs: list[list[int]] = []
        for hour in kept:
            if runs and runs[-1][-1] == hour - 1:
                runs[-1].append(hour)
            else:
                runs.append([hour])
        whole = dict(claim.cells)
        claim.cells = {h: whole[h] for h in runs[0]}
        if len(runs) == 2:
            other = claim.copy()
            other.id, other.cells, other.paused = other_id, {h: whole[h] for h in runs[1]}, None
            self.claims[other_id] = other

    def release(self, key: str, span: tuple[int, int] | None, other_id: str) -> str:
        claim = self.claims[key]
        if claim.status not in ("hold", "pencil"):
            return "wrong_state"
        cells = set(claim.cells) if span is None else set(range(*span)) & claim.cells.keys()
        if not cells:
            return "invalid"
        self.give_up(claim, cells, other_id)
        return YES

    def cancel(self, key: str) -> str:
        claim = self.claims[key]
        return self._end(claim, "cancelled") if claim.status == "confirmed" else "wrong_state"

    # -- clocks and challenges -----------------------------------------------------------

    def expire(self, key: str) -> str:
        claim = self.claims[key]
        due = claim.status == "hold" and claim.expires is not None and claim.expires <= self.now
        return self._end(claim, "expired") if due and claim.paused is None else "wrong_state"

    def challenge(self, demand_id: str, key: str) -> str:
        claim = self.claims[key]
        busy = any(d.claim == key and not d.closed for d in self.demands.values())
        ahead = self.ahead(claim) if claim.live else []
        if claim.status != "hold" or busy or not ahead or any(c.status == "confirmed" for c in ahead):
            return "wrong_state"
        by = self.now + 24 * HOUR
        self.demands[demand_id] = Demand(demand_id, claim.artist, key, {c.id: by for c in ahead})
        return YES

    def _gives_days(self, demand: Demand, target: Claim, other_id: str) -> None:
        del demand.waits[target.id]
        if target.paused is not None and not any(
            target.id in d.waits for d in self.demands.values() if d.state == "open" and not d.closed
        ):
            if target.status == "hold" and target.expires is not None:
                target.expires += self.now - target.paused
            target.paused = None
        self.give_up(target, set(self.claims[demand.claim].cells) & target.cells.keys(), other_id)

    def answer(self, demand_id: str, key: str, answer: str, other_id: str) -> str:
        demand = self.demands[demand_id]
        if demand.state != "open" or demand.closed or key not in demand.waits:
            return "wrong_state"
        if self.now > demand.waits[key]:
            return "deadline_passed"
        target = self.claims[key]
        if answer == "release":
            self._gives_days(demand, target, other_id)
            return YES
        if target.status == "hold":
            as_pencil = target.copy()
            as_pencil.status = "pencil"
            fits = self.fits(as_pencil)
            if fits != YES:
                return fits
            target.status, target.answered, target.proposal = "pencil", "accepted", None
        return self.confirm(key)

    def lapse(self, demand_id: str, key: str | None, other_id: str) -> str:
        demand = self.demands[demand_id]
        if key is not None:
            if demand.state != "open" or demand.closed or key not in demand.waits:
                return "wrong_state"
            if self.now < demand.waits[key]:
                return "wrong_state"
            self._gives_days(demand, self.claims[key], other_id)
            return YES
        if (
            demand.state != "won"
            or demand.closed
            or demand.confirm_by is None
            or self.now < demand.confirm_by
        ):
            return "wrong_state"
        demand.closed = True
        claim = self.claims[demand.claim]
        claim.cells = dict.fromkeys(claim.cells, self.number())
        if claim.status == "pencil" and self.ahead(claim):
            claim.status = "hold"
        return YES

    def take_back(self, demand_id: str) -> str:
        demand = self.demands[demand_id]
        if demand.state != "open" or demand.closed:
            return "wrong_state"
        demand.state, demand.closed = "withdrawn", True
        return YES

    # -- time off ------------------------------------------------------------------------

    def ask_off(self, key: str, artist: str, start: int, end: int) -> str:
        self.away[key] = Away(key, artist, set(range(start, end)))
        return YES

    def answer_off(self, key: str, approve: bool) -> str:
        off = self.away[key]
        if off.state != "requested":
            return "wrong_state"
        if not approve:
            off.state = "refused"
            return YES
        booked = any(
            c.status in EXCLUSIVE and c.artist == off.artist and off.cells & c.cells.keys()
            for c in self.claims.values()
        )
        taken = any(
            a.state == "approved" and a.artist == off.artist and a.cells & off.cells
            for a in self.away.values()
        )
        if booked or taken:
            return "conflict"
        off.state = "approved"
        return YES

    def cancel_off(self, key: str) -> str:
        off = self.away[key]
        if off.state not in ("requested", "approved"):
            return "wrong_state"
        off.state = "cancelled"
        return YES

    # -- history -------------------------------------------------------------------------

    def restore(self, key: str, then: Claim | None) -> str:
        """One claim as it was: no place comes back that was given up, no artist's no is overridden."""
        claim = self.claims[key]
        if then is None:
            return "wrong_state"
        if not then.live:
            if claim.status == "confirmed":
                return "wrong_state"
            return self._end(claim, "released") if claim.live else YES
        if claim.status == "confirmed" and then.status != "confirmed":
            return "wrong_state"
        asked_again = claim.status in ("declined", "withdrawn")
        kept = claim.cells if claim.live and claim.artist == then.artist else {}
        back = then.copy()
        back.status = "hold" if asked_again else then.status
        back.answered = "none" if asked_again else then.answered
        back.proposal = None if asked_again else then.proposal
        back.cells = {h: kept.get(h, self.next_number) for h in then.cells}
        back.paused = claim.paused
        same = ("artist", "cells", "status", "answered", "proposal", "standby")
        if claim.live and all(getattr(back, n) == getattr(claim, n) for n in same):
            return YES
        back.answer_by = self._deadline(back, then.answer_by, 48)
        back.expires = self._deadline(back, then.expires, 336)
        self.claims[key] = back
        # It is held against the others once everybody has moved up who could.
        trial = self.copy()
        trial.settle()
        said = trial.fits(trial.claims[key]) if trial.claims[key].live else YES
        if said == YES:
            self.next_number = max(self.next_number, max(back.cells.values()) + 1)
        return said

    def _deadline(self, back: Claim, then: datetime | None, hours: int) -> datetime | None:
        if back.status != "hold":
            return None
        return then if then is not None and then > self.now else self.now + hours * HOUR


def attempt(model: Small, ask: Callable[[Small], str]) -> tuple[Small, str]:
    """Ask a copy: kept, with the line settled, where the answer is yes."""
    after = model.copy()
    said = ask(after)
    if said != YES:
        return model, said
    after.settle()
    return after, said

"""The write path on a real database against a small model written from `domain.md` alone.

Random commands by random people, and clocks that strike: the same yes or the same refusal, and after
every few steps the same claims, places, challenges and time off. `make fuzz` runs it for long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from db.pool import Pool, create_pool
from realtime.execute import Executor
from realtime.protocol import OkAnswer
from scheduling.commands import COMMANDS
from scheduling.model import Booking
from scheduling.permissions import Actor, system_actor
from tests.harness.actions import NOW, ident
from tests.harness.small_model import EXCLUSIVE, LIVE, YES, Claim, Small, attempt, copies
from tests.harness.studio import envelope, load_state, open_studio, publish_nothing

ARTISTS = [str(ident("artist", n)) for n in range(3)]
HOURS = 10
CHECK_EVERY = 4

IN_THE_MODEL = {
    "booking.place",
    "booking.move",
    "booking.resize",
    "booking.reassign",
    "booking.edit",
    "booking.accept",
    "booking.decline",
    "booking.withdraw",
    "booking.counter",
    "booking.answer_counter",
    "booking.confirm",
    "booking.release",
    "booking.cancel",
    "booking.expire",
    "challenge.open",
    "challenge.answer",
    "challenge.withdraw",
    "challenge.lapse",
    "time_off.request",
    "time_off.answer",
    "time_off.cancel",
    "bulk.apply",
    "history.undo",
    "history.restore",
}
"""Commands whose outcome the model foretells."""
NO_TRADE = {
    *(f"artist.{verb}" for verb in ("add", "edit", "archive")),
    *(f"member.{verb}" for verb in ("add", "edit")),
    "tenant.edit",
    *(f"project.{verb}" for verb in ("add", "edit", "archive", "shift")),
    *(f"phase.{verb}" for verb in ("add", "edit", "delete", "move")),
    *(f"dependency.{verb}" for verb in ("add", "edit", "delete")),
    *(f"milestone.{verb}" for verb in ("add", "edit", "delete")),
    *(f"series.{verb}" for verb in ("place", "edit", "release")),
    *(f"scenario.{verb}" for verb in ("add", "edit", "change", "drop_change", "rebase", "commit", "discard")),
}
"""Commands that are about other things, or are many of these: `test_write_path` and `test_laws` ask them."""


def test_every_command_is_in_the_model_or_named_beside_it():
    assert set(COMMANDS) == IN_THE_MODEL | NO_TRADE
    assert not IN_THE_MODEL & NO_TRADE


class Server:
    """A loop, a pool and a write path that all runs share; its clock is the run's."""

    def __init__(self, dsn: str) -> None:
        self.runner = asyncio.Runner()
        self.pool: Pool = self.runner.run(create_pool(dsn, min_size=1, max_size=2))
        self.now = NOW
        self.executor = Executor(self.pool, publish=publish_nothing, clock=lambda: self.now)

    def close(self) -> None:
        self.runner.run(self.executor.close())
        self.runner.run(self.pool.close())
        self.runner.close()


class Trade(RuleBasedStateMachine):
    """One studio, trading; see the module."""

    server: Server
    steps = 0

    @initialize()
    def open(self) -> None:
        self.tenant = self.server.runner.run(open_studio(self.server.pool, tenant_id=uuid4()))
        self.model = Small(start=NOW, now=NOW)
        self.past: dict[int, dict[str, Claim]] = {}
        self.last: tuple[UUID, Actor, Small] | None = None
        self.server.now = NOW
        self.count = 0
        self.clock = system_actor(self.tenant.id)
        self.owner = self._member("studio_owner")
        self.manager = self._member("studio_manager")
        self.ada = self._member("freelancer", ARTISTS[0])
        self.bo = self._member("freelancer", ARTISTS[1])
        for number, artist in enumerate(ARTISTS):
            self._send("artist.add", {"id": artist, "name": f"Artist {number}"}, self.clock)

    def _member(self, role: Any, artist: str | None = None) -> Actor:
        return Actor(
            kind="member",
            id=uuid4(),
            name=role,
            role=role,
            tenant_id=self.tenant.id,
            artist_id=UUID(artist) if artist else None,
        )

    # -- time ----------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 3, 25, 49, 340]))
    def wait(self, hours: int) -> None:
        self.model.now += timedelta(hours=hours)
        self.server.now = self.model.now
        self.last = None

    @rule()
    def clocks_strike(self) -> None:
        """Everything that is due, one after the other; what is not due any more by then, is refused."""
        for claim in list(self.model.claims.values()):
            if claim.status == "hold" and claim.expires is not None and claim.expires <= self.model.now:
                self._expire(claim.id)
        for demand in list(self.model.demands.values()):
            for target, by in list(demand.waits.items()):
                if by <= self.model.now:
                    self._lapse(demand.id, target, self.clock)
            self._lapse(demand.id, None, self.clock)

    def _expire(self, key: str) -> None:
        self._ask("booking.expire", {"booking_id": key}, self.clock, lambda m: m.expire(key))

    # -- commands ------------------------------------------------------------------------

    @rule(
        artist=st.sampled_from(ARTISTS),
        start=st.integers(0, HOURS),
        length=st.integers(1, 5),
        status=st.sampled_from(["hold", "hold", "hold", "pencil", "confirmed"]),
        standby=st.booleans(),
        who=st.integers(0, 6),
    )
    def place(  # noqa: PLR0917 - Hypothesis names them
        self, artist: str, start: int, length: int, status: str, standby: bool, who: int
    ) -> None:
        new = str(uuid4())
        args = {
            "id": new,
            "artist_id": artist,
            "status": status,
            "standby": standby,
            **self._span(start, length),
        }
        self._ask(
            "booking.place",
            args,
            self._who(who),
            lambda m: m.place(new, artist, start, start + length, status=status, standby=standby),
        )

    @rule(
        starts=st.lists(st.integers(0, HOURS), min_size=2, max_size=3),
        artist=st.sampled_from(ARTISTS),
        status=st.sampled_from(["hold", "pencil"]),
        skip=st.booleans(),
    )
    def place_many(self, starts: list[int], artist: str, status: str, skip: bool) -> None:
        """One bulk command: whole, or without what is refused."""
        ids = [str(uuid4()) for _ in starts]
        items = [
            {
                "op": "booking.place",
                "args": {"id": i, "artist_id": artist, "status": status, **self._span(start, 2)},
            }
            for i, start in zip(ids, starts, strict=True)
        ]

        def together(model: Small) -> str:
            wanted = zip(ids, starts, strict=True)
            said = [model.place(i, artist, s, s + 2, status=status, standby=False) for i, s in wanted]
            refused = [one for one in said if one != YES]
            return YES if skip or not refused else refused[0]

        on_refusal = "skip" if skip else "refuse_all"
        self._ask("bulk.apply", {"items": items, "on_refusal": on_refusal}, self.manager, together)

    @precondition(lambda self: self.model.claims)
    @rule(
        op=st.sampled_from(
            [
                "accept",
                "accept",
                "accept",
                "decline",
                "withdraw",
                "confirm",
                "confirm",
                "cancel",
                "expire",
                "edit",
            ]
        ),
        pick=st.integers(0, 40),
        who=st.integers(0, 6),
    )
    def simple(self, op: str, pick: int, who: int) -> None:
        claim = self._claim(pick)
        args = {"booking_id": claim.id, **({"reason": "x"} if op == "cancel" else {})}
        if op == "edit":
            args["title"] = f"Title {pick}"

        def ask(model: Small) -> str:
            if op == "edit":
                return YES if model.claims[claim.id].live else "wrong_state"
            return str(getattr(model, op)(claim.id))

        self._ask(f"booking.{op}", args, self._who(who), ask, of=claim)

    @precondition(lambda self: self.model.claims)
    @rule(
        op=st.sampled_from(["move", "resize", "reassign", "counter", "release", "release"]),
        pick=st.integers(0, 40),
        start=st.integers(0, HOURS),
        length=st.integers(1, 5),
        artist=st.sampled_from([None, *ARTISTS]),
        who=st.integers(0, 6),
    )
    def dates(  # noqa: PLR0917 - Hypothesis names them
        self, op: str, pick: int, start: int, length: int, artist: str | None, who: int
    ) -> None:
        claim = self._claim(pick)
        args: dict[str, Any] = {"booking_id": claim.id}
        end, whole = start + length, op == "release" and artist is None
        if op == "reassign":
            args["artist_id"] = artist or claim.artist
        elif not whole:
            args.update(self._span(start, length))
        if op == "move" and artist:
            args["artist_id"] = artist

        def ask(model: Small) -> str:
            match op:
                case "reassign":
                    return model.move(claim.id, *claim.span, args["artist_id"])
                case "release":
                    return model.release(claim.id, None if whole else (start, end), "new")
                case "counter":
                    return model.counter(claim.id, start, end)
                case _:
                    return model.move(claim.id, start, end, args.get("artist_id"))

        self._ask(f"booking.{op}", args, self._who(who), ask, of=claim)

    @precondition(lambda self: any(c.answered == "countered" for c in self.model.claims.values()))
    @rule(pick=st.integers(0, 40), take=st.booleans(), who=st.integers(0, 6))
    def answer_counter(self, pick: int, take: bool, who: int) -> None:
        asked = [c for c in self.model.claims.values() if c.answered == "countered"]
        claim = asked[pick % len(asked)]
        args = {"booking_id": claim.id, "take": take}
        self._ask("booking.answer_counter", args, self._who(who), lambda m: m.answer_counter(claim.id, take))

    @precondition(lambda self: any(self.model.ahead(c) for c in self.model.claims.values() if c.live))
    @rule(pick=st.integers(0, 40), waiting=st.booleans(), who=st.integers(0, 6))
    def challenge(self, pick: int, waiting: bool, who: int) -> None:
        behind = [c for c in self.model.claims.values() if c.live and self.model.ahead(c)]
        claim = behind[pick % len(behind)] if waiting else self._claim(pick)
        new = str(uuid4())
        args = {"id": new, "booking_id": claim.id}
        self._ask("challenge.open", args, self._who(who), lambda m: m.challenge(new, claim.id))

    @precondition(lambda self: self.model.demands)
    @rule(
        op=st.sampled_from(["answer", "answer", "withdraw", "lapse"]),
        pick=st.integers(0, 40),
        which=st.integers(0, 5),
        answer=st.sampled_from(["confirm", "release"]),
        who=st.integers(0, 6),
    )
    def demand(self, op: str, pick: int, which: int, answer: str, who: int) -> None:
        demands = list(self.model.demands.values())
        demand = demands[pick % len(demands)]
        if op == "withdraw":
            args = {"challenge_id": demand.id}
            self._ask("challenge.withdraw", args, self._who(who), lambda m: m.take_back(demand.id))
            return
        if op == "lapse":
            waits = list(demand.waits)
            self._lapse(demand.id, waits[which % len(waits)] if waits and which else None, self._who(who))
            return
        if demand.waits:
            booking = list(demand.waits)[which % len(demand.waits)]
            args = {"challenge_id": demand.id, "booking_id": booking, "answer": answer}
            self._ask(
                "challenge.answer",
                args,
                self._who(who),
                lambda m: m.answer(demand.id, booking, answer, "new"),
            )

    def _lapse(self, demand_id: str, booking: str | None, actor: Actor) -> None:
        args = {"challenge_id": demand_id, **({"booking_id": booking} if booking else {})}
        self._ask("challenge.lapse", args, actor, lambda m: m.lapse(demand_id, booking, "new"))

    @rule(
        artist=st.sampled_from(ARTISTS),
        start=st.integers(0, HOURS),
        length=st.integers(1, 5),
        who=st.integers(0, 6),
    )
    def ask_off(self, artist: str, start: int, length: int, who: int) -> None:
        new = str(uuid4())
        args = {"id": new, "artist_id": artist, **self._span(start, length)}
        actor = self._who(who)
        foreign = actor.role == "freelancer" and str(actor.artist_id) != artist
        self._ask(
            "time_off.request",
            args,
            actor,
            lambda m: "not_found" if foreign else m.ask_off(new, artist, start, start + length),
        )

    @precondition(lambda self: self.model.away)
    @rule(
        op=st.sampled_from(["approve", "approve", "refuse", "cancel"]),
        pick=st.integers(0, 20),
        who=st.integers(0, 6),
    )
    def answer_off(self, op: str, pick: int, who: int) -> None:
        away = list(self.model.away.values())
        off, actor = away[pick % len(away)], self._who(who)
        args = {"time_off_id": off.id}
        if op != "cancel":
            args["answer"] = op
            self._ask("time_off.answer", args, actor, lambda m: m.answer_off(off.id, op == "approve"))
            return
        foreign = actor.role == "freelancer" and str(actor.artist_id) != off.artist
        self._ask("time_off.cancel", args, actor, lambda m: "not_found" if foreign else m.cancel_off(off.id))

    # -- history -------------------------------------------------------------------------

    @precondition(lambda self: self.last is not None)
    @rule()
    def undo(self) -> None:
        """What was done last, by whoever did it."""
        assert self.last is not None
        command_id, actor, before = self.last

        def back(model: Small) -> str:
            made = model.copy()
            model.claims = copies(before.claims)
            model.demands = copies(before.demands)
            model.away = copies(before.away)
            for key, claim in made.claims.items():
                if key not in model.claims:
                    claim.status = "released"
                    model.claims[key] = claim
            for key, demand in made.demands.items():
                if key not in model.demands:
                    demand.state, demand.closed = "withdrawn", True
                    model.demands[key] = demand
            for key, off in made.away.items():
                if key not in model.away:
                    off.state = "cancelled"
                    model.away[key] = off
            return YES

        self._ask("history.undo", {"command_id": str(command_id)}, actor, back)
        self.last = None

    @precondition(lambda self: self.model.claims)
    @rule(pick=st.integers(0, 40), then=st.integers(0, 60), who=st.integers(0, 6))
    def restore(self, pick: int, then: int, who: int) -> None:
        claim = self._claim(pick)
        seqs = sorted(self.past)
        seq = seqs[-1 - then % len(seqs)]
        known = self.past[seq].get(claim.id)
        args = {"kind": "booking", "entity_id": claim.id, "to": seq}
        self._ask(
            "history.restore", args, self._who(who), lambda m: m.restore(claim.id, known and known.copy())
        )

    # -- asking both ---------------------------------------------------------------------

    def _who(self, number: int) -> Actor:
        return (self.manager, self.manager, self.manager, self.owner, self.ada, self.bo, self.clock)[number]

    def _claim(self, pick: int) -> Claim:
        claims = list(self.model.claims.values())
        live = [c for c in claims if c.live]
        return live[pick % len(live)] if live and pick % 5 else claims[pick % len(claims)]

    def _span(self, start: int, length: int) -> dict[str, str]:
        begins = NOW + timedelta(hours=start)
        return {"start": begins.isoformat(), "end": (begins + timedelta(hours=length)).isoformat()}

    def _may(self, actor: Actor, op: str, of: Claim | None) -> str:
        """The table of roles."""
        if actor.role == "system":
            return YES
        if op in ("booking.expire", "challenge.lapse"):
            return "forbidden"
        if actor.role != "freelancer":
            return YES
        if op in ("booking.accept", "booking.decline", "booking.withdraw", "booking.counter"):
            return YES if of is not None and of.artist == str(actor.artist_id) else "not_found"
        return YES if op in ("time_off.request", "time_off.cancel") else "forbidden"

    def _ask(
        self,
        op: str,
        args: dict[str, Any],
        actor: Actor,
        ask: Callable[[Small], str],
        *,
        of: Claim | None = None,
    ) -> None:
        before = self.model
        said = self._may(actor, op, of)
        after = before
        if said == YES:
            after, said = attempt(before, ask)
        command_id = uuid4()
        answer = self._send(op, args, actor, command_id)
        heard = YES if isinstance(answer, OkAnswer) else answer.error.code.value
        told = answer.error.message if not isinstance(answer, OkAnswer) else ""
        assert heard == said, f"{op} {args} by {actor.role}: the model says {said}, the studio {heard} {told}"
        Trade.steps += 1
        self.count += 1
        self.model = after
        if isinstance(answer, OkAnswer):
            self._name_the_split(answer)
            self.past[answer.seq] = copies(self.model.claims)
            changed = (before.claims, before.demands, before.away) != (
                after.claims,
                after.demands,
                after.away,
            )
            undoable = changed and actor.role != "freelancer" and op != "history.undo"
            self.last = (command_id, actor, before) if undoable else None
        if self.count % CHECK_EVERY == 0:
            self._compare()

    def _name_the_split(self, answer: OkAnswer) -> None:
        """A booking that was split off has an id of the server's."""
        if "new" not in self.model.claims:
            return
        listed = msgspec.json.decode(answer.result).get("bookings", [])
        [new] = {b["id"] for b in listed} - self.model.claims.keys()
        claim = self.model.claims.pop("new")
        claim.id = new
        self.model.claims[new] = claim
        self.model.settle()

    def _send(self, op: str, args: dict[str, Any], actor: Actor, command_id: UUID | None = None) -> Any:
        request = envelope(op, args, command_id=command_id)
        return self.server.runner.run(self.server.executor.execute(actor, request))

    def teardown(self) -> None:
        if hasattr(self, "model"):
            self._compare()

    # -- comparing -----------------------------------------------------------------------

    def _compare(self) -> None:
        state = self.server.runner.run(load_state(self.server.pool, self.tenant.id))
        held = {str(b.id): b for b in state.bookings.values()}
        live = {c.id: c for c in self.model.claims.values() if c.status in LIVE}
        assert held.keys() == live.keys(), (held.keys() - live.keys(), live.keys() - held.keys())
        taken: dict[tuple[str, int], str] = {}
        for key, claim in live.items():
            booking = held[key]
            assert (booking.status.value, booking.response.value) == (claim.status, claim.answered), key
            assert str(booking.artist_id) == claim.artist
            assert _cells(booking) == claim.cells.keys()
            assert _ranks(booking) == self.model.ranks(claim), key
            assert booking.standby == claim.standby
            if claim.status == "hold" and claim.paused is None:
                assert booking.expires_at == claim.expires, key
            for hour in claim.cells if claim.status in EXCLUSIVE else ():
                assert (claim.artist, hour) not in taken, f"{key} and {taken[claim.artist, hour]} at once"
                taken[claim.artist, hour] = key
        open_demands = {d.id: d for d in self.model.demands.values() if not d.closed}
        assert {str(c.id) for c in state.challenges.values()} == open_demands.keys()
        for challenge in state.challenges.values():
            demand = open_demands[str(challenge.id)]
            assert challenge.state.value == demand.state
            assert {str(t.booking_id): t.deadline for t in challenge.pending} == demand.waits
        away = {a.id: a.state for a in self.model.away.values() if a.state in ("requested", "approved")}
        assert {str(t.id): t.state.value for t in state.times_off.values()} == away


def _hour(at: Any) -> int:
    return int((at - NOW) // timedelta(hours=1))


def _cells(booking: Booking) -> set[int]:
    cells = {h for c in booking.claims for h in range(_hour(c.start), _hour(c.end))}
    assert cells == set(range(_hour(booking.start), _hour(booking.end)))
    return cells


def _ranks(booking: Booking) -> dict[int, int]:
    return {h: s.rank for s in booking.segments for h in range(_hour(s.start), _hour(s.end))}


RUNS = settings(
    max_examples=130,
    stateful_step_count=60,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


@pytest.fixture(scope="module")
def server(module_database: Any) -> Iterator[Server]:
    server = Server(module_database.dsn)
    yield server
    server.close()


def test_the_studio_and_the_small_model_never_differ(server: Server) -> None:
    Trade.server, Trade.steps = server, 0
    run_state_machine_as_test(Trade, settings=RUNS)
    assert Trade.steps > 2_000, "the runs were too short to say much"

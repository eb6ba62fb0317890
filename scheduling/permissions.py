"""Who may ask for what: one table of roles, looked at before anything is decided."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from msgspec import UNSET, Struct

from scheduling.commands import (
    AcceptBooking,
    AddMember,
    AnswerTimeOff,
    CancelTimeOff,
    Command,
    CommitScenario,
    CounterBooking,
    DeclineBooking,
    EditArtist,
    EditMember,
    EditTenant,
    ExpireBooking,
    LapseChallenge,
    MovePhase,
    RequestTimeOff,
    RestoreCommand,
    ShiftProject,
    UndoCommand,
    WithdrawBooking,
    op_of,
)
from scheduling.events import EventActor
from scheduling.model import Artist, Booking, OffState, Status, TimeOff, changed_fields
from scheduling.refusals import Refused, forbidden, not_found
from scheduling.scopes import Scope, scope_of_noun
from scheduling.state import CommandRecord, State, Touched

ActorRole = Literal["studio_owner", "studio_manager", "freelancer", "integrator", "system"]
STAFF: frozenset[str] = frozenset({"studio_owner", "studio_manager", "integrator", "system"})


class Actor(Struct, frozen=True, kw_only=True):
    """Who asks: established by the server from a token, never from what a client says.

    An API key has the role `integrator`: it sees what staff sees and may do what its `scopes` say.
    """

    kind: Literal["member", "api_key", "system"]
    id: UUID
    name: str
    role: ActorRole
    tenant_id: UUID
    artist_id: UUID | None = None
    scopes: frozenset[Scope] = frozenset()

    @property
    def staff(self) -> bool:
        """Whether the actor sees the whole schedule, and, but for an API key, may change it."""
        return self.role in STAFF

    def may(self, scope: Scope) -> bool:
        """Whether an API key was given the scope; for everybody else the role decides."""
        return self.kind != "api_key" or scope in self.scopes


def system_actor(tenant_id: UUID, name: str = "Production Tool") -> Actor:
    """The server itself, as in clocks, seeds and operator commands."""
    return Actor(kind="system", id=UUID(int=0), name=name, role="system", tenant_id=tenant_id)


def event_actor(actor: Actor) -> EventActor:
    """How the actor is written into the log."""
    return EventActor(kind=actor.kind, id=actor.id, name=actor.name)


OWN_ARTIST_FIELDS = frozenset(
    {
        "skills",
        "zone",
        "working_hours",
        "portfolio",
        "preferred_projects",
        "preferred_hours",
        "holiday_country",
        "holiday_subdivision",
    }
)
"""What a freelancer may change of their own artist record."""


_CLOCKS = (ExpireBooking, LapseChallenge)
_OWNERS = (AddMember, EditMember, EditTenant)


def authorise(actor: Actor, command: Command, state: State) -> Refused | None:
    """None where the actor may ask for this; else why not.

    What a freelancer may not know of is `not_found`, so that ids cannot be probed.
    """
    if actor.role == "system":
        return None
    if isinstance(command, _CLOCKS):
        return forbidden(f"Only the clock may use {op_of(command)}.")
    if isinstance(command, EditTenant) and command.history_from is not UNSET:
        return forbidden("How far back history is kept is the operator's to say: production-tool compact.")
    if actor.kind == "api_key":
        return _authorise_key(actor, command, state)
    if isinstance(command, _OWNERS):
        if actor.role == "studio_owner":
            return None
        return forbidden(f"Only the studio's owner may use {op_of(command)}.")
    if isinstance(command, AnswerTimeOff) and not actor.staff:
        return forbidden("Time off is the studio's to approve.")
    if isinstance(command, RestoreCommand) and command.project_id is not None:
        if actor.role == "studio_owner":
            return None
        return forbidden("Only the studio's owner may restore a whole project.")
    if isinstance(command, UndoCommand):
        record = state.records.get(command.command_id)
        return _authorise_undo(actor, record) if record else None
    if actor.staff:
        return None
    return _authorise_freelancer(actor, command, state)


def _authorise_key(actor: Actor, command: Command, state: State) -> Refused | None:
    """A key may change what its scopes name, and take back only what they would let it do."""
    nouns = [op_of(command).partition(".")[0]]
    if isinstance(command, ShiftProject) or (isinstance(command, MovePhase) and command.with_bookings):
        nouns.append("booking")
    if isinstance(command, CommitScenario):
        nouns.append("booking")
    if isinstance(command, UndoCommand):
        record = state.records.get(command.command_id)
        nouns = [t.kind for t in record.touched] if record else []
    if isinstance(command, RestoreCommand):
        nouns = [command.kind or "project", "booking"] if command.project_id else [command.kind or "history"]
    for noun in nouns:
        scope = scope_of_noun(noun)
        if scope is None:
            return forbidden(f"API keys may not use {op_of(command)}.")
        if scope not in actor.scopes:
            return forbidden(f"{op_of(command)} needs an API key with the scope {scope.value}.")
    return None


def _authorise_undo(actor: Actor, record: CommandRecord) -> Refused | None:
    """Undo is a change like any other: who may no longer make it may not take it back either.

    That the command was the actor's own, `decide` looks at.
    """
    if actor.role == "studio_owner":
        return None
    if any(t.kind in {"member", "tenant"} for t in record.touched):
        return forbidden("Only the studio's owner may undo changes of members and settings.")
    if actor.staff or all(_is_own_answer(actor, t) for t in record.touched):
        return None
    return forbidden("Artists may undo only what they changed of their own bookings and record.")


_ANSWERS = frozenset({Status.HOLD, Status.PENCIL, Status.DECLINED, Status.WITHDRAWN})
_ANSWER_FIELDS = frozenset({"status", "response", "counter", "reason"})


def _is_own_answer(actor: Actor, touched: Touched) -> bool:
    match touched.before, touched.after:
        case Booking() as before, Booking() as after:
            return (
                before.artist_id == after.artist_id == actor.artist_id
                and {before.status, after.status} <= _ANSWERS
                and _ANSWER_FIELDS.issuperset(changed_fields(before, after))
            )
        case TimeOff() | None as before, TimeOff() as after:
            answers = {t.state for t in (before, after) if t} & {OffState.REFUSED, OffState.APPROVED}
            return after.artist_id == actor.artist_id and not answers
        case Artist() as before, Artist() as after:
            return after.id == actor.artist_id and OWN_ARTIST_FIELDS.issuperset(changed_fields(before, after))
        case _:
            return False


def _authorise_freelancer(actor: Actor, command: Command, state: State) -> Refused | None:
    match command:
        case AcceptBooking() | DeclineBooking() | WithdrawBooking() | CounterBooking():
            booking = state.bookings.get(command.booking_id)
            if booking is None or booking.artist_id != actor.artist_id:
                return not_found("booking", command.booking_id)
            return None
        case RequestTimeOff():
            return None if command.artist_id == actor.artist_id else not_found("artist", command.artist_id)
        case CancelTimeOff():
            time_off = state.times_off.get(command.time_off_id)
            if time_off is None or time_off.artist_id != actor.artist_id:
                return not_found("time off", command.time_off_id)
            return None
        case EditArtist():
            if command.artist_id != actor.artist_id:
                return not_found("artist", command.artist_id)
            asked = {
                name
                for name in command.__struct_fields__
                if name != "artist_id" and getattr(command, name) is not UNSET
            }
            if asked <= OWN_ARTIST_FIELDS:
                return _authorise_preferences(command, state)
            return forbidden(
                "Artists may change their own skills, zone, hours, holidays, portfolio and preferences;"
                f" {', '.join(sorted(asked - OWN_ARTIST_FIELDS))} is the studio's to change."
            )
        case _:
            return forbidden(f"Artists may not use {op_of(command)}.")


def _authorise_preferences(command: EditArtist, state: State) -> Refused | None:
    """Artists drop preferred projects or reorder them: which others there are is not theirs to find out."""
    if command.preferred_projects is UNSET:
        return None
    artist = state.artists.get(command.artist_id)
    known = artist.preferred_projects if artist else ()
    added = next((p for p in command.preferred_projects if p not in known), None)
    return not_found("project", added) if added else None

"""Operations that change bookings: place, edit, move, and every step of a booking's life."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from realtime.protocol import OkAnswer
from scheduling.model import Booking, Granularity, Instant, Notes, Title
from scheduling.refusals import Code, RefusalData
from server.api.bookings import load
from server.api.commanding import WRITE_ERRORS, changed, command, entity_reply, given, run
from server.api.operations import EVERYONE, STAFF, Call, Nothing, Operation, Outcome, Problem
from server.api.problems import not_found


class BookingPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays. Words and dates may change in one go, or neither does."""

    title: Title | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    project_id: UUID | UnsetType | None = UNSET
    phase_id: UUID | UnsetType | None = UNSET
    artist_id: UUID | UnsetType = UNSET
    start: Annotated[Instant, Meta(description="New start; the end stays unless given.")] | UnsetType = UNSET
    end: Annotated[Instant, Meta(description="New end; the start stays unless given.")] | UnsetType = UNSET
    granularity: Granularity | UnsetType = UNSET
    series_id: Annotated[None, Meta(description="Null takes it out of its series.")] | UnsetType = UNSET


_PLACE = frozenset({"artist_id", "start", "end", "granularity"})


async def patch_booking(call: Call[Nothing, BookingPatch]) -> Outcome:
    asked = given(call.body)
    words = {name: value for name, value in asked.items() if name not in _PLACE}
    steps: list[tuple[str, dict[str, object]]] = []
    base_version = call.base_version
    if len(words) < len(asked):
        placed = {name: value for name, value in asked.items() if name in _PLACE}
        if len(placed.keys() & {"start", "end"}) == 1 or placed.keys() == {"granularity"}:
            booking = await load(call)
            if booking is None or not call.actor.staff:
                return not_found("booking", call.id)
            placed = {"start": booking.start, "end": booking.end, **placed}
            # The end that stays is the one just read: a change of it meanwhile must not be lost.
            base_version = base_version or booking.version
        steps.append(("booking.reassign" if placed.keys() == {"artist_id"} else "booking.move", placed))
    if words or not steps:
        steps.append(("booking.edit", words))
    steps = [(op, {"booking_id": call.id, **args}) for op, args in steps]
    if len(steps) > 1:
        return await _together(call, steps, base_version)
    [(op, args)] = steps
    answer = await run(call, op, args, base_version=base_version)
    return answer if isinstance(answer, Problem) else changed(call, answer, "booking")


async def _together(
    call: Call[Nothing, BookingPatch], steps: list[tuple[str, dict[str, object]]], base_version: int | None
) -> Outcome:
    """Both changes in one transaction, as one entry of history."""
    items = [{"op": op, "args": args, "base_version": base_version} for op, args in steps]
    answer = await run(call, "bulk.apply", {"items": items, "on_refusal": "refuse_all"})
    if isinstance(answer, Problem):
        return _of_first_item(answer)
    booking = _own(answer, call.id)
    if booking is None:  # it was so already
        current = await load(call)
        if current is None:
            return not_found("booking", call.id)
        booking = msgspec.Raw(msgspec.json.encode(current))
    return entity_reply(call, answer, booking)


def _of_first_item(problem: Problem) -> Problem:
    """The refusal itself, not that of a list nobody sees."""
    if not isinstance(problem.data, RefusalData) or not problem.data.items:
        return problem
    first = problem.data.items[0]
    return Problem(code=first.code, message=first.message, data=first.data)


class _Changed(Struct):
    bookings: tuple[msgspec.Raw, ...] = ()


class _Id(Struct):
    id: UUID


def _own(answer: OkAnswer, booking_id: UUID) -> msgspec.Raw | None:
    for raw in msgspec.json.decode(answer.result, type=_Changed).bookings:
        if msgspec.json.decode(raw, type=_Id).id == booking_id:
            return raw
    return None


def _step(verb: str, summary: str, *, op: str = "", name: str = "", **options: Any) -> Operation:
    return command(
        "POST",
        f"/bookings/{{id}}/{verb}",
        op or f"booking.{verb}",
        name=name or f"{verb}Booking",
        tag="bookings",
        summary=summary,
        result=Booking,
        id_field="booking_id",
        **options,
    )


_PLACE_ERRORS = (Code.NOT_FOUND, Code.CONFLICT, Code.NOT_FIRST, Code.WRONG_STATE)

OPERATIONS = (
    command(
        "POST",
        "/bookings",
        "booking.place",
        name="placeBooking",
        tag="bookings",
        summary="Place a booking",
        result=Booking,
        errors=_PLACE_ERRORS,
    ),
    Operation(
        method="PATCH",
        path="/bookings/{id}",
        name="patchBooking",
        tag="bookings",
        summary="Change a booking's words, dates or artist",
        description=(BookingPatch.__doc__ or "").strip(),
        handler=patch_booking,
        roles=STAFF,
        body=BookingPatch,
        result=(Booking,),
        writes=True,
        versioned=True,
        noun="booking",
        errors=(*WRITE_ERRORS, Code.NOT_FIRST),
    ),
    _step("move", "Move a booking in time, or to another artist", errors=(*WRITE_ERRORS, Code.NOT_FIRST)),
    _step("resize", "Change when a booking starts or ends", errors=(*WRITE_ERRORS, Code.NOT_FIRST)),
    _step("reassign", "Hand a booking to another artist", errors=(*WRITE_ERRORS, Code.NOT_FIRST)),
    _step(
        "accept",
        "The artist says yes to a hold",
        roles=EVERYONE,
        errors=(*WRITE_ERRORS, Code.DEADLINE_PASSED),
    ),
    _step(
        "counter",
        "The artist proposes other dates",
        roles=EVERYONE,
        errors=(*WRITE_ERRORS, Code.DEADLINE_PASSED),
    ),
    _step(
        "answer-counter",
        "Take or refuse the artist's dates",
        op="booking.answer_counter",
        name="answerCounter",
        errors=(*WRITE_ERRORS, Code.NOT_FIRST),
    ),
    _step("decline", "The artist says no to a hold", roles=EVERYONE),
    _step("withdraw", "The artist takes a yes back", roles=EVERYONE),
    _step("confirm", "Confirm a pencil that is first in line", errors=(*WRITE_ERRORS, Code.NOT_FIRST)),
    _step("release", "Give up all or some of the dates"),
    _step("cancel", "Cancel a confirmed booking, with a reason"),
)

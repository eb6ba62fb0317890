"""The history checker is checked: a clean run passes, and each seeded bug is caught by the rule it breaks."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from tests.harness.history.check import RULES, check
from tests.harness.history.model import (
    Answered,
    Entry,
    Heard,
    History,
    Invoked,
    Logged,
    Reader,
    Synced,
    Taken,
    Truth,
    Welcomed,
    Witnessed,
)
from tests.harness.history.rehearsal import rehearsing


@pytest.fixture(scope="module")
def clean(postgres) -> History:
    """A real run of two studios on two instances, in which lines were cut and commands sent twice."""
    database = postgres.new_database()

    async def run() -> History:
        async with rehearsing(database.dsn) as rehearsal:
            await rehearsal.work(100, hang_ups=10)
            await rehearsal.settle()
            return await rehearsal.history()

    history = asyncio.run(run())
    postgres.drop(database)
    return history


def test_a_clean_run_passes_and_has_everything_that_rules_speak_of(clean):
    assert check(clean) == []
    entries = [entry for reader in clean.readers for entry in reader.entries]
    assert {type(entry) for entry in entries} >= {Invoked, Answered, Witnessed, Welcomed, Synced, Heard}
    assert {e.pages[0]["kind"] for e in entries if isinstance(e, Synced)} == {"events", "snapshot"}
    answers = [e.answer for e in entries if isinstance(e, Answered)]
    assert {answer["ok"] for answer in answers} == {True, False}
    assert any(sum(a["id"] == answer["id"] for a in answers) > 1 for answer in answers), "sent again"
    assert all(studio.taken and studio.head > 60 for studio in clean.studios.values())


# -- finding and changing ----------------------------------------------------------------------


def studio_of(history: History) -> Truth:
    return next(iter(history.studios.values()))


def with_studio(history: History, **fields: Any) -> History:
    studio = studio_of(history)
    return replace(history, studios={**history.studios, studio.tenant_id: replace(studio, **fields)})


def with_row(history: History, at: int, row: Logged) -> History:
    log = studio_of(history).log
    return with_studio(history, log=(*log[:at], row, *log[at + 1 :]))


def row_like(row: Logged, **body: Any) -> Logged:
    changed = {**row.body, **body}
    return replace(row, body=changed, text=json.dumps(changed))


def appended(history: History, *rows: Logged) -> History:
    """The log with rows at its end, numbered and chained as they should be."""
    log, head = list(studio_of(history).log), studio_of(history).head
    for row in rows:
        head += 1
        body = {**row.body, "seq": head}
        text = json.dumps(body)
        link = hashlib.sha256(log[-1].hash + hashlib.sha256(text.encode()).digest()).digest()
        log.append(Logged(seq=head, text=text, body=body, hash=link))
    return with_studio(history, log=tuple(log), head=head, head_hash=log[-1].hash)


Wanted = Callable[[Reader, Entry], bool]


def find(history: History, wanted: Wanted) -> tuple[int, int]:
    """Where the first such entry of the first studio is; from the middle of each reader's log on."""
    tenant_id = studio_of(history).tenant_id
    for number, reader in enumerate(history.readers):
        for at in range(len(reader.entries)):
            if reader.tenant_id == tenant_id and wanted(reader, reader.entries[at]):
                return number, at
    raise AssertionError("the run has no such entry")


def respliced(history: History, number: int, start: int, end: int, *entries: Entry) -> History:
    reader = history.readers[number]
    changed = replace(reader, entries=(*reader.entries[:start], *entries, *reader.entries[end:]))
    return replace(history, readers=(*history.readers[:number], changed, *history.readers[number + 1 :]))


def changed(history: History, wanted: Wanted, change: Callable[[Any], Entry]) -> History:
    number, at = find(history, wanted)
    entry = copy.deepcopy(history.readers[number].entries[at])
    return respliced(history, number, at, at + 1, change(entry))


def in_body(change: Callable[[Any], None]) -> Callable[[Any], Entry]:
    def apply(entry: Any) -> Entry:
        change(entry.body)
        return entry

    return apply


def is_yes(_reader: Reader, entry: Entry) -> bool:
    return isinstance(entry, Answered) and entry.answer["ok"] and "booking" in entry.answer["result"]


def is_no(_reader: Reader, entry: Entry) -> bool:
    return isinstance(entry, Answered) and not entry.answer["ok"]


def is_batch(reader: Reader, entry: Entry, *, staff: bool = True, events: int = 1) -> bool:
    return (
        isinstance(entry, Heard)
        and entry.name == "events"
        and reader.staff is staff
        and len(entry.body["events"]) >= events
    )


def is_snapshot(reader: Reader, entry: Entry) -> bool:
    return isinstance(entry, Synced) and entry.pages[0]["kind"] == "snapshot" and reader.staff


def is_resume(_reader: Reader, entry: Entry) -> bool:
    return isinstance(entry, Synced) and entry.pages[0]["kind"] == "events"


def yes_of(history: History) -> Answered:
    number, at = find(history, is_yes)
    entry = history.readers[number].entries[at]
    assert isinstance(entry, Answered)
    return entry


# -- seeded bugs -------------------------------------------------------------------------------

BUGS: dict[str, tuple[str, Callable[[History], History]]] = {}


def bug(rule: str) -> Callable[[Callable[[History], History]], Callable[[History], History]]:
    """Name the rule that must catch what the function does to a clean history."""

    def keep(seed: Callable[[History], History]) -> Callable[[History], History]:
        BUGS[seed.__name__] = (rule, seed)
        return seed

    return keep


@bug("numbers")
def a_number_is_skipped(h):
    log = studio_of(h).log
    return with_studio(h, log=(*log[:20], *log[21:]))


@bug("numbers")
def a_number_is_used_twice(h):
    row = studio_of(h).log[20]
    return with_row(h, 21, replace(row, hash=studio_of(h).log[21].hash))


@bug("chain")
def an_event_is_rewritten_in_the_log(h):
    return with_row(h, 20, row_like(studio_of(h).log[20], at="2020-01-01T00:00:00Z"))


@bug("chain")
def the_end_of_the_log_is_cut_off_and_the_head_set_back(h):
    studio = studio_of(h)
    return with_studio(h, log=studio.log[:-1], head=studio.head - 1)


@bug("versions")
def an_update_is_lost_under_another_with_the_same_version(h):
    log = studio_of(h).log
    at, row = next((i, r) for i, r in enumerate(log) if i > 15 and r.body["type"] == "booking.edited")
    entity = {**row.body["entity"], "version": row.body["entity"]["version"] - 1}
    return with_row(h, at, row_like(row, entity=entity))


@bug("exclusive")
def an_artist_is_booked_twice(h):
    one = studio_of(h).taken[0]
    return with_studio(h, taken=(*studio_of(h).taken, replace(one, id=str(uuid4()))))


@bug("exclusive")
def time_off_is_approved_over_a_pencil(h):
    one = studio_of(h).taken[0]
    return with_studio(h, taken=(*studio_of(h).taken, Taken(**{**as_dict(one), "id": str(uuid4())})))


@bug("exclusive-ever")
def an_artist_was_booked_twice_for_a_while(h):
    log = studio_of(h).log
    taken = [
        (i, r)
        for i, r in enumerate(log)
        if r.body["type"] == "booking.placed" and r.body["data"]["booking"]["status"] == "pencil"
    ]
    (_, first), (at, second) = taken[0], taken[1]
    booking = {**second.body["data"]["booking"]}
    for name in ("artist_id", "start", "end"):
        booking[name] = first.body["data"]["booking"][name]
    return with_row(h, at, row_like(second, data={**second.body["data"], "booking": booking}))


@bug("known-commands")
def something_happens_that_nobody_asked_for(h):
    return appended(h, row_like(studio_of(h).log[-1], command_id=str(uuid4())))


@bug("actor")
def an_event_names_another_member(h):
    wanted = yes_of(h)
    at, row = next((i, r) for i, r in enumerate(studio_of(h).log) if r.body["command_id"] == wanted.id)
    return with_row(h, at, row_like(row, actor={**row.body["actor"], "id": str(uuid4())}))


@bug("acknowledged")
def an_acknowledged_command_is_lost(h):
    wanted, other = yes_of(h).id, str(uuid4())
    rows = tuple(
        row_like(r, command_id=other) if r.body["command_id"] == wanted else r for r in studio_of(h).log
    )
    return with_studio(h, log=rows)


@bug("acknowledged")
def an_acknowledgement_tells_another_number(h):
    return changed(h, is_yes, lambda e: replace(e, answer={**e.answer, "seq": e.answer["seq"] + 1}))


@bug("committed-first")
def an_acknowledgement_comes_before_the_commit(h):
    return changed(h, lambda _, e: isinstance(e, Witnessed), lambda e: replace(e, found=False))


@bug("once")
def deduplication_is_dropped(h):
    wanted = yes_of(h).id
    first = next(r for r in studio_of(h).log if r.body["command_id"] == wanted)
    entity = {**first.body["entity"], "version": 99}
    return appended(h, row_like(first, entity=entity))


@bug("refused")
def a_refused_command_is_done_all_the_same(h):
    number, at = find(h, is_no)
    refused = h.readers[number].entries[at]
    return appended(h, row_like(studio_of(h).log[-1], command_id=refused.id))


@bug("real-time")
def two_instances_number_against_the_order_of_time(h):
    """The last one is acknowledged before anything else is sent."""
    studio = studio_of(h)
    answers = [
        (n, i)
        for n, reader in enumerate(h.readers)
        for i, e in enumerate(reader.entries)
        if reader.tenant_id == studio.tenant_id and isinstance(e, Answered) and e.answer["ok"]
    ]
    number, at = max(answers, key=lambda place: h.readers[place[0]].entries[place[1]].answer["seq"])
    return respliced(h, number, at, at + 1, replace(h.readers[number].entries[at], at=0.0))


@bug("same-answer")
def the_same_id_gets_another_answer(h):
    number, at = find(h, is_yes)
    yes = h.readers[number].entries[at]
    again = replace(yes, answer={**yes.answer, "result": {}})
    return respliced(h, number, at + 1, at + 1, again)


@bug("same-answer")
def a_command_that_was_refused_is_taken_the_second_time(h):
    number, at = find(h, is_yes)
    yes = h.readers[number].entries[at]
    no = {"ok": False, "id": yes.id, "error": {"code": "conflict", "message": "", "retryable": False}}
    return respliced(h, number, at, at, replace(yes, answer=no))


@bug("answer-kept")
def an_answer_is_not_stored(h):
    answers = dict(studio_of(h).answers)
    del answers[yes_of(h).id]
    return with_studio(h, answers=answers)


@bug("answer-kept")
def another_answer_is_stored(h):
    answers = dict(studio_of(h).answers)
    kept = answers[yes_of(h).id]
    answers[yes_of(h).id] = replace(kept, answer={**kept.answer, "seq": 1})
    return with_studio(h, answers=answers)


@bug("answer-true")
def an_answer_tells_an_older_image(h):
    def older(entry: Answered) -> Answered:
        entry.answer["result"]["booking"]["title"] = "As it was before"
        return entry

    return changed(h, is_yes, older)


@bug("asked")
def two_answers_are_mixed_up(h):
    return changed(h, is_yes, lambda e: replace(e, answer={**e.answer, "id": str(uuid4())}))


@bug("fault")
def the_server_stumbles(h):
    error = {"code": "internal", "message": "Something went wrong.", "retryable": True}
    return changed(h, is_no, lambda e: replace(e, answer={"ok": False, "id": e.id, "error": error}))


@bug("contiguous")
def a_gap_is_skipped(h):
    number, at = find(h, is_batch)
    return respliced(h, number, at, at + 1)


@bug("contiguous")
def a_batch_is_sent_twice(h):
    number, at = find(h, is_batch)
    return respliced(h, number, at, at, h.readers[number].entries[at])


@bug("contiguous")
def two_batches_change_places(h):
    number, at = find(h, is_batch)
    later = next(i for i in range(at + 1, 10**6) if is_batch(h.readers[number], h.readers[number].entries[i]))
    one, other = h.readers[number].entries[at], h.readers[number].entries[later]
    return respliced(respliced(h, number, at, at + 1, other), number, later, later + 1, one)


@bug("contiguous")
def events_come_before_the_snapshot(h):
    number, at = find(h, is_snapshot)
    batch = h.readers[number].entries[find_in(h.readers[number], is_batch)]
    return respliced(h, number, at, at, batch)


def find_in(reader: Reader, wanted: Wanted) -> int:
    return next(i for i, e in enumerate(reader.entries) if wanted(reader, e))


@bug("inside-batch")
def an_event_is_twice_in_its_batch(h):
    return changed(h, is_batch, in_body(lambda b: b["events"].append(b["events"][-1])))


@bug("inside-batch")
def an_event_of_another_batch_slips_in(h):
    return changed(h, is_batch, in_body(lambda b: b["events"].insert(0, {**b["events"][0], "seq": 1})))


@bug("whole")
def an_event_is_left_out_of_a_batch(h):
    return changed(h, is_batch, in_body(lambda b: b["events"].pop()))


@bug("true-events")
def an_event_is_altered_on_its_way(h):
    return changed(h, is_batch, in_body(lambda b: b["events"][0].update(at="2020-01-01T00:00:00Z")))


@bug("true-events")
def what_was_never_committed_is_told(h):
    beyond = studio_of(h).head + 1

    def phantom(body: Any) -> None:
        body["events"].append({**body["events"][-1], "seq": beyond})

    return changed(h, is_batch, in_body(phantom))


@bug("snapshot")
def a_snapshot_is_older_than_it_says(h):
    def stale(entry: Any) -> Entry:
        entry.pages[0]["state"]["artists"][0]["name"] = "As she was called before"
        return entry

    return changed(h, is_snapshot, stale)


@bug("snapshot")
def the_pages_of_a_snapshot_are_of_two_moments(h):
    def torn(entry: Any) -> Entry:
        page = {**entry.pages[0], "seq": entry.pages[0]["seq"] + 1, "state": {}}
        return replace(entry, pages=(*entry.pages, page))

    return changed(h, is_snapshot, torn)


@bug("resume")
def a_resume_begins_one_too_late(h):
    def late(entry: Any) -> Entry:
        entry.pages[0]["from_seq"] += 1
        return entry

    return changed(h, is_resume, late)


@bug("epoch")
def a_batch_of_another_history_is_taken_for_this_one(h):
    return changed(h, is_batch, in_body(lambda b: b.update(epoch=str(uuid4()))))


@bug("view")
def the_last_batches_never_come(h):
    number, _ = find(h, is_batch)
    entries = h.readers[number].entries
    last = max(i for i, e in enumerate(entries) if isinstance(e, Heard) and e.name == "events")
    return respliced(h, number, last, last + 1)


@bug("view")
def an_event_tells_less_than_happened(h):
    """As if a promotion in the waiting line were no event: the database knows better than the log."""
    fresh = copy.deepcopy(studio_of(h).fresh)
    fresh["staff"]["bookings"][0]["title"] = "Changed without an event"
    return with_studio(h, fresh=fresh)


@bug("identity")
def somebody_is_welcomed_as_an_owner(h):
    return changed(
        h,
        lambda r, e: isinstance(e, Welcomed) and not r.staff,
        in_body(lambda b: b["member"].update(role="studio_owner")),
    )


@bug("masked")
def an_artist_is_shown_a_booking_of_another(h):
    def shown(body: Any) -> None:
        event = next(e for e in body["events"] if e["type"] == "booking.masked")
        event["data"]["booking"]["title"] = "Seen"

    return changed(h, has_masked, in_body(shown))


@bug("masked")
def an_artist_is_told_who_booked_another(h):
    def shown(body: Any) -> None:
        event = next(e for e in body["events"] if e["type"] == "booking.masked")
        event["actor"] = {"kind": "member", "id": str(uuid4()), "name": "Mai"}

    return changed(h, has_masked, in_body(shown))


def has_masked(reader: Reader, entry: Entry) -> bool:
    return is_batch(reader, entry, staff=False) and any(
        e["type"] == "booking.masked" for e in entry.body["events"]
    )


@bug("hidden-words")
def a_title_leaks_to_an_artist_by_presence(h):
    number, at = find(h, lambda r, e: isinstance(e, Welcomed) and not r.staff)
    artist_id = h.readers[number].artist_id
    bookings = [r.body["data"]["booking"] for r in studio_of(h).log if r.body["entity"]["kind"] == "booking"]
    title = next(b["title"] for b in bookings if b["artist_id"] != artist_id)
    leak = Heard(at=0.0, name="presence", body={"full": [{"name": "Mai", "view": title}]})
    return respliced(h, number, at + 1, at + 1, leak)


@bug("own-studio")
def a_batch_of_another_studio_arrives(h):
    other = list(h.studios.values())[1]
    return changed(h, is_batch, in_body(lambda b: b["events"].append(other.log[-1].body)))


@bug("own-studio")
def an_error_names_a_booking_of_another_studio(h):
    other = list(h.studios.values())[1].log[-1].body["entity"]["id"]

    def telling(entry: Answered) -> Answered:
        entry.answer["error"]["message"] = f"{other} is there already"
        return entry

    return changed(h, is_no, telling)


def as_dict(taken: Taken) -> dict[str, str]:
    return {name: getattr(taken, name) for name in Taken.__struct_fields__}


@pytest.mark.parametrize("name", BUGS)
def test_a_seeded_bug_is_caught_by_its_own_rule(clean, name):
    rule, seed = BUGS[name]
    assert list(RULES[rule](seed(clean)))


def test_every_rule_has_a_bug_that_proves_it():
    assert {rule for rule, _ in BUGS.values()} == set(RULES)

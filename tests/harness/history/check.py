"""The judge: every law as a rule with a name, and the sentences of those that were broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from tests.harness.history import commands, log, sight, views
from tests.harness.history.model import History


class Finding(Struct, frozen=True, kw_only=True):
    """A broken rule: its name, and what was found."""

    rule: str
    what: str

    def __str__(self) -> str:
        return f"[{self.rule}] {self.what}"


Rule = Callable[[History], Iterator[str]]

RULES: Mapping[str, Rule] = {
    # The log (architecture.md, law 4)
    "numbers": log.numbers_have_no_gap,
    "chain": log.chain_holds,
    "versions": log.versions_count_up,
    "exclusive": log.nobody_is_booked_twice,
    "exclusive-ever": log.nobody_ever_was_booked_twice,
    "known-commands": log.nothing_was_done_unasked,
    "actor": log.events_name_who_asked,
    # Commands (laws 2, 4 and 5)
    "acknowledged": commands.acknowledged_is_in_the_log,
    "committed-first": commands.acknowledged_was_committed,
    "once": commands.done_once,
    "refused": commands.refused_did_nothing,
    "real-time": commands.order_is_that_of_time,
    "same-answer": commands.one_id_one_answer,
    "answer-kept": commands.answers_are_kept,
    "answer-true": commands.answers_tell_the_log,
    "asked": commands.answers_are_to_questions,
    "fault": commands.nothing_went_wrong_inside,
    # What readers were sent (laws 1, 3 and 4; protocol.md, "Order and truth")
    "contiguous": views.batches_follow_each_other,
    "inside-batch": views.events_stand_in_their_batch,
    "whole": views.staff_hear_every_number,
    "true-events": views.events_are_those_of_the_log,
    "snapshot": views.snapshots_are_of_their_number,
    "resume": views.resumes_where_asked,
    "epoch": views.history_is_one,
    "view": views.everybody_ends_with_the_same,
    "identity": sight.welcomed_as_themselves,
    "masked": sight.artists_see_others_masked,
    "hidden-words": sight.artists_hear_no_word_of_others,
    "own-studio": sight.no_byte_of_another_studio,
}
"""By name; the names are what docs/subsystems/faults.md explains."""

MOST_FINDINGS = 20


def check(history: History) -> list[Finding]:
    """What is wrong with a history; at most twenty findings of each rule."""
    findings: list[Finding] = []
    for name, rule in RULES.items():
        for count, what in enumerate(rule(history)):
            if count == MOST_FINDINGS:
                break
            findings.append(Finding(rule=name, what=what))
    return findings


def assert_sound(history: History) -> None:
    """Fail with every finding."""
    findings = check(history)
    assert not findings, "\n".join(map(str, findings))

"""A server of its own for each test, and the certainty that its log holds no traceback."""

import logging

import pytest

from tests.harness import live as harness
from tests.harness.live import serving

BOTH_PATHS = {
    "test_huge_messages_close",
    "test_huge_messages_in_pieces_close",
    "test_invalid_utf8_closes_without_a_traceback",
    "test_invalid_utf8_in_pieces_closes_too",
    "test_random_bytes_close",
    "test_messages_before_the_handshake_are_malformed",
    "test_a_flood_of_frames_is_closed",
    "test_a_flood_is_answered_busy_or_rate_limited_and_the_rest_is_done",
    "test_an_artist_is_told_nothing_of_others_work",
    "test_64_sockets_place_pencils_on_10_artists",
    "test_sockets_that_do_not_sign_in_are_closed",
    "test_a_command_is_answered_and_everybody_hears_of_it",
    "test_answers_come_in_the_order_of_the_commands",
    "test_a_command_whose_socket_goes_is_finished_and_answered_to_whoever_asks_again",
    "test_a_connection_outlives_its_token_by_a_grace_and_ends",
    "test_a_restart_says_goodbye_and_lets_nobody_in",
    "test_a_restart_answers_what_is_being_run",
    "test_a_client_that_leaves_leaves_nothing_behind",
    "test_a_socketio_disconnect_closes_the_socket",
    "test_a_peer_that_does_not_answer_pings_is_cut",
    "test_what_one_commits_the_other_delivers_without_reading_the_log",
    "test_people_see_each_other_come_look_and_go",
    "test_a_reader_that_does_not_read_is_closed_and_the_others_miss_nothing",
    "test_a_client_that_never_reads_costs_its_bound_while_60_mb_are_sent",
    "test_ghosts_are_not_queued_for_a_slow_reader",
    "test_a_reader_that_leaves_in_the_middle_of_a_snapshot_holds_nothing",
    "test_readers_that_come_at_any_time_miss_nothing",
    "test_a_paged_snapshot_is_of_one_number",
}
"""Part of the contract that is held on uvicorn's own sockets too, where `FAST_SOCKETS=false` leads. [F2]"""


def pytest_generate_tests(metafunc):
    if metafunc.function.__name__ in BOTH_PATHS:
        metafunc.parametrize("path", ["fast", "stock"], indirect=True)


@pytest.fixture(autouse=True)
def path(request, monkeypatch):
    """Which sockets the servers of a test have."""
    kind = getattr(request, "param", "fast")
    monkeypatch.setattr(harness, "fast_sockets", kind == "fast")
    return kind


@pytest.fixture(autouse=True)
def no_tracebacks(caplog):
    """[A2] Nothing a client or a bus does may print a traceback."""
    caplog.set_level(logging.INFO)
    yield
    for phase in ("setup", "call"):
        for record in caplog.get_records(phase):
            assert record.exc_info is None, f"{record.name}: {record.getMessage()}\n{caplog.text}"
            assert "Traceback" not in record.getMessage()


@pytest.fixture
async def live(pool):
    """One instance."""
    async with serving(pool) as instance:
        yield instance


@pytest.fixture
async def studio(live, pool):
    """A fresh studio on that instance."""
    return await live.studio(pool)

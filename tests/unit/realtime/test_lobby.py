"""Who is shown, what changed since, and which drags are in flight."""

from uuid import uuid4

from realtime.connections import audience_of
from realtime.hints import OwnedGhost
from realtime.lobby import (
    ANSWER_SECONDS,
    COLOURS,
    MOST_SHOWN,
    REMOTE_SECONDS,
    Lobby,
    colour_of,
    difference,
    person_of,
    reduced,
)
from realtime.protocol import Ghost, PresenceUpdate, View
from tests.harness.delivery import actor_in, greeted

TENANT = uuid4()


def joined(lobby, name="Mai"):
    actor = actor_in(TENANT, name=name)
    connection = greeted(actor)
    lobby.join(connection, audience_of(actor), person_of(connection.id, actor))
    return connection, actor


def ghost(connection, booking_id, *, owner=None):
    drag = Ghost(
        connection_id=connection.id, booking_id=booking_id, name="Mai", colour="#000000", artist_id=uuid4()
    )
    return OwnedGhost(ghost=drag, owner=owner)


def test_a_member_has_the_same_colour_everywhere():
    member = uuid4()
    assert colour_of(member) == colour_of(member)
    assert {colour_of(uuid4()) for _ in range(1_000)} == set(COLOURS)


def test_differences_are_joined_left_and_changed():
    """[P1]"""
    lobby = Lobby(TENANT)
    (one, _), (two, actor) = joined(lobby), joined(lobby)
    before = lobby.people()
    three, _ = joined(lobby)
    lobby.leave(one)
    update = PresenceUpdate(view=View(project_id=uuid4()), selection=(uuid4(),))
    lobby.update(two, person_of(two.id, actor, update))
    change = difference(before, lobby.people())
    assert change is not None
    assert [p.connection_id for p in change.joined] == [three.id]
    assert change.left == (one.id,)
    assert [p.selection for p in change.changed] == [update.selection]
    assert difference(before, before) is None
    assert reduced(change.changed[0]).view is None
    assert reduced(change.changed[0]).selection == ()


def test_a_lobby_shows_those_longest_here():
    """[P1]"""
    lobby = Lobby(TENANT)
    crowd = [joined(lobby)[0] for _ in range(MOST_SHOWN + 2)]
    assert list(lobby.people()) == [c.id for c in crowd[:MOST_SHOWN]]
    lobby.leave(crowd[0])
    assert crowd[MOST_SHOWN].id in lobby.people()


def test_other_instances_people_are_replaced_changed_and_forgotten():
    """[P5]"""
    lobby = Lobby(TENANT)
    one, two = (person_of(uuid4().hex, actor_in(TENANT, name=name)) for name in ("Ada", "Ben"))
    lobby.hear("elsewhere", 0, full=True, people=[one], left=[])
    lobby.hear("elsewhere", 1, full=False, people=[two], left=[])
    assert set(lobby.people()) == {one.connection_id, two.connection_id}
    assert lobby.own_people() == {}
    lobby.hear("elsewhere", 2, full=False, people=[], left=[one.connection_id])
    assert set(lobby.people()) == {two.connection_id}
    assert not lobby.forget_silent(2 + REMOTE_SECONDS)
    assert lobby.forget_silent(2.1 + REMOTE_SECONDS)
    assert lobby.people() == {}


def test_an_instance_that_does_not_answer_when_asked_has_nobody_here():
    """[P5] Who answers stays; who came meanwhile stays too."""
    lobby = Lobby(TENANT)
    silent, answers = (person_of(uuid4().hex, actor_in(TENANT, name=name)) for name in ("Ada", "Ben"))
    lobby.hear("gone", 0, full=True, people=[silent], left=[])
    lobby.hear("there", 0, full=True, people=[answers], left=[])
    lobby.ask(1)
    lobby.hear("there", 1.2, full=True, people=[answers], left=[])
    assert not lobby.forget_silent(1 + ANSWER_SECONDS)
    assert lobby.forget_silent(1.1 + ANSWER_SECONDS)
    assert set(lobby.people()) == {answers.connection_id}
    assert not lobby.forget_silent(1.2 + REMOTE_SECONDS), "asked once, it is not held against anybody later"


def test_the_latest_place_of_a_drag_wins():
    """[P2]"""
    lobby, booking = Lobby(TENANT), uuid4()
    one, _ = joined(lobby)
    first, second = ghost(one, booking), ghost(one, booking)
    lobby.drag(first)
    lobby.drag(second)
    lobby.hear_ghosts([elsewhere := ghost(greeted(actor_in(TENANT)), booking)])
    assert lobby.moving
    everything, ours = lobby.take_ghosts()
    assert everything == [second, elsewhere]
    assert ours == [second], "what others told us is not told again"
    assert lobby.take_ghosts() == ([], [])
    assert lobby.drags(one.id) == 1


def test_drags_end_with_their_connection():
    """[P2]"""
    lobby, booking, owner = Lobby(TENANT), uuid4(), uuid4()
    one, _ = joined(lobby)
    lobby.drag(ghost(one, booking, owner=owner))
    lobby.take_ghosts()
    lobby.leave(one)
    (over,), _ = lobby.take_ghosts()
    assert over.ghost.end_drag
    assert over.ghost.artist_id is None
    assert over.owner == owner
    assert not lobby.end_drag(one.id, booking)

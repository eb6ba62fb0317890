"""Web push, the pure parts: sealed as the standard's example, signed as its own key, cut to what fits."""

from datetime import UTC, datetime
from uuid import uuid4

import jwt
import msgspec
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from server.push.sealing import MOST_BYTES, RECORD, SealingError, seal
from server.push.sender import PushMessage, encode, topic_of
from server.push.vapid import Vapid, decoded, key_problem, new_private_key
from tests.harness.push_service import AUTH, subscription, unseal

# RFC 8291, appendix A.
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
    "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def private(text):
    return ec.derive_private_key(int.from_bytes(decoded(text), "big"), ec.SECP256R1())


def test_the_example_of_the_standard_is_sealed_byte_for_byte():
    sealed = seal(
        b"When I grow up, I want to be a watermelon",
        decoded(P256DH),
        decoded("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"),
        ours=private(SENDER),
    )
    assert sealed == decoded(BODY)


def test_only_the_browser_it_is_for_can_read_it():
    theirs = private(RECEIVER)
    sealed = seal(b"a hold", decoded(P256DH), AUTH)
    assert unseal(sealed, theirs) == b"a hold"
    assert sealed != seal(b"a hold", decoded(P256DH), AUTH)
    with pytest.raises(InvalidTag):
        unseal(sealed, ec.generate_private_key(ec.SECP256R1()))


@pytest.mark.parametrize("point", [b"", b"\x04" * 65, decoded(P256DH)[:-1], b"\x02" + decoded(P256DH)[1:]])
def test_what_is_no_key_is_refused(point):
    with pytest.raises(SealingError):
        seal(b"a hold", point, AUTH)


def test_a_message_of_any_length_fits_and_stays_readable():
    message = PushMessage(
        title="é" * 9_000, body="“" * 9_000, tag="t", path="/phone/", booking_id=uuid4(), ask=True
    )
    body = encode(message)
    assert len(body) <= MOST_BYTES
    assert len(seal(body, decoded(P256DH), AUTH)) <= RECORD
    read = msgspec.json.decode(body, type=PushMessage)
    assert (read.booking_id, read.tag, read.ask) == (message.booking_id, "t", True)
    short = PushMessage(title="A hold", body="Monday", tag="t", path="/phone/")
    assert msgspec.json.decode(encode(short), type=PushMessage) == short


def test_a_signature_names_the_service_the_end_and_the_contact():
    vapid = Vapid(SENDER, "mailto:ops@studio.example")
    scheme, token, key = vapid.authorization("https://push.example.com:8443/abc", NOW).split(" ")
    claims = jwt.decode(
        token.removeprefix("t=").rstrip(","),
        private(SENDER).public_key(),
        algorithms=["ES256"],
        audience="https://push.example.com:8443",
        options={"verify_exp": False},
    )
    assert (scheme, key.removeprefix("k=")) == ("vapid", vapid.application_key)
    assert claims["sub"] == "mailto:ops@studio.example"
    assert 0 < claims["exp"] - NOW.timestamp() <= 24 * 3600


def test_a_made_key_is_one_that_is_taken_and_others_are_not():
    assert key_problem(new_private_key()) is None
    for bad in ("", "short", "!" * 43, "A" * 43, "_" * 43):
        assert key_problem(bad)


def test_a_topic_is_one_that_push_services_take_and_tells_nothing():
    topic = topic_of(f"booking-{uuid4()}")
    assert len(topic) == 32
    assert topic.isascii()
    assert topic_of("a") == topic_of("a") != topic_of("b")


def test_a_browsers_keys_are_what_browsers_give():
    given = subscription()["keys"]
    assert (len(decoded(given["p256dh"])), len(decoded(given["auth"]))) == (65, 16)

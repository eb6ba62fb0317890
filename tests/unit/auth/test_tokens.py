"""Tokens: what ours say, and that nobody else's are believed."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest

from server.auth.browser import cleared_cookie, refresh_cookie
from server.auth.tokens import (
    ACCESS_LIFETIME,
    REFRESH_PREFIX,
    TICKET_PREFIX,
    Signer,
    new_refresh_token,
    new_ticket,
    read_opaque,
)

OLD, NEW = "an old key of at least 32 characters", "a new key of at least 32 characters!"


def token(signer, now=None, tenant=None):
    return signer.access_token(
        tenant_id=tenant or uuid4(),
        member_id=uuid4(),
        family_id=uuid4(),
        role="freelancer",
        name="Ada",
        now=now or datetime.now(UTC),
    )


def test_an_access_token_says_who_and_until_when():
    tenant, now = uuid4(), datetime.now(UTC).replace(microsecond=0)
    claims = Signer([NEW]).read(token(Signer([NEW]), now, tenant))
    assert claims.tenant_id == tenant
    assert claims.expires_at == now + ACCESS_LIFETIME


def test_a_replaced_key_is_believed_while_it_is_listed():
    old = token(Signer([OLD]))
    assert Signer([NEW, OLD]).read(old)
    assert Signer([NEW]).read(old) is None
    assert (
        jwt.get_unverified_header(token(Signer([NEW, OLD])))["kid"] != jwt.get_unverified_header(old)["kid"]
    )


def test_the_key_itself_does_not_sign():
    """Each purpose has a key derived for it, so that a signature of one is nothing to another."""
    claims = jwt.decode(token(Signer([NEW])), options={"verify_signature": False})
    header = jwt.get_unverified_header(token(Signer([NEW])))
    assert Signer([NEW]).read(jwt.encode(claims, NEW, algorithm="HS256", headers=header)) is None


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "tid", "sid", "exp", "iat"])
def test_every_claim_is_required(claim):
    signer = Signer([NEW])
    claims = jwt.decode(token(signer), options={"verify_signature": False})
    del claims[claim]
    key = signer._keys[signer._current]
    forged = jwt.encode(claims, key, algorithm="HS256", headers={"kid": signer._current})
    assert signer.read(forged) is None


@pytest.mark.parametrize(
    "claims", [{"tid": 7}, {"sub": None}, {"exp": "soon"}, {"exp": 1e30}, {"aud": ["x"]}]
)
def test_claims_of_wrong_types_are_no_claims(claims):
    signer = Signer([NEW])
    whole = {**jwt.decode(token(signer), options={"verify_signature": False}), **claims}
    key = signer._keys[signer._current]
    try:
        forged = jwt.encode(whole, key, algorithm="HS256", headers={"kid": signer._current})
    except TypeError:
        return
    assert signer.read(forged) is None


def test_an_expired_token_is_no_token():
    late = datetime.now(UTC) - ACCESS_LIFETIME - timedelta(seconds=10)
    assert Signer([NEW]).read(token(Signer([NEW]), late)) is None


def test_the_successor_follows_from_the_token_and_the_key():
    first = new_refresh_token(uuid4())
    second = Signer([NEW]).successor(first)
    assert second == Signer([NEW]).successor(first)
    assert second != Signer([OLD]).successor(first)
    assert second.tenant_id == first.tenant_id
    assert read_opaque(REFRESH_PREFIX, second.text) == second


def test_tokens_are_told_apart_by_their_prefix():
    ticket = new_ticket(uuid4())
    assert read_opaque(TICKET_PREFIX, ticket.text) == ticket
    assert read_opaque(REFRESH_PREFIX, ticket.text) is None
    assert len({new_ticket(ticket.tenant_id).text for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "text", ["", "pts", "pts_x_y", "pts__", "pts_é_x", "x" * 5_000, "pts_" + "0" * 31 + "_x"]
)
def test_what_is_no_token_is_not_looked_up(text):
    assert read_opaque(TICKET_PREFIX, text) is None


def test_the_cookie_is_for_sign_in_alone():
    assert refresh_cookie("t", secure=True).split("; ") == [
        "pt_refresh=t",
        "Path=/api/v1/auth",
        "Max-Age=2592000",
        "HttpOnly",
        "SameSite=Strict",
        "Secure",
    ]
    assert "Max-Age=0" in cleared_cookie(secure=False)

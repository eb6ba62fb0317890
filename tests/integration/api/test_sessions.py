"""Staying signed in: rotation, reuse, cookies, tickets, and what ends an access token."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

import jwt
import pytest

from server.auth.identity import CACHE_SECONDS
from server.auth.sessions import REFRESH_LIFETIME, ROTATION_GRACE, TICKET_LIFETIME
from server.auth.sign_in import set_password
from server.auth.tokens import ACCESS_LIFETIME, Signer
from tests.harness.api import expect
from tests.integration.api.conftest import KEY, PASSWORD


@pytest.fixture
async def granted(world, api):
    return await api.send(
        "POST", "/auth/login", {"email": f"studio_manager@{world.slug}.test", "password": PASSWORD}
    )


async def refresh(api, token):
    return await api.send("POST", "/auth/refresh", {"refresh_token": token})


async def refused(api, token):
    return await api.refused(401, "unauthenticated", "POST", "/auth/refresh", {"refresh_token": token})


# -- rotation ----------------------------------------------------------------------------


async def test_each_refresh_gives_the_next_token(granted, api):
    first = granted["refresh_token"]
    second = (await refresh(api, first))["refresh_token"]
    third = await refresh(api, second)
    assert len({first, second, third["refresh_token"]}) == 3
    assert await api.signed_in(third["access_token"]).get("/auth/me")


async def test_racing_tabs_get_the_same_successor(granted, api):
    answers = await asyncio.gather(*(refresh(api, granted["refresh_token"]) for _ in range(8)))
    assert len({a["refresh_token"] for a in answers}) == 1
    assert (await refresh(api, answers[0]["refresh_token"]))["access_token"]


async def test_a_lost_answer_is_asked_for_again_within_the_grace(granted, api, clock):
    lost = await refresh(api, granted["refresh_token"])
    clock.ahead = ROTATION_GRACE - timedelta(seconds=2)
    assert (await refresh(api, granted["refresh_token"]))["refresh_token"] == lost["refresh_token"]


async def test_a_token_used_again_later_ends_the_whole_family(granted, api, clock):
    newest = await refresh(api, granted["refresh_token"])
    clock.ahead = ROTATION_GRACE + timedelta(seconds=1)
    await refused(api, granted["refresh_token"])
    await refused(api, newest["refresh_token"])
    await api.signed_in(newest["access_token"]).no(401, "unauthenticated", "/auth/me")


async def test_one_family_ending_leaves_the_others(world, granted, api, clock):
    elsewhere = await api.send(
        "POST", "/auth/login", {"email": f"studio_manager@{world.slug}.test", "password": PASSWORD}
    )
    await refresh(api, granted["refresh_token"])
    clock.ahead = ROTATION_GRACE + timedelta(seconds=1)
    await refused(api, granted["refresh_token"])
    assert await refresh(api, elsewhere["refresh_token"])


async def test_a_refresh_token_runs_out(granted, api, clock):
    clock.ahead = REFRESH_LIFETIME + timedelta(seconds=1)
    await refused(api, granted["refresh_token"])


@pytest.mark.parametrize(
    "forge",
    [
        lambda t: t[:-4] + "AAAA",
        lambda t: t.replace(t.split("_")[1], uuid4().hex),
        lambda _: "ptr_nonsense_x",
        lambda _: "garbage",
        lambda _: "ptr__",
    ],
)
async def test_forged_refresh_tokens_are_refused(granted, api, forge):
    await refused(api, forge(granted["refresh_token"]))
    assert await refresh(api, granted["refresh_token"])


async def test_a_refresh_races_with_a_logout_and_loses(granted, api):
    await asyncio.gather(
        api.write("POST", "/auth/refresh", {"refresh_token": granted["refresh_token"]}),
        api.send("POST", "/auth/logout", {"refresh_token": granted["refresh_token"]}),
    )
    await refused(api, granted["refresh_token"])


# -- what ends an access token -----------------------------------------------------------


async def test_logout_ends_the_sign_in_at_once(granted, api):
    me = api.signed_in(granted["access_token"])
    assert await me.get("/auth/me")
    await api.send("POST", "/auth/logout", {"refresh_token": granted["refresh_token"]})
    await me.no(401, "unauthenticated", "/auth/me")
    await refused(api, granted["refresh_token"])


async def test_logging_out_twice_or_of_nothing_is_fine(granted, api):
    for body in ({"refresh_token": granted["refresh_token"]},) * 2 + ({"refresh_token": "x"}, {}, None):
        assert await api.send("POST", "/auth/logout", body) is None


async def test_deactivating_a_member_cuts_them_off_within_seconds(world, granted, api, clock):
    me = api.signed_in(granted["access_token"])
    assert await me.get("/auth/me")
    await world.deactivate(world.members["studio_manager"])
    clock.ahead = timedelta(seconds=CACHE_SECONDS + 1)
    await me.no(401, "unauthenticated", "/auth/me")
    await refused(api, granted["refresh_token"])


async def test_the_owner_deactivates_a_member_at_once(world, granted, api):
    me = api.signed_in(granted["access_token"])
    assert await me.get("/auth/me")
    await world.owner.send("PATCH", f"/members/{world.members['studio_manager']}", {"active": False})
    await me.no(401, "unauthenticated", "/auth/me")


async def test_a_changed_role_counts_not_the_one_in_the_token(world, granted, api, clock):
    me = api.signed_in(granted["access_token"])
    assert await me.get("/project-phases")
    answer = await world.studio.run(
        "member.edit", {"member_id": world.members["studio_manager"], "role": "freelancer"}
    )
    assert answer.ok
    clock.ahead = timedelta(seconds=CACHE_SECONDS + 1)
    await me.no(403, "forbidden", "/project-phases")


async def test_setting_a_password_ends_every_sign_in(world, granted, api, services):
    known = await set_password(
        services.pool,
        services.passwords,
        tenant_id=world.tenant_id,
        member_id=world.members["studio_manager"],
        password="set by an operator",
    )
    assert known
    await refused(api, granted["refresh_token"])
    await world.sign_in_as(f"studio_manager@{world.slug}.test", "set by an operator")


def forged(world, *, key=KEY, alg="HS256", kid=None, **claims):
    now = datetime.now(UTC)
    body = {
        "iss": "production-tool",
        "aud": "production-tool",
        "sub": str(world.members["studio_owner"]),
        "tid": str(world.tenant_id),
        "sid": str(uuid4()),
        "iat": now,
        "exp": now + timedelta(minutes=5),
        **claims,
    }
    signer = Signer([KEY])
    secret: Any = None if alg == "none" else signer._keys[signer._current] if key == KEY else key
    return jwt.encode(body, secret, algorithm=alg, headers={"kid": kid or signer._current})


@pytest.mark.parametrize(
    "token",
    [
        lambda w: forged(w, key="another key that is long enough to sign with"),
        lambda w: forged(w, key=KEY),  # a family that does not exist
        lambda w: forged(w, alg="none"),
        lambda w: forged(w, kid="unknown"),
        lambda w: forged(w, exp=datetime.now(UTC) - timedelta(minutes=1)),
        lambda w: forged(w, aud="somebody else"),
        lambda w: forged(w, iss="somebody else"),
        lambda w: forged(w, tid="not a uuid"),
        lambda _: "a.b.c",
        lambda _: "e30.e30.e30",
        lambda _: "W" * 4000 + ".x.y",
        lambda _: "x" * 10_000,
        lambda _: "ptk_some_api_key",
    ],
)
async def test_bad_access_tokens_are_refused(world, api, token):
    await api.signed_in(token(world)).no(401, "unauthenticated", "/auth/me")


async def test_an_expired_access_token_is_refused(world, granted, api, clock, services):
    late = datetime.now(UTC) - ACCESS_LIFETIME - timedelta(minutes=1)
    services.sessions._now = lambda: late
    old = await api.send(
        "POST", "/auth/login", {"email": f"studio_owner@{world.slug}.test", "password": PASSWORD}
    )
    await api.signed_in(old["access_token"]).no(401, "unauthenticated", "/auth/me")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer \u00e9"])
async def test_other_authorization_headers_are_refused(api, header):
    response = await api.call("GET", "/auth/me", headers={"Authorization": header.encode()})
    expect(response, 401, "unauthenticated")
    assert response.headers["www-authenticate"].startswith("Bearer")


# -- browsers ----------------------------------------------------------------------------


async def browser_login(world, api, origin="http://testserver"):
    return await api.write(
        "POST",
        "/auth/login",
        {"email": f"studio_manager@{world.slug}.test", "password": PASSWORD},
        Origin=origin,
    )


async def test_a_browser_keeps_its_refresh_token_in_a_cookie_only(world, api, client):
    response = await browser_login(world, api)
    assert "refresh_token" not in response.json()["data"]
    cookie = response.headers["set-cookie"]
    for part in ("pt_refresh=ptr_", "HttpOnly", "SameSite=Strict", "Path=/api/v1/auth", "Max-Age="):
        assert part in cookie
    assert "Secure" not in cookie
    before = client.cookies["pt_refresh"]
    renewed = await api.send("POST", "/auth/refresh", {}, Origin="http://testserver")
    assert "refresh_token" not in renewed
    assert client.cookies["pt_refresh"] != before
    assert await api.signed_in(renewed["access_token"]).get("/auth/me")


async def test_over_tls_the_cookie_is_secure(world, api, client):
    client.base_url = "https://testserver"
    response = await browser_login(world, api, "https://testserver")
    assert "Secure" in response.headers["set-cookie"]
    assert "strict-transport-security" in response.headers


async def test_signing_out_in_a_browser_clears_the_cookie(world, api, client):
    await browser_login(world, api)
    token = client.cookies["pt_refresh"]
    await api.send("POST", "/auth/logout", {}, Origin="http://testserver")
    assert "pt_refresh" not in client.cookies
    await refused(api, token)


async def test_another_sites_page_may_not_use_the_cookie(world, api, client):
    await browser_login(world, api)
    for path in ("/auth/refresh", "/auth/logout"):
        await api.refused(403, "forbidden", "POST", path, {}, Origin="https://evil.example")
    await api.refused(403, "forbidden", "POST", "/auth/refresh", {}, Origin="null")
    await api.refused(403, "forbidden", "POST", "/auth/refresh", {})  # a cookie, but no page
    assert await api.send("POST", "/auth/refresh", {}, Origin="http://testserver")


async def test_another_sites_page_may_not_sign_somebody_in(world, api):
    response = await browser_login(world, api, "https://evil.example")
    expect(response, 403, "forbidden")
    assert "set-cookie" not in response.headers


async def test_an_allowed_origin_may_use_the_cookie(world, api):
    response = await browser_login(world, api, "https://studio.example")
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "https://studio.example"


async def test_refreshing_without_any_token_says_so(api):
    await api.refused(401, "unauthenticated", "POST", "/auth/refresh")


# -- tickets -----------------------------------------------------------------------------


async def test_a_ticket_is_good_once(world, services):
    ticket = await world.artist.send("POST", "/auth/socket-ticket")
    assert ticket["expires_in"] == 30
    identity = await services.authenticator.identify(ticket["ticket"])
    assert identity.actor.id == world.members["freelancer"]
    assert identity.actor.artist_id == world.ada
    assert await services.authenticator.identify(ticket["ticket"]) is None


async def test_only_one_of_many_racers_uses_a_ticket(world, services):
    ticket = (await world.artist.send("POST", "/auth/socket-ticket"))["ticket"]
    found = await asyncio.gather(*(services.authenticator.identify(ticket) for _ in range(6)))
    assert len([f for f in found if f is not None]) == 1


async def test_a_ticket_runs_out(world, services):
    services.sessions._now = lambda: datetime.now(UTC) - TICKET_LIFETIME
    ticket = (await world.artist.send("POST", "/auth/socket-ticket"))["ticket"]
    assert await services.authenticator.identify(ticket) is None


async def test_a_ticket_is_of_the_sign_in_that_asked_for_it_and_ends_with_it(world, api, services, granted):
    ended = []
    browser = api.signed_in(granted["access_token"])
    used, unused = [(await browser.send("POST", "/auth/socket-ticket"))["ticket"] for _ in range(2)]
    identity = await services.authenticator.identify(used)
    with mock.patch.object(type(services), "end_session", lambda _self, gone: ended.append(gone)):
        await api.send("POST", "/auth/logout", {"refresh_token": granted["refresh_token"]})
    assert [gone.family_id for gone in ended] == [identity.family_id]
    assert await services.authenticator.identify(unused) is None


async def test_a_ticket_is_no_access_token(world, api, services):
    ticket = (await world.artist.send("POST", "/auth/socket-ticket"))["ticket"]
    await api.signed_in(ticket).no(401, "unauthenticated", "/auth/me")
    assert await services.authenticator.identify(ticket) is not None


async def test_access_tokens_authenticate_sockets_too(world, services):
    actor = await services.authenticator.authenticate(world.manager.token)
    assert actor.role == "studio_manager"
    assert actor.tenant_id == world.tenant_id
    assert await services.authenticator.authenticate("nonsense") is None

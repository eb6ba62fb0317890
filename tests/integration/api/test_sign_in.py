"""Signing in: who gets in, what a "no" tells, and how often one may guess."""

import logging

import pytest

from tests.harness.api import expect
from tests.integration.api.conftest import PASSWORD


async def test_the_right_password_signs_in(world, api):
    email = f"studio_manager@{world.slug}.test"
    granted = await api.send("POST", "/auth/login", {"email": email.upper(), "password": PASSWORD})
    assert granted["expires_in"] == 900
    assert granted["member"]["email"] == email
    assert granted["tenant_id"] == str(world.tenant_id)
    me = await api.signed_in(granted["access_token"]).get("/auth/me")
    assert me["member"]["role"] == "studio_manager"
    assert me["tenant"]["slug"] == world.slug


async def test_every_wrong_sign_in_is_answered_alike(world, api):
    email = f"studio_manager@{world.slug}.test"
    await world.member("studio_manager", "gone@example.test")
    await world.add("member.add", role="studio_manager", email="nopassword@example.test", name="N")
    [gone] = [m for m in await world.owner.get("/members") if m["email"] == "gone@example.test"]
    await world.deactivate(gone["id"])
    answers = [
        await api.refused(401, "unauthenticated", "POST", "/auth/login", {"email": who, "password": word})
        for who, word in [
            (email, "wrong password"),
            ("nobody@example.test", PASSWORD),
            ("gone@example.test", PASSWORD),
            ("nopassword@example.test", PASSWORD),
        ]
    ]
    assert len({a["message"] for a in answers}) == 1


async def test_one_password_in_several_studios_asks_for_the_studio(world, other, api):
    for studio, password in ((world, PASSWORD), (other, PASSWORD)):
        await studio.member("studio_manager", "eve@example.test", password=password)
    body = {"email": "eve@example.test", "password": PASSWORD}
    error = await api.refused(400, "invalid", "POST", "/auth/login", body)
    assert error["data"]["path"] == "tenant"
    assert {t["slug"] for t in error["data"]["tenants"]} == {world.slug, other.slug}
    granted = await api.send("POST", "/auth/login", {**body, "tenant": other.slug})
    assert granted["tenant_id"] == str(other.tenant_id)


async def test_a_studio_with_another_password_is_not_named(world, other, api):
    await world.member("studio_manager", "eve@example.test")
    await other.member("studio_manager", "eve@example.test", password="quite another one")
    granted = await api.send("POST", "/auth/login", {"email": "eve@example.test", "password": PASSWORD})
    assert granted["tenant_id"] == str(world.tenant_id)
    body = {"email": "eve@example.test", "password": PASSWORD, "tenant": other.slug}
    error = await api.refused(401, "unauthenticated", "POST", "/auth/login", body)
    assert "tenants" not in str(error)


async def test_an_unknown_studio_is_like_a_wrong_password(world, api):
    email = f"studio_manager@{world.slug}.test"
    wrong = {"email": email, "password": "wrong password", "tenant": world.slug}
    unknown = {"email": email, "password": PASSWORD, "tenant": "no-such-studio"}
    answers = [await api.refused(401, "unauthenticated", "POST", "/auth/login", b) for b in (wrong, unknown)]
    assert answers[0] == answers[1]


async def test_unknown_addresses_cost_as_much_as_known_ones(world, services, api, monkeypatch):
    checks = []
    check = services.passwords._check

    def counted(*args):
        checks.append(args)
        return check(*args)

    monkeypatch.setattr(services.passwords, "_check", counted)
    counts = []
    for email in (f"studio_manager@{world.slug}.test", "nobody@example.test"):
        checks.clear()
        await api.refused(
            401, "unauthenticated", "POST", "/auth/login", {"email": email, "password": "wrong"}
        )
        counts.append(len(checks))
    assert counts[0] == counts[1] > 0


async def test_guessing_one_account_is_slowed_down(world, api):
    email = f"studio_manager@{world.slug}.test"
    for _ in range(10):
        await api.refused(
            401, "unauthenticated", "POST", "/auth/login", {"email": email, "password": "wrong"}
        )
    response = await api.write("POST", "/auth/login", {"email": email, "password": PASSWORD})
    error = expect(response, 429, "rate_limited")
    assert error["retryable"]
    assert 0 < error["retry_after_ms"] <= 30_000
    assert int(response.headers["retry-after"]) >= 1
    others = f"studio_owner@{world.slug}.test"
    await api.send("POST", "/auth/login", {"email": others, "password": PASSWORD})


async def test_guessing_many_accounts_from_one_address_is_slowed_down(world, api):
    for number in range(50):
        body = {"email": f"{number}@example.test", "password": "wrong password"}
        await api.refused(401, "unauthenticated", "POST", "/auth/login", body)
    body = {"email": f"studio_owner@{world.slug}.test", "password": PASSWORD}
    await api.refused(429, "rate_limited", "POST", "/auth/login", body)


async def test_changing_ones_password_ends_other_sign_ins(world, api):
    elsewhere = await world.sign_in("studio_manager")
    body = {"current_password": "wrong password", "new_password": "a better one"}
    await world.manager.refused(403, "forbidden", "POST", "/auth/password", body)
    granted = await world.manager.send("POST", "/auth/password", {**body, "current_password": PASSWORD})
    await elsewhere.no(401, "unauthenticated", "/auth/me")
    assert await api.signed_in(granted["access_token"]).get("/auth/me")
    email = f"studio_manager@{world.slug}.test"
    await api.refused(401, "unauthenticated", "POST", "/auth/login", {"email": email, "password": PASSWORD})
    await world.sign_in_as(email, "a better one")


@pytest.mark.parametrize("password", ["short", "x" * 1001])
async def test_new_passwords_have_a_sensible_length(world, password):
    body = {"current_password": PASSWORD, "new_password": password}
    error = await world.manager.refused(400, "invalid", "POST", "/auth/password", body)
    assert error["data"]["path"] == "new_password"
    assert password not in error["message"]


async def test_no_password_and_no_token_is_logged(world, api, caplog):
    caplog.set_level(logging.DEBUG)
    granted = await api.send(
        "POST", "/auth/login", {"email": f"studio_owner@{world.slug}.test", "password": PASSWORD}
    )
    await api.send("POST", "/auth/refresh", {"refresh_token": granted["refresh_token"]})
    await api.refused(
        401, "unauthenticated", "POST", "/auth/login", {"email": "a@b.c", "password": "hunter22"}
    )
    for secret in (PASSWORD, "hunter22", granted["access_token"], granted["refresh_token"]):
        assert secret not in caplog.text

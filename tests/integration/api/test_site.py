"""What surrounds the operations: methods, headers, other origins, health and the web client's files."""

import pytest

from server.api.headers import API_POLICY, CONTENT_POLICY
from tests.harness.api import check_error, expect


@pytest.fixture
def database(unchanged_database):
    return unchanged_database


@pytest.fixture
def built(web_dist):
    """A web build."""
    for name, content in {
        "index.html": "<!doctype html><title>App</title>",
        "docs/index.html": "<!doctype html><title>Reference</title>",
        "assets/index-C0ffee12.js": "export {}",
        "theme.js": "1",
        "mark.svg": "<svg/>",
    }.items():
        file = web_dist / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return web_dist


# -- methods -----------------------------------------------------------------------------


async def test_other_methods_are_told_which_there_are(client):
    response = await client.delete("/api/v1/bookings")
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert check_error(response)["code"] == "invalid"


async def test_options_tells_the_methods_too(client):
    response = await client.options("/api/v1/bookings/check-availability")
    assert response.status_code == 204
    assert response.headers["allow"] == "OPTIONS, POST"


async def test_head_is_get_without_its_body(world):
    got = await world.owner.call("GET", f"/bookings/{world.booking}")
    head = await world.owner.client.head(
        f"/api/v1/bookings/{world.booking}", headers={"Authorization": f"Bearer {world.owner.token}"}
    )
    assert head.status_code == 200
    assert head.headers["etag"] == got.headers["etag"]


# -- headers -----------------------------------------------------------------------------


async def test_every_response_is_guarded(client, built):
    for path, policy in (("/api/v1/bookings", API_POLICY), ("/", CONTENT_POLICY), ("/docs", CONTENT_POLICY)):
        headers = (await client.get(path)).headers
        assert headers["content-security-policy"] == policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert "strict-transport-security" not in headers
    assert "unsafe-inline" not in CONTENT_POLICY.replace("style-src-attr 'unsafe-inline'", "")
    assert "unsafe-eval" not in CONTENT_POLICY


async def test_answers_are_not_cached(world):
    response = await world.owner.call("GET", "/bookings")
    assert response.headers["cache-control"] == "no-store"
    refused = await world.nobody.call("GET", "/bookings")
    assert refused.headers["cache-control"] == "no-store"


async def test_only_named_origins_may_read_across(client):
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    allowed = await client.options(
        "/api/v1/bookings", headers={"Origin": "https://studio.example", **preflight}
    )
    assert allowed.headers["access-control-allow-origin"] == "https://studio.example"
    assert allowed.headers["access-control-allow-credentials"] == "true"
    other = await client.options("/api/v1/bookings", headers={"Origin": "https://evil.example", **preflight})
    assert "access-control-allow-origin" not in other.headers


# -- health ------------------------------------------------------------------------------


async def test_health_is_whether_the_database_answers(client, services):
    for path in ("/healthz", "/readyz"):
        response = await client.get(path)
        assert response.status_code == 200
        assert response.json() == {"ok": True, "database": True, "bus": True}
    await services.pool.close()
    for path in ("/healthz", "/readyz"):
        response = await client.get(path)
        assert response.status_code == 503
        assert response.json()["ok"] is False


async def test_without_a_database_requests_are_told_to_come_back(world, services):
    await services.pool.close()
    response = await world.owner.call("GET", "/bookings")
    error = expect(response, 503, "busy")
    assert error["retryable"]
    assert int(response.headers["retry-after"]) >= 1


async def test_our_own_faults_are_logged_once_and_told_by_an_id(world, services, monkeypatch, caplog):
    async def broken(*_args):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(services.sessions, "ticket", broken)
    error = await world.owner.refused(500, "internal", "POST", "/auth/socket-ticket")
    assert error["data"]["correlation_id"] in error["message"]
    assert "secret detail" not in str(error)
    [record] = [r for r in caplog.records if r.levelname == "ERROR"]
    assert error["data"]["correlation_id"] in record.getMessage()
    assert record.exc_info[0] is ZeroDivisionError


# -- the web client ----------------------------------------------------------------------


async def test_the_app_is_served_at_every_page_address(client, built):
    for path in ("/", "/schedule", "/projects/7/edit", "/index.html"):
        response = await client.get(path)
        assert response.status_code == 200
        assert "App" in response.text
        assert response.headers["cache-control"] == "no-cache"
    for path in ("/docs", "/docs/"):
        assert "Reference" in (await client.get(path)).text


async def test_the_artists_app_has_addresses_of_its_own(client, built, phone_dist):
    (phone_dist / "assets").mkdir(parents=True)
    (phone_dist / "index.html").write_text("<!doctype html><title>Bookings</title>")
    (phone_dist / "sw.js").write_text("1")
    for path in ("/phone/", "/phone/schedule", "/phone/bookings/7"):
        response = await client.get(path)
        assert response.status_code == 200
        assert "Bookings" in response.text
    moved = await client.get("/phone")
    assert (moved.status_code, moved.headers["location"]) == (308, "/phone/")
    worker = await client.get("/phone/sw.js")
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["content-security-policy"] == CONTENT_POLICY
    assert (await client.get("/phone/assets/gone.js")).status_code == 404
    assert (await client.get("/phone/../theme.js")).text == "1"


async def test_hashed_files_are_kept_for_ever_and_others_asked_for_again(client, built):
    hashed = await client.get("/assets/index-C0ffee12.js")
    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert hashed.headers["content-type"].startswith("text/javascript")
    assert (await client.get("/theme.js")).headers["cache-control"] == "no-cache"
    again = await client.get(
        "/theme.js", headers={"If-None-Match": (await client.get("/theme.js")).headers["etag"]}
    )
    assert again.status_code == 304


async def test_a_missing_file_is_missing_not_the_app(client, built):
    for path in ("/assets/gone-12345678.js", "/favicon.ico", "/assets/x"):
        response = await client.get(path)
        assert response.status_code == 404
        assert "App" not in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/../conftest.py",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/%00",
        "/%00",
        "//etc/passwd",
    ],
)
async def test_nothing_outside_the_build_is_served(client, built, path):
    response = await client.get(path)
    assert response.status_code in {200, 404}
    assert "root:" not in response.text
    assert "import" not in response.text


async def test_writing_to_a_page_is_not_possible(client, built):
    for path in ("/", "/schedule", "/theme.js"):
        assert (await client.post(path)).status_code == 405


async def test_without_a_build_the_page_says_how_to_make_one(client):
    for path in ("/", "/schedule", "/docs"):
        response = await client.get(path)
        assert response.status_code == 503
        assert "make" in response.text
        assert response.headers["content-type"].startswith("text/html")


async def test_files_travel_compressed_and_answers_do_not(client, built):
    (built / "assets/large-C0ffee12.js").write_text("let long;" * 1_000)
    file = await client.get("/assets/large-C0ffee12.js", headers={"Accept-Encoding": "gzip"})
    assert file.headers["content-encoding"] == "gzip"
    assert file.text.startswith("let long;")
    answer = await client.get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers

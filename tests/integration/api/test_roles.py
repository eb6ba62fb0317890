"""Who may call what: every operation held against its declared roles, and the roles against a list."""

from uuid import uuid4

import pytest

from server.api.operations import EVERYONE, OWNERS, PUBLIC, STAFF
from server.api.routes import OPERATIONS


@pytest.fixture
def database(unchanged_database):
    return unchanged_database


@pytest.mark.parametrize("operation", [op for op in OPERATIONS if op.roles], ids=lambda op: op.name)
async def test_each_operation_is_for_its_roles(world, operation):
    """Held against the declared roles; what an operation refuses within them is tested by itself."""
    path = operation.path.replace("{id}", str(uuid4()))
    for role, who in (
        ("studio_owner", world.owner),
        ("studio_manager", world.manager),
        ("freelancer", world.artist),
    ):
        response = await who.call(operation.method, path)
        if role not in operation.roles:
            assert response.status_code == 403, (role, response.text)
            assert response.json()["error"]["code"] == "forbidden"
        else:
            assert response.status_code != 401
    response = await world.nobody.call(operation.method, path)
    assert response.status_code == 401


def test_who_may_call_what_is_known():
    by_roles = {roles: {op.name for op in OPERATIONS if op.roles == roles} for roles in (PUBLIC, OWNERS)}
    assert by_roles[PUBLIC] == {"login", "refresh", "logout"}
    assert by_roles[OWNERS] == {
        "listMembers",
        "addMember",
        "getMember",
        "editMember",
        "setMemberPassword",
        "editTenant",
        "listApiKeys",
        "addApiKey",
        "getApiKey",
        "rotateApiKey",
        "revokeApiKey",
        "listIntegrationLog",
        "listWebhooks",
        "addWebhook",
        "getWebhook",
        "editWebhook",
        "deleteWebhook",
        "rotateWebhookSecret",
        "testWebhook",
        "redeliverWebhook",
        "listDeliveries",
    }
    assert {op.roles for op in OPERATIONS} == {PUBLIC, OWNERS, STAFF, EVERYONE}

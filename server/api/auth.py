"""Operations of sign-in: login, refresh, logout, socket tickets, who am I, one's own password."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias
from uuid import UUID

from msgspec import Meta as Limits
from msgspec import Struct

from db.pool import transaction
from db.queries import members as member_rows
from db.queries import tenants as tenant_rows
from scheduling.model import Member, Tenant
from scheduling.refusals import Code, Refused
from server.api.operations import EVERYONE, PUBLIC, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.problems import rate_limited, unauthenticated
from server.auth.browser import cleared_cookie, is_browser, refresh_cookie
from server.auth.passwords import MAX_PASSWORD, MIN_PASSWORD
from server.auth.sessions import TICKET_LIFETIME, Grant
from server.auth.sign_in import ChooseStudio, Studio, Throttled, set_password

NewPassword = Annotated[str, Limits(min_length=MIN_PASSWORD, max_length=MAX_PASSWORD)]
Token = Annotated[str, Limits(min_length=1, max_length=4_096)]


class Login(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`tenant` is the studio's slug, needed only where the password fits several studios."""

    email: Annotated[str, Limits(min_length=1, max_length=320)]
    password: Annotated[str, Limits(min_length=1, max_length=MAX_PASSWORD)]
    tenant: Annotated[str, Limits(min_length=1, max_length=63)] | None = None


class RefreshToken(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The refresh token; a browser leaves it out, its cookie says it."""

    refresh_token: Token | None = None


class TokenGrant(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An access token, its life in seconds and the token that renews it.

    Browsers do not get `refresh_token`: theirs is in an HttpOnly cookie.
    """

    access_token: str
    expires_in: int
    member: Member
    tenant_id: UUID
    refresh_token: str | None = None


class StudioChoice(Struct, frozen=True, kw_only=True):
    """Studios in which the password is right; `path` names the field that chooses."""

    path: str
    tenants: tuple[Studio, ...]


class Ticket(Struct, frozen=True, kw_only=True):
    """A token for one socket, once, within `expires_in` seconds."""

    ticket: str
    expires_in: int


class Me(Struct, frozen=True, kw_only=True):
    """Who is signed in, and where."""

    member: Member
    tenant: Tenant


class ChangePassword(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One's own password; all sign-ins end with the change."""

    current_password: Annotated[str, Limits(min_length=1, max_length=MAX_PASSWORD)]
    new_password: NewPassword


WithToken: TypeAlias = "Call[Nothing, RefreshToken]"


async def login(call: Call[Nothing, Login]) -> Outcome:
    asked = call.body
    outcome = await call.services.sign_in.login(
        asked.email.strip(), asked.password, asked.tenant, call.caller.address
    )
    match outcome:
        case Grant():
            return _granted(call, outcome, browser=is_browser(call.caller.origin))
        case ChooseStudio():
            return Problem(
                code=Code.INVALID,
                message="You have accounts in several studios: name one in `tenant`.",
                data=StudioChoice(path="tenant", tenants=outcome.tenants),
            )
        case Throttled():
            return _too_often(outcome)
        case Refused():
            return unauthenticated(outcome.message)


async def refresh(call: WithToken) -> Outcome:
    token = _token(call)
    if not isinstance(token, str):
        return token or unauthenticated("There is no refresh token; sign in.")
    browser = call.body.refresh_token is None
    outcome = await call.services.sessions.refresh(token)
    if isinstance(outcome, Grant):
        return _granted(call, outcome, browser=browser)
    return unauthenticated(outcome.message)


async def logout(call: WithToken) -> Outcome:
    token = _token(call)
    if isinstance(token, Problem):
        return token
    if token is not None:
        ended = await call.services.sessions.end(token)
        if ended is not None:
            call.services.authenticator.forget(ended.tenant_id, ended.member_id)
            call.services.end_session(ended)
    if not is_browser(call.caller.origin):
        return Reply()
    return Reply(headers=(("Set-Cookie", cleared_cookie(secure=call.caller.secure)),))


async def socket_ticket(call: Call[Nothing, Nothing]) -> Outcome:
    ticket = await call.services.sessions.ticket(call.tenant_id, call.actor.id, call.family_id)
    return Reply(data=Ticket(ticket=ticket, expires_in=int(TICKET_LIFETIME.total_seconds())))


async def me(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        member = await member_rows.by_id(connection, call.tenant_id, call.actor.id)
        tenant = await tenant_rows.get(connection, call.tenant_id)
    if member is None or tenant is None:
        return unauthenticated("This account does not exist any more.")
    return Reply(data=Me(member=member, tenant=tenant))


async def change_password(call: Call[Nothing, ChangePassword]) -> Outcome:
    services, actor = call.services, call.actor
    right = await services.sign_in.check(
        actor.tenant_id, actor.id, call.body.current_password, call.caller.address
    )
    if isinstance(right, Throttled):
        return _too_often(right)
    if not right:
        return Problem(code=Code.FORBIDDEN, message="The current password is wrong.")
    await set_password(
        services.pool,
        services.passwords,
        tenant_id=actor.tenant_id,
        member_id=actor.id,
        password=call.body.new_password,
    )
    services.authenticator.forget(actor.tenant_id, actor.id)
    services.sign_out(actor.tenant_id, actor.id)
    async with transaction(services.pool, actor.tenant_id, readonly=True) as connection:
        member = await member_rows.by_id(connection, actor.tenant_id, actor.id)
    if member is None:
        return unauthenticated("This account does not exist any more.")
    grant = await services.sessions.begin(actor.tenant_id, member)
    return _granted(call, grant, browser=is_browser(call.caller.origin))


def _token(call: WithToken) -> str | Problem | None:
    """The refresh token of the body, else of the cookie, which only our own pages may send."""
    if call.body.refresh_token is not None:
        return call.body.refresh_token
    if call.caller.refresh_cookie and not is_browser(call.caller.origin):
        return Problem(
            code=Code.FORBIDDEN,
            message="The cookie counts only with an Origin header; programs send refresh_token in the body.",
        )
    return call.caller.refresh_cookie or None


def _granted(call: Call[Any, Any], grant: Grant, *, browser: bool) -> Reply:
    data = TokenGrant(
        access_token=grant.access_token,
        expires_in=grant.expires_in,
        member=grant.member,
        tenant_id=grant.tenant_id,
        refresh_token=None if browser else grant.refresh_token,
    )
    if not browser:
        return Reply(data=data)
    cookie = refresh_cookie(grant.refresh_token, secure=call.caller.secure)
    return Reply(data=data, headers=(("Set-Cookie", cookie),))


def _too_often(throttled: Throttled) -> Problem:
    return rate_limited(
        f"Too many attempts; the next one is possible in {throttled.seconds} s.", throttled.seconds
    )


_SIGN_IN_ERRORS = (Code.UNAUTHENTICATED, Code.FORBIDDEN, Code.RATE_LIMITED)

OPERATIONS = (
    Operation(
        method="POST",
        path="/auth/login",
        name="login",
        tag="auth",
        summary="Sign in with e-mail address and password",
        description="Requests with an `Origin` header are a browser's: the refresh token is then set"
        " as an HttpOnly cookie and left out of the body.",
        handler=login,
        roles=PUBLIC,
        body=Login,
        result=(TokenGrant,),
        cookies=True,
        errors=_SIGN_IN_ERRORS,
    ),
    Operation(
        method="POST",
        path="/auth/refresh",
        name="refresh",
        tag="auth",
        summary="Renew the access token",
        description="The refresh token is rotated: keep the new one. Using an old one again ends the"
        " whole sign-in, save for the few seconds in which two tabs may race.",
        handler=refresh,
        roles=PUBLIC,
        body=RefreshToken,
        result=(TokenGrant,),
        cookies=True,
        errors=(Code.UNAUTHENTICATED, Code.FORBIDDEN),
    ),
    Operation(
        method="POST",
        path="/auth/logout",
        name="logout",
        tag="auth",
        summary="End this sign-in",
        handler=logout,
        roles=PUBLIC,
        body=RefreshToken,
        cookies=True,
        errors=(Code.FORBIDDEN,),
    ),
    Operation(
        method="POST",
        path="/auth/socket-ticket",
        name="socketTicket",
        tag="auth",
        summary="Get a one-use ticket for a socket",
        handler=socket_ticket,
        roles=EVERYONE,
        result=(Ticket,),
    ),
    Operation(
        method="GET",
        path="/auth/me",
        name="me",
        scope=None,
        tag="auth",
        summary="Who is signed in",
        handler=me,
        roles=EVERYONE,
        result=(Me,),
    ),
    Operation(
        method="POST",
        path="/auth/password",
        name="changePassword",
        tag="auth",
        summary="Change one's own password",
        description=(ChangePassword.__doc__ or "").strip(),
        handler=change_password,
        roles=EVERYONE,
        body=ChangePassword,
        result=(TokenGrant,),
        cookies=True,
        errors=(Code.RATE_LIMITED,),
    ),
)

"""`/mail`: what the folder of e-mails holds, to look at without a mail server. For the demo."""

from __future__ import annotations

import asyncio
import re
from email.message import EmailMessage
from pathlib import Path

import jinja2
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from server.api.headers import CONTENT_POLICY
from server.notices.outbox import files_in, read_mail

MOST_LISTED = 100
_NAME = re.compile(r"^[0-9a-f-]{36}$")
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self';"
    " sandbox allow-top-navigation-by-user-activation"
)
_PAGE = {"Cache-Control": "no-store", "Content-Security-Policy": f"{CONTENT_POLICY}; frame-src 'self'"}
_templates = jinja2.Environment(
    loader=jinja2.PackageLoader("server.notices"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Letter(Struct, frozen=True, kw_only=True):
    """An e-mail, as it is listed."""

    name: str
    subject: str
    recipient: str
    sender: str
    date: str
    reply_to: str
    text: str
    html: str


def preview_routes(folder: Path) -> list[BaseRoute]:
    """The list, an e-mail, and its HTML for the frame that shows it."""

    async def index(_: Request) -> Response:
        letters = await asyncio.to_thread(_letters, folder)
        html = _templates.get_template("mail.html").render(letters=letters, letter=None)
        return Response(html, headers=_PAGE, media_type="text/html; charset=utf-8")

    async def one(request: Request) -> Response:
        letter = await asyncio.to_thread(_letter_named, folder, str(request.path_params["name"]))
        if letter is None:
            return PlainTextResponse("There is no such e-mail.\n", 404)
        html = _templates.get_template("mail.html").render(letters=[], letter=letter)
        return Response(html, headers=_PAGE, media_type="text/html; charset=utf-8")

    async def frame(request: Request) -> Response:
        letter = await asyncio.to_thread(_letter_named, folder, str(request.path_params["name"]))
        if letter is None:
            return PlainTextResponse("There is no such e-mail.\n", 404)
        html = letter.html.replace("<head>", '<head><base target="_top">', 1)
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": _LETTER_POLICY,
            "X-Frame-Options": "SAMEORIGIN",
        }
        return Response(html, headers=headers, media_type="text/html; charset=utf-8")

    return [
        Route("/mail", index, methods=["GET"]),
        Route("/mail/{name}", one, methods=["GET"]),
        Route("/mail/{name}/html", frame, methods=["GET"]),
    ]


def _letters(folder: Path) -> list[Letter]:
    return [_letter(path.stem, read_mail(path)) for path in files_in(folder)[:MOST_LISTED]]


def _letter_named(folder: Path, name: str) -> Letter | None:
    if not _NAME.match(name):
        return None
    try:
        return _letter(name, read_mail(folder / f"{name}.eml"))
    except FileNotFoundError:
        return None


def _letter(name: str, mail: EmailMessage) -> Letter:
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return Letter(
        name=name,
        subject=str(mail["Subject"]),
        recipient=str(mail["To"]),
        sender=str(mail["From"]),
        date=str(mail["Date"]),
        reply_to=str(mail["Reply-To"] or ""),
        text=plain.get_content() if plain is not None else "",
        html=html.get_content() if html is not None else "",
    )

"""The built web clients: their files, the app for every page address, and what to say without a build."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_HASHED = re.compile(r"[.-][A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
_FOREVER = "public, max-age=31536000, immutable"

_NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Production Tool</title></head>
<body>
<h1>Production Tool</h1>
<p>The server runs, but its web clients have not been built yet.</p>
<p>In the checkout, <code>make web</code> builds them, and <code>make run</code> builds them before it starts.
Then load this page again.</p>
<p>The API is there: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>
</body>
</html>
"""


def web_routes(web_dist: Path, phone_dist: Path) -> list[BaseRoute]:
    """Routes for everything that is neither API nor socket; to stand last."""
    web = _Files(web_dist, pages={"": "index.html", "index.html": "index.html", "docs": "docs/index.html"})
    phone = _Files(phone_dist, pages={"": "index.html", "index.html": "index.html"})
    return [
        _route("/phone/{path:path}", phone),
        Route("/phone", _to_phone, methods=["GET", "HEAD"]),
        _route("/{path:path}", web),
    ]


def _route(path: str, files: _Files) -> Route:
    async def page(request: Request) -> Response:
        return await files.page(request.path_params["path"], request.scope)

    # Only public files are compressed: a secret beside a guess, compressed together, gives the guess away.
    compressed = Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=6)
    return Route(path, page, methods=["GET", "HEAD"], middleware=[compressed])


async def _to_phone(_: Request) -> Response:
    return RedirectResponse("/phone/", status_code=308)


class _Files:
    """The folder of a build. It may be built anew while the server runs."""

    def __init__(self, dist: Path, *, pages: Mapping[str, str]) -> None:
        self._dist = dist
        self._pages = pages
        self._static = StaticFiles(directory=dist, check_dir=False)

    async def page(self, path: str, scope: Scope) -> Response:
        """The file at `path`; the app where it is an address within the app."""
        html = self._pages.get(path.rstrip("/"))
        if html is not None:
            return self._html(html)
        try:
            response = await self._static.get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or _is_file(path):
                raise
            return self._html("index.html")
        response.headers["Cache-Control"] = _FOREVER if _HASHED.search(path) else "no-cache"
        return response

    def _html(self, name: str) -> Response:
        file = self._dist / name
        if not file.is_file():
            return HTMLResponse(_NOT_BUILT, status_code=503, headers={"Cache-Control": "no-store"})
        return FileResponse(file, headers={"Cache-Control": "no-cache"}, media_type="text/html")


def _is_file(path: str) -> bool:
    """Whether the address names a file: a missing script must not be answered with a page."""
    return "." in path.rsplit("/", maxsplit=1)[-1] or path.startswith("assets/")

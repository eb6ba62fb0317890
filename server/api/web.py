"""The built web client: its files, the app for every page address, and what to say without a build."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
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
<p>The server runs, but its web client has not been built yet.</p>
<p>In the checkout, <code>make web</code> builds it, and <code>make run</code> builds it before it starts.
Then load this page again.</p>
<p>The API is there: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>
</body>
</html>
"""


def web_routes(dist: Path) -> list[BaseRoute]:
    """Routes for everything that is neither API nor socket; to stand last."""
    files = _Files(dist)

    async def page(request: Request) -> Response:
        return await files.page(request.url.path.lstrip("/"), request.scope)

    # Only public files are compressed: a secret beside a guess, compressed together, gives the guess away.
    compressed = Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=6)
    return [Route("/{path:path}", page, methods=["GET", "HEAD"], middleware=[compressed])]


class _Files:
    """The folder of the build. It may be built anew while the server runs."""

    def __init__(self, dist: Path) -> None:
        self._dist = dist
        self._static = StaticFiles(directory=dist, check_dir=False)

    async def page(self, path: str, scope: Scope) -> Response:
        """The file at `path`; the app where it is an address within the app."""
        if path.rstrip("/") == "docs":
            return self._html("docs/index.html")
        if path in {"", "index.html"}:
            return self._html("index.html")
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

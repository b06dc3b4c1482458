"""The page's files, its socket, and the files that people post. For this machine's browser alone."""

import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.standins.playground.errors import Json
from bot.standins.playground.messages.forms import LARGEST_FILE, Upload
from bot.standins.playground.site.actions import Actions
from bot.standins.playground.site.backstage import Backstage
from bot.standins.playground.site.uploads import Uploads, UploadTooLarge
from bot.standins.playground.site.visit import Visit
from bot.standins.playground.stage import Stage

FOLDER = Path(__file__).parent.parent / "page"

_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".png": "image/png"}
_TYPES |= {".svg": "image/svg+xml"}
_SHOWABLE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Pages:
    def __init__(self, stage: Stage, backstage: Backstage) -> None:
        self._stage = stage
        self._backstage = backstage
        self._uploads = Uploads()
        self._actions = Actions(stage, backstage, self._uploads)
        self._visits: set[Visit] = set()

    def add_to(self, application: web.Application) -> None:
        router = application.router
        router.add_get("/", _only_here(self.index))
        router.add_get("/page/{path:.+}", _only_here(self.static))
        router.add_get("/_page/socket", _only_here(self.visit))
        router.add_post("/_page/uploads", _only_here(self.upload))
        router.add_get("/_page/files/{id}/{name}", _only_here(self.posted))
        router.add_get("/_page/requests/{number}/{place}", _only_here(self.requested))
        application.on_shutdown.append(self._close)

    async def _close(self, _: web.Application) -> None:
        for visit in list(self._visits):
            await visit.close()

    async def index(self, _: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store", **_SAFE}
        body = (FOLDER / "index.html").read_bytes()
        return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)

    async def static(self, request: web.Request) -> web.StreamResponse:
        path = (FOLDER / request.match_info["path"]).resolve()
        kind = _TYPES.get(path.suffix)
        if not path.is_relative_to(FOLDER) or kind is None or not path.is_file():
            raise web.HTTPNotFound
        headers = {"Content-Type": kind, "Cache-Control": "no-cache", **_SAFE}
        return web.Response(body=path.read_bytes(), headers=headers)

    async def visit(self, request: web.Request) -> web.StreamResponse:
        visit = Visit(self._stage, self._backstage, self._actions)
        self._visits.add(visit)
        try:
            return await visit.run(request)
        finally:
            self._visits.discard(visit)

    async def upload(self, request: web.Request) -> web.Response:
        """The file is the body, its name in the query."""
        name = request.query.get("name") or "file"
        kind = request.content_type
        kind = kind if "/" in kind and kind != "application/octet-stream" else ""
        content = await request.read()
        content_type = kind or mimetypes.guess_type(name)[0]
        upload = Upload(filename=name, content=content, content_type=content_type)
        try:
            upload_id = self._uploads.add(upload)
        except UploadTooLarge:
            return _refused(name)
        shown: Json = {"id": upload_id, "kind": content_type or "", "size": len(content)}
        return web.json_response(shown)

    async def posted(self, request: web.Request) -> web.Response:
        """A file of a message. What is no picture is only for saving: it could hold a script."""
        number = request.match_info["id"]
        attachments = self._stage.discord.world.attachments
        attachment = attachments.get(int(number)) if number.isdecimal() else None
        if attachment is None or attachment.is_deleted:
            raise web.HTTPNotFound
        return _file(attachment.content, attachment.content_type)

    async def requested(self, request: web.Request) -> web.Response:
        """A picture as it was sent to the endpoint."""
        number, place = request.match_info["number"], request.match_info["place"]
        try:
            kind, content = self._backstage.picture(int(number), int(place))
        except (LookupError, ValueError):
            raise web.HTTPNotFound from None
        return _file(content, kind)


def _file(content: bytes, kind: str | None) -> web.Response:
    headers = dict(_SAFE)
    if kind not in _SHOWABLE:
        headers["Content-Disposition"] = "attachment"
        kind = "application/octet-stream"
    return web.Response(body=content, content_type=kind, headers=headers)


def _refused(name: str) -> web.Response:
    error = f"{name} is too large: Discord takes files of up to {LARGEST_FILE >> 20} MiB."
    return web.json_response({"error": error}, status=413)


def _only_here(handler: Handler) -> Handler:
    """Keep other sites away that are open in the same browser: they may not act or read here."""

    async def serve(request: web.Request) -> web.StreamResponse:
        host = urlsplit(f"//{request.host}")
        origin = request.headers.get("Origin")
        if host.hostname not in _HERE:
            raise web.HTTPForbidden(text="The playground is for this machine alone.")
        if origin is not None and urlsplit(origin).netloc != request.host:
            raise web.HTTPForbidden(text="Another site may not use the playground.")
        return await handler(request)

    return serve

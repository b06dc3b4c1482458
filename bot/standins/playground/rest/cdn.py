"""Files over signed links that expire, and fresh links for old ones."""

from urllib.parse import urlsplit

from aiohttp import web

from bot.standins.playground.render import objects
from bot.standins.playground.render.links import attachment_path, is_valid
from bot.standins.playground.rest.routes import RestRequest, RestResponse, RestRoute
from bot.standins.playground.world.state import StoredAttachment, World

_TRANSFORMS = frozenset({"width", "height", "format", "quality", "animated"})


class Cdn:
    def __init__(self, world: World) -> None:
        self._world = world
        self.served = 0  # files

    def routes(self) -> list[RestRoute]:
        return [
            RestRoute(method="POST", path="/attachments/refresh-urls", handler=self.refresh_links),
        ]

    def add_to(self, application: web.Application) -> None:
        for folder in ("attachments", "ephemeral-attachments"):
            path = f"/{folder}/{{channel_id}}/{{attachment_id}}/{{filename}}"
            application.router.add_get(path, self.serve)
            application.router.add_get(f"/proxied{path}", self.serve_by_proxy)

    async def serve(self, request: web.Request) -> web.Response:
        attachment = self._find(request.match_info["attachment_id"])
        if attachment is None or not self._is_open(request, attachment):
            return web.Response(status=404, text="This content is no longer available.")
        self.served += 1
        content_type = attachment.content_type or "application/octet-stream"
        return web.Response(body=attachment.content, headers={"Content-Type": content_type})

    async def serve_by_proxy(self, request: web.Request) -> web.Response:
        """The proxy does not scale here: asked to, it answers as for what is no picture."""
        attachment = self._find(request.match_info["attachment_id"])
        if attachment is None or attachment.dimensions is None or _TRANSFORMS & set(request.query):
            return web.Response(status=415, text="Unsupported Media Type")
        return await self.serve(request)

    def _is_open(self, request: web.Request, attachment: StoredAttachment) -> bool:
        path = attachment_path(attachment)
        asked = request.path.removeprefix("/proxied")
        return asked == path and is_valid(self._world, path, request.query)

    def _find(self, text: str) -> StoredAttachment | None:
        attachment = self._world.attachments.get(int(text) if text.isdecimal() else 0)
        return None if attachment is None or attachment.is_deleted else attachment

    def refresh_links(self, request: RestRequest) -> RestResponse:
        urls = [str(url) for url in request.body.get("attachment_urls") or []][:50]
        refreshed = [{"original": url, "refreshed": self._refreshed(url)} for url in urls]
        return RestResponse(200, {"refreshed_urls": refreshed})

    def _refreshed(self, url: str) -> str | None:
        parts = urlsplit(url).path.split("/")
        attachment = self._find(parts[3] if len(parts) > 3 else "")
        return (
            None if attachment is None else str(objects.attachment(self._world, attachment)["url"])
        )

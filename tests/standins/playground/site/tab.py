"""One open page, as its scripts see it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.standins.playground.endpoint_view import EndpointView
from bot.standins.playground.server import Discord
from bot.standins.playground.site.backstage import About, Backstage
from bot.standins.playground.site.pages import Pages
from bot.standins.playground.stage import Stage


class Tab:
    """One open page, as its scripts see it."""

    def __init__(self, session: aiohttp.ClientSession, frames: aiohttp.ClientWebSocketResponse):
        self.session = session
        self._frames = frames
        self.received: dict[str, Any] = {}
        self.messages: dict[str, Any] = {}
        self._count = 0

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            frame: dict[str, Any] = await self._frames.receive_json()
        self.received[frame["kind"]] = frame
        if frame["kind"] == "messages":
            self.messages |= {one["id"]: one for one in frame["put"]}
            for gone in frame["gone"]:
                del self.messages[gone]
        return frame

    async def do(self, name: str, /, **body: object) -> dict[str, Any]:
        """Returns what came of it: `done` or `failed`."""
        self._count += 1
        await self._frames.send_json({"do": name, "ref": self._count, **body})
        while (frame := await self.receive()).get("ref") != self._count:
            pass
        return frame

    async def until(self, words: str) -> dict[str, Any]:
        """The message that says `words`."""
        while True:
            for message in self.messages.values():
                if words in message["content"]:
                    found: dict[str, Any] = message
                    return found
            await self.receive()

    async def upload(self, name: str, content: bytes, kind: str) -> str:
        headers = {"Content-Type": kind}
        address = f"/_page/uploads?name={name}"
        async with self.session.post(address, data=content, headers=headers) as response:
            uploaded = await response.json()
        return str(uploaded["id"])

    def identity(self, title: str) -> str:
        return str(
            next(p["id"] for p in self.received["world"]["identities"] if p["title"] == title)
        )

    def channel(self, name: str) -> str:
        channels = [one for s in self.received["world"]["servers"] for one in s["channels"]]
        return str(next(one["id"] for one in channels if one["name"] == name))

    async def look(self, title: str, channel: str) -> None:
        self.messages.clear()
        await self.do("look", **{"as": self.identity(title), "at": self.channel(channel)})


@asynccontextmanager
async def open_tab(address: str) -> AsyncIterator[Tab]:
    async with (
        aiohttp.ClientSession(address) as session,
        session.ws_connect("/_page/socket") as frames,
    ):
        tab = Tab(session, frames)
        while "backstage" not in tab.received:
            await tab.receive()
        yield tab


@asynccontextmanager
async def open_stage() -> AsyncIterator[Discord]:
    """A Discord with the page and its people, and an endpoint that is not there."""
    made = Discord()
    stage = Stage.set_up(made)
    view = EndpointView("http://127.0.0.1:9/v1/responses", on_change=made.world.touch)
    made.extensions.append(Pages(stage, Backstage(stage, view, About())).add_to)
    async with made:
        yield made

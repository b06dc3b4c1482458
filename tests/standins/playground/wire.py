"""What goes over the wire, without a library that would hide it."""

import asyncio
import json
from typing import Any

import aiohttp

from bot.standins.playground.server import Discord

Json = dict[str, Any]


class Wire:
    def __init__(self, session: aiohttp.ClientSession, playground: Discord) -> None:
        self.session = session
        self.playground = playground

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        url = path if path.startswith("http") else self.playground.api_url + path
        data = body if body is None or isinstance(body, bytes) else json.dumps(body)
        async with self.session.request(method, url, data=data) as answer:
            text = await answer.text()
            is_json = answer.headers.get("Content-Type") == "application/json"
            return answer.status, json.loads(text) if is_json else text

    async def connect(self) -> aiohttp.ClientWebSocketResponse:
        socket = await self.session.ws_connect(self.playground.gateway_url)
        hello = await socket.receive_json(timeout=2.0)
        assert hello["op"] == 10
        return socket

    async def identified(self, intents: int) -> aiohttp.ClientWebSocketResponse:
        socket = await self.connect()
        await socket.send_json(
            {"op": 2, "d": {"token": self.playground.token, "intents": intents, "properties": {}}}
        )
        await next_event(socket, "READY")
        return socket


async def next_event(socket: aiohttp.ClientWebSocketResponse, name: str) -> Json:
    async with asyncio.timeout(0.5):
        while True:
            payload: Json = await socket.receive_json()
            if payload["t"] == name:
                found: Json = payload["d"]
                return found

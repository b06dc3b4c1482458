"""discord.py's HTTP client as the bot uses it, talking to the stand-in for Discord."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from discord.http import HTTPClient
from discord.http import Route as Endpoint

from bot.chat.display.pacer import Pacer
from bot.gateway.requests import rate_limit_headers, refusals
from bot.gateway.requests.forbidden_channels import Use
from bot.standins.playground.actors.people import Person
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel

TOKEN = "gateway-token"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A connection to a Discord with one channel, in which somebody has asked something."""

    discord: Discord
    http: HTTPClient
    pacer: Pacer
    channel: Channel
    alice: Person
    question_id: int
    rejections: list[str]  # an entry when the token is rejected
    forbidden: list[tuple[int, Use]]


@asynccontextmanager
async def open_line(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    async with Discord(token=TOKEN) as discord:
        monkeypatch.setattr(Endpoint, "BASE", discord.api_url)
        pacer = Pacer(time.monotonic)
        http: HTTPClient
        rejections = list[str]()
        forbidden = list[tuple[int, Use]]()
        handlers = refusals.RefusalHandlers(
            close_gate=lambda seconds: refusals.close_gate(http, seconds),
            reject_token=lambda: rejections.append("token"),
            forbid=lambda channel_id, use: forbidden.append((channel_id, use)),
        )
        trace = rate_limit_headers.trace(pacer, handlers)
        http = HTTPClient(asyncio.get_running_loop(), http_trace=trace, max_ratelimit_timeout=60.0)
        rate_limit_headers.make_prompt(http)
        server = discord.add_server("Town")
        channel = server.add_channel("general")
        alice = server.add_member("alice")
        asked = await alice.say(channel, "hello?")
        await http.static_login(TOKEN)
        try:
            yield Line(
                discord=discord,
                http=http,
                pacer=pacer,
                channel=channel,
                alice=alice,
                question_id=asked.id,
                rejections=rejections,
                forbidden=forbidden,
            )
        finally:
            await http.close()

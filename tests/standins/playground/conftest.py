"""A playground for each test, with a server, a person, and a client of discord.py."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.buckets import Limits, Rule
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import Client, connect
from tests.standins.playground.wire import Wire


@pytest.fixture
async def playground() -> AsyncIterator[Discord]:
    async with Discord() as running:
        yield running


@pytest.fixture(autouse=True)
def pointed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Point discord.py at the playground of this test, if it has one."""
    if "playground" not in request.fixturenames:
        yield
        return
    playground: Discord = request.getfixturevalue("playground")
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = playground.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(playground.gateway_url)
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@pytest.fixture
def server(playground: Discord) -> Server:
    return playground.add_server("Harbour")


@pytest.fixture
def channel(server: Server) -> Channel:
    return server.add_channel("general")


@pytest.fixture
def alice(server: Server, channel: Channel) -> Person:
    return server.add_member("alice")


@pytest.fixture
async def client(playground: Discord, alice: Person) -> AsyncIterator[Client]:
    async with connect(playground) as connected:
        yield connected


@pytest.fixture
async def wire(playground: Discord, alice: Person) -> AsyncIterator[Wire]:
    free = Rule(limit=1000, per=1.0)
    playground.dispatcher.limits = Limits(create_message=free, reactions=free)
    headers = {"Authorization": f"Bot {playground.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield Wire(session, playground)

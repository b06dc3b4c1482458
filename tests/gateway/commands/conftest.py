"""One command, `do`, that does what a test says, by discord.py against the stand-in for Discord."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import discord
import pytest
from discord import app_commands

from bot.gateway.commands.failures import CommandTree
from bot.standins.playground.actors.people import Person
from bot.standins.playground.interactions.lifecycle import Interaction
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import Client, connect

Deed = Callable[[discord.Interaction], Awaitable[object]]


class CommandClient(Client):
    """With the tree of ours."""

    def __init__(self) -> None:
        super().__init__()
        self._connection._command_tree = None
        self.tree = CommandTree(self)  # type: ignore[assignment]


@dataclass(kw_only=True)
class Scene:
    discord: Discord
    alice: Person
    room: Channel
    client: Client

    async def begin(self, deed: Deed) -> Interaction:
        """Give the command; returns once there is a first response."""

        async def do(interaction: discord.Interaction) -> None:
            await deed(interaction)

        self.client.tree.add_command(app_commands.Command(name="do", description="Do", callback=do))
        await self.client.tree.sync()
        return await self.alice.slash("do", where=self.room)

    async def use(self, deed: Deed) -> Interaction:
        """Give the command; returns once it is answered."""
        return await self.alice.settled(await self.begin(deed), timeout=20)


@pytest.fixture
async def scene(stand_in: Discord) -> AsyncIterator[Scene]:
    server = stand_in.add_server("Town")
    room = server.add_channel("general")
    alice = server.add_member("alice")
    async with connect(stand_in, CommandClient()) as client:
        yield Scene(discord=stand_in, alice=alice, room=room, client=client)


@pytest.fixture
def gate() -> asyncio.Event:
    """What slow work waits for."""
    return asyncio.Event()

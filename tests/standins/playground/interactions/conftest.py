"""A bot that has commands, and a moderator."""

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.server import Discord
from bot.standins.playground.world.permissions import Permission
from tests.standins.playground.clients import Client, connect
from tests.standins.playground.interactions.bot_commands import (
    Quota,
    ask,
    buttons,
    describe,
    echo,
    ignore,
    look,
    think,
)


@pytest.fixture
async def client(playground: Discord, alice: Person) -> AsyncIterator[Client]:
    client = Client()
    group = Quota(
        name="quota",
        description="Limits",
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )
    simple: list[Any] = [echo, think, ignore, look, ask, buttons, group, describe]
    for command in simple:
        client.tree.add_command(command)
    async with connect(playground, client):
        await client.tree.sync()
        yield client


@pytest.fixture
def moderator(server: Server) -> Person:
    return server.add_member("mona", granted=Permission.MANAGE_GUILD)

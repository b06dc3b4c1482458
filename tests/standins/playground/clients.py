"""An unmodified discord.py, pointed at the playground, that notes what it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord import app_commands

from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x07\x00\x00\x00\x05\x08\x02\x00\x00\x00"
    b"\x00\x00\x00\x00"
)  # the head of a picture of 7 by 5 pixels

USUAL = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)
WITHOUT_CONTENT = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


class Client(discord.AutoShardedClient):
    """Everything told is kept in `events`, messages in `messages` as well."""

    def __init__(self, *, intents: discord.Intents = USUAL, **options: Any) -> None:
        super().__init__(intents=intents, **options)
        self._connection.guild_ready_timeout = 0.01
        self.tree = app_commands.CommandTree(self)
        self.messages: list[discord.Message] = []
        self.events: list[str] = []
        self.changed = asyncio.Event()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds that discord.py waits between two starts."""

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        super().dispatch(event, *args, **kwargs)
        self.events.append(event)
        if event == "message":
            self.messages.append(args[0])
        self.changed.set()

    async def until(self, is_so: Callable[[], object], *, seconds: float = 5.0) -> None:
        async with asyncio.timeout(seconds):
            while not is_so():
                self.changed.clear()
                await self.changed.wait()

    async def message_from(self, author_id: int) -> discord.Message:
        """The first message of that author, as soon as it has been told."""
        await self.until(lambda: any(one.author.id == author_id for one in self.messages))
        return next(one for one in self.messages if one.author.id == author_id)

    def channel(self, channel: Channel) -> discord.TextChannel:
        found = self.get_channel(channel.id)
        assert isinstance(found, discord.TextChannel)
        return found


@asynccontextmanager
async def connect(playground: Discord, client: Client | None = None) -> AsyncIterator[Client]:
    """Log in and wait until the client is ready; what ends its connection is raised at the end."""
    client = client or Client()
    await client.login(playground.token)
    running = asyncio.create_task(client.connect())
    try:
        await client.until(lambda: "ready" in client.events or running.done())
        yield client
    finally:
        await client.close()
        await running

"""Real objects of discord.py, made from payloads as Discord sends them; and a Discord of their own."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.standins.playground.server import Discord

BOT = 1000000000000000001
GUILD = 2000000000000000001
CHANNEL = 2000000000000000002
THREAD = 2000000000000000003
BOTS_ROLE = 2000000000000000009
ALICE: dict[str, Any] = {
    "id": "3000000000000000001",
    "username": "alice",
    "global_name": "Alice",
    "discriminator": "0",
    "avatar": None,
}
BOB: dict[str, Any] = {
    **ALICE,
    "id": "3000000000000000002",
    "username": "bob",
    "global_name": "Bob",
}
ROBOT: dict[str, Any] = {
    "id": str(BOT),
    "username": "glimpse",
    "discriminator": "0",
    "avatar": None,
    "bot": True,
}
PICTURE: dict[str, Any] = {
    "id": "5",
    "filename": "cat.png",
    "size": 9,
    "content_type": "image/png",
    "description": "my cat",
    "url": "https://cdn.discordapp.com/attachments/1/2/cat.png?ex=1",
    "proxy_url": "https://media.discordapp.net/attachments/1/2/cat.png?ex=1",
}

SERVER: dict[str, Any] = {
    "id": str(GUILD),
    "name": "Town",
    "owner_id": "1",
    "roles": [
        {"id": str(GUILD), "name": "@everyone", "permissions": "0", "position": 0},
        {
            "id": str(BOTS_ROLE),
            "name": "Glimpse",
            "permissions": "0",
            "position": 1,
            "managed": True,
            "tags": {"bot_id": str(BOT)},
        },
    ],
    "channels": [{"id": str(CHANNEL), "type": 0, "name": "general", "position": 0}],
    "members": [{"user": ROBOT, "roles": [str(BOTS_ROLE)], "flags": 0}],
    "threads": [
        {
            "id": str(THREAD),
            "type": 11,
            "parent_id": str(CHANNEL),
            "owner_id": "1",
            "name": "thread",
            "message_count": 0,
            "member_count": 1,
            "thread_metadata": {
                "archived": False,
                "auto_archive_duration": 60,
                "archive_timestamp": "2026-01-01T00:00:00.000000+00:00",
            },
        }
    ],
}

MakeMessage = Callable[..., discord.Message]


@pytest.fixture
async def make_message() -> MakeMessage:
    """Build a message of Alice's in a server; keyword arguments change its payload."""
    client = discord.Client(intents=discord.Intents.none())
    state = client._connection
    state.user = discord.ClientUser(state=state, data=ROBOT)  # type: ignore[arg-type]
    guild = discord.Guild(state=state, data=SERVER)  # type: ignore[arg-type]
    state._add_guild(guild)

    def make(*, channel_id: int = CHANNEL, **changes: Any) -> discord.Message:
        payload: dict[str, Any] = {
            "id": "1573832440248532999",
            "channel_id": str(channel_id),
            "guild_id": str(GUILD),
            "type": 0,
            "content": "",
            "author": ALICE,
            "member": {"roles": [str(BOTS_ROLE)], "flags": 0, "joined_at": None},
            "attachments": [],
            "embeds": [],
            "mentions": [],
            "timestamp": "2026-01-01T00:00:00.000000+00:00",
            "edited_timestamp": None,
            **changes,
        }
        channel = guild.get_channel_or_thread(channel_id)
        assert channel is not None
        return discord.Message(state=state, channel=channel, data=payload)  # type: ignore[arg-type]

    return make


@pytest.fixture
async def stand_in(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Discord]:
    """A Discord on loopback, to which discord.py connects."""
    async with Discord() as stand_in:
        monkeypatch.setattr(Route, "BASE", stand_in.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(stand_in.gateway_url))
        stand_in.interactions.deadline = 20.0  # the machine may be busy with other tests
        yield stand_in

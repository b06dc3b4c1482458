"""A client of discord.py's with our guards, connected to nothing, and payloads for it."""

from typing import Any

import discord

from bot.gateway.events.dispatch import guard_parsers
from bot.gateway.inbound import check_types, translate_message
from tests.gateway.conftest import ALICE, BOT, CHANNEL, GUILD, PICTURE, ROBOT, SERVER


class GuardedClient(discord.AutoShardedClient):
    """Keeps what is dispatched instead of telling it."""

    def __init__(self) -> None:
        self.told: list[tuple[str, tuple[Any, ...]]] = []
        super().__init__(
            intents=discord.Intents(
                guilds=True, guild_messages=True, dm_messages=True, message_content=True
            ),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        state: Any = self._connection
        state.user = discord.ClientUser(state=state, data=ROBOT)  # type: ignore[arg-type]
        state.shard_ids = range(1)
        self.http._HTTPClient__session = None  # type: ignore[attr-defined]
        state._add_guild(discord.Guild(state=state, data=SERVER))  # type: ignore[arg-type]
        guard_parsers(self, check_message=_understand)

    def dispatch(self, event: str, /, *values: Any, **_: Any) -> None:
        self.told.append((event, values))

    def read(self, event: str, data: Any) -> list[Any]:
        """What is told of an event, under the event's own name."""
        self.told.clear()
        self._connection.parsers[event](data)
        name = event.removesuffix("_CREATE").lower()
        return [values[0] for told, values in self.told if told == name]


def _understand(message: discord.Message) -> None:
    check_types(translate_message(message, bot_id=BOT))


def question(**odd: Any) -> dict[str, Any]:
    return {
        "id": "1573832440248532999",
        "channel_id": str(CHANNEL),
        "guild_id": str(GUILD),
        "type": 0,
        "content": f"<@{BOT}> what is this?",
        "author": ALICE,
        "member": {"roles": [], "flags": 0, "joined_at": None},
        "mentions": [ROBOT],
        "attachments": [PICTURE],
        "embeds": [],
        "timestamp": "2026-01-01T00:00:00.000000+00:00",
        "edited_timestamp": None,
        **odd,
    }


def command(**odd: Any) -> dict[str, Any]:
    caller = {"user": ALICE, "roles": [], "flags": 0, "permissions": "0", "joined_at": None}
    return {
        "id": "1573832440248533000",
        "application_id": str(BOT),
        "type": 3,
        "token": "token",
        "version": 1,
        "guild_id": str(GUILD),
        "channel_id": str(CHANNEL),
        "channel": {"id": str(CHANNEL), "type": 0, "name": "general", "position": 0},
        "member": caller,
        "data": {"custom_id": "stop:1", "component_type": 2},
        "message": question(),
        "attachment_size_limit": 10_485_760,
        "entitlements": [],
        **odd,
    }


def server(**odd: Any) -> dict[str, Any]:
    return {**SERVER, "unavailable": False, **odd}

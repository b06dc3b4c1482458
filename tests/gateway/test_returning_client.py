"""What is overridden in discord.py, against its own source."""

import inspect

import discord
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.shard import EventItem, Shard

from bot.core.connection.shard_state import ShardState
from bot.gateway.returning_client import ReturningClient
from bot.gateway.shards import ReturningShard

OVERRIDDEN = {
    Shard: ["close", "worker", "_handle_disconnect", "reidentify", "reconnect"],
    discord.AutoShardedClient: ["connect", "launch_shard", "launch_shards", "before_identify_hook"],
}
USED = {
    Shard: ["self._task", "self._client", "self._dispatch", "self._queue_put", "def launch("],
    DiscordWebSocket: [
        "self._keep_alive",
        "self._close_code",
        "self.socket",
        "self.session_id",
        "self.sequence",
        "ws.gateway",
        "'before_identify'",
    ],
    KeepAliveHandler: ["self._last_ack: float = time.perf_counter()", "self.interval"],
    EventItem: ["self.type", "self.shard", "self.error"],
    discord.AutoShardedClient: ["self.__shards[shard_id]", "self.__queue", "item.type"],
}


def missing_methods() -> list[str]:
    return [
        f"{owner.__name__}.{name}"
        for owner, names in OVERRIDDEN.items()
        for name in names
        if not hasattr(owner, name)
    ]


def missing_attributes() -> list[str]:
    return [
        f"{owner.__name__}: {text}"
        for owner, texts in USED.items()
        for text in texts
        if text not in inspect.getsource(owner)
    ]


def test_overridden_methods_are_there_in_this_discord_py() -> None:
    assert not missing_methods(), "see bot/gateway/shards.py: written for discord.py 2.7.1"


def test_private_attributes_are_there_in_this_discord_py() -> None:
    assert not missing_attributes(), "see bot/gateway/shards.py: written for discord.py 2.7.1"


def test_methods_of_ours_replace_those_of_discord_py() -> None:
    ours = {Shard: ReturningShard, discord.AutoShardedClient: ReturningClient}
    inherited = [
        name
        for owner, names in OVERRIDDEN.items()
        for name in names
        if getattr(ours[owner], name) is getattr(owner, name)
    ]

    assert inherited == []


async def test_shard_is_away_before_its_first_connection() -> None:
    client = ReturningClient(intents=discord.Intents.none(), shard_count=2)

    assert client.shard_states == {0: ShardState.AWAY, 1: ShardState.AWAY}

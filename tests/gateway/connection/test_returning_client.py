"""Shards that come back, against the stand-in; and what is overridden in discord.py, against its source."""

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import discord
import pytest
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.shard import EventItem, Shard

from bot.core.connection.shard_state import ShardState
from bot.gateway.connection.returning_client import ReturningClient
from bot.gateway.connection.shards import IdentifyTurns, ReturningShard
from bot.standins.playground.server import Discord
from tests.standins.playground.clients import USUAL

PATIENCE = 30.0  # seconds
LEAPS = count(0.0, 1_000.0)  # instants so far apart that no turn is waited for

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
    assert not missing_methods(), (
        "see bot/gateway/connection/shards.py: written for discord.py 2.7.1"
    )


def test_private_attributes_are_there_in_this_discord_py() -> None:
    assert not missing_attributes(), (
        "see bot/gateway/connection/shards.py: written for discord.py 2.7.1"
    )


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


# Against the stand-in for Discord


class Connected(ReturningClient):
    """Waits as shortly as it may, between attempts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(intents=USUAL, chance=lambda: 0.0, **options)

    async def until(self, states: dict[int, ShardState]) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.shard_states != states:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)


@asynccontextmanager
async def connected(client: Connected, token: str) -> AsyncIterator[None]:
    await client.login(token)
    connection = asyncio.get_running_loop().create_task(client.connect())
    try:
        yield
    finally:
        await client.close()
        await connection


async def test_first_connections_are_tried_until_they_succeed(
    stand_in: Discord, caplog: pytest.LogCaptureFixture
) -> None:
    stand_in.faults.answer(503, path="/gateway/bot")
    stand_in.gateway.faults.refusals = 1
    client = Connected()

    async with connected(client, stand_in.token):
        await client.until({0: ShardState.CONNECTED})

    reasons = [vars(r)["reason"] for r in caplog.records if "can't be reached" in r.getMessage()]
    assert reasons == ["GatewayNotFound", "WSServerHandshakeError"]
    assert "Traceback" not in caplog.text


async def test_one_shard_comes_back_while_another_stays(stand_in: Discord) -> None:
    client = Connected(shard_count=2)
    client._identify_turns = IdentifyTurns(clock=lambda: next(LEAPS))
    both = {0: ShardState.CONNECTED, 1: ShardState.CONNECTED}

    async with connected(client, stand_in.token):
        await client.until(both)
        (first,) = (one for one in stand_in.gateway.sessions.values() if one.shard_id == 0)
        assert first.socket is not None
        stand_in.gateway.faults.refusals = 1
        first.socket.close(4000)
        await stand_in.wait_for(lambda: stand_in.gateway.resumed == 1, PATIENCE)
        await client.until(both)

    assert len(stand_in.gateway.identified) == 2

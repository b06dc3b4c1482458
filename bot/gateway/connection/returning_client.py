"""discord.py's client for many shards, with shards that come back.

Also the first connections are tried again until they succeed. The private attributes belong to
discord.py 2.7.1; `tests/gateway/connection/test_returning_client.py` names those that are missing in another.
"""

import asyncio
import logging
import random
from collections.abc import Callable, MutableMapping
from typing import Any, cast

import discord
import yarl

from bot.core.connection.reconnection import Reconnection
from bot.core.connection.shard_state import ShardState
from bot.gateway.connection.shards import (
    UNREACHABLE,
    IdentifyTurns,
    ReturningShard,
    log_refusal,
    open_first,
)

log = logging.getLogger(__name__)

_WATCH_EVERY = 1.0  # seconds between two looks at the connections


class ReturningClient(discord.AutoShardedClient):
    """`chance` gives numbers between 0 and 1."""

    def __init__(self, *, chance: Callable[[], float] = random.random, **options: Any) -> None:
        super().__init__(**options)
        self._chance = chance
        self._identify_turns = IdentifyTurns()

    @property
    def shard_states(self) -> dict[int, ShardState]:
        """Of every shard that this process is to have, by its number."""
        expected = self.shard_ids or range(self.shard_count or 1)
        held = self._held_shards
        return {n: held[n].state() if n in held else ShardState.AWAY for n in expected}

    @property
    def _held_shards(self) -> MutableMapping[int, ReturningShard]:
        """Those that have been connected once, by their number."""
        held = vars(self)["_AutoShardedClient__shards"]
        return cast(MutableMapping[int, ReturningShard], held)

    async def connect(self, *, reconnect: bool = True) -> None:
        watching = asyncio.get_running_loop().create_task(self._watch())
        try:
            await super().connect(reconnect=reconnect)
        finally:
            watching.cancel()

    async def _watch(self) -> None:
        """End connections that are open and dead."""
        while True:
            await asyncio.sleep(_WATCH_EVERY)
            for shard in list(self._held_shards.values()):
                await shard.close_if_silent()

    # What discord.py calls

    async def launch_shards(self) -> None:
        """Ask for the number of shards, however often that takes, and connect them."""
        way_back = Reconnection()
        while True:
            try:
                await super().launch_shards()
            except UNREACHABLE as error:
                if isinstance(error, discord.ConnectionClosed):  # a shard, and for good
                    raise
                way_back = way_back.failed()
                delay = way_back.delay(self._chance())
                log_refusal(None, error, attempt=way_back.failures, delay=delay)
                await asyncio.sleep(delay)
            else:
                return

    async def launch_shard(
        self,
        gateway: yarl.URL,
        shard_id: int,
        *,
        initial: bool = False,  # noqa: ARG002 - the pause is taken care of by the turns
    ) -> None:
        """discord.py's logs a traceback for each attempt, and calls itself ever deeper."""
        turns, chance = self._identify_turns, self._chance
        ws = await open_first(self, turns, gateway, shard_id, chance)
        put = vars(self)["_AutoShardedClient__queue"].put_nowait
        shard = ReturningShard(ws, self, put, turns=turns, chance=chance)
        self._held_shards[shard_id] = shard
        shard.launch()

    async def before_identify_hook(
        self,
        _shard_id: int | None,
        *,
        initial: bool = False,  # noqa: ARG002
    ) -> None:
        """The pause between two sessions is waited before the connection is opened."""
        self._identify_turns.note()

    async def on_shard_connect(self, shard_id: int) -> None:
        self._held_shards[shard_id].note_begun()

    async def on_shard_resumed(self, shard_id: int) -> None:
        self._held_shards[shard_id].note_resumed()
        log.info("the session was resumed", extra={"shard": shard_id})

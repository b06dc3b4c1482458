"""Gateway sessions: how far each shard's messages were seen, and where a gap is to be looked into.

A session that begins anew brings nothing of what was posted before it: its shard's watermark stays
where it is until somebody has looked back.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from bot.chat.ports import Clock
from bot.core.bounded_map import BoundedMap
from bot.core.errors import StoreError
from bot.core.messages.snowflakes import snowflake_at
from bot.store.database import Database
from bot.store.processes import watermarks

# Seconds. A message that was seen so long ago has been taken, if it is a question.
WRITE_EVERY = 5.0
_RECEIVED = 10_000  # messages


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """What a session that has begun anew may have missed, in these servers of its shard."""

    shard_id: int
    session: int  # of this shard, counted by this process
    server_ids: frozenset[int]
    has_direct_messages: bool = False


@dataclass(kw_only=True, slots=True)
class _Shard:
    session: int = 0
    is_held: bool = True  # nobody has looked back yet
    is_ready: bool = False  # its servers are known
    server_ids: set[int] = field(default_factory=set)  # those whose gap was found
    newest: int = 0  # message
    settled: int = 0  # the newest one of a while ago
    written: int = 0


class Sessions:
    """The sessions of this process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.shard_count = 1  # known once Discord has said so
        self._database = database
        self._clock = clock
        self._shards: dict[int, _Shard] = {}
        self._received: BoundedMap[int, bool] = BoundedMap(_RECEIVED)
        self._gaps: deque[Gap] = deque()
        self._has_gap = asyncio.Event()

    # What Discord sends

    def note_message(self, shard_id: int, message_id: int) -> None:
        self._received[message_id] = True
        shard = self._shard(shard_id)
        shard.newest = max(shard.newest, message_id)

    def begin(self, shard_id: int) -> None:
        """A session has begun anew, its servers are still to come."""
        shard = self._shard(shard_id)
        shard.session += 1
        shard.is_held, shard.is_ready = True, False
        shard.server_ids.clear()

    def note_ready(self, shard_id: int, server_ids: Iterable[int]) -> None:
        """The servers of the shard are known, up to late ones."""
        shard = self._shard(shard_id)
        shard.is_ready = True
        self._add(shard_id, frozenset(server_ids), has_direct_messages=shard_id == 0)

    def note_server(self, shard_id: int, server_id: int) -> None:
        """A server is known; only one that comes late has a gap of its own."""
        shard = self._shard(shard_id)
        if shard.is_ready and server_id not in shard.server_ids:
            self._add(shard_id, frozenset({server_id}))

    def _add(
        self, shard_id: int, server_ids: frozenset[int], *, has_direct_messages: bool = False
    ) -> None:
        shard = self._shard(shard_id)
        shard.server_ids |= server_ids
        shard.is_held = True
        gap = Gap(
            shard_id=shard_id,
            session=shard.session,
            server_ids=server_ids,
            has_direct_messages=has_direct_messages,
        )
        self._gaps.append(gap)
        self._has_gap.set()

    # Looking back

    async def next_gap(self) -> Gap:
        await self._has_gap.wait()
        gap = self._gaps.popleft()
        if not self._gaps:
            self._has_gap.clear()
        return gap

    def close(self, gap: Gap) -> None:
        """All that was missed there is taken: the watermark may move, unless there is another gap."""
        shard = self._shard(gap.shard_id)
        is_last = all(each.shard_id != gap.shard_id for each in self._gaps)
        if shard.session == gap.session and is_last:
            shard.is_held = False

    def was_received(self, message_id: int) -> bool:
        """Whether this process got the message live."""
        return message_id in self._received

    async def note_start(self) -> None:
        """The first start of all has missed nothing: from now on messages count. Raises StoreError."""
        if await self._find(0) is None:
            await self._write({0: snowflake_at(self._clock())})

    async def find_watermark(self, shard_id: int) -> int:
        """Find the message up to which all were seen. Raises StoreError."""
        found = await self._find(shard_id)
        watermark = snowflake_at(self._clock()) if found is None else found
        # The shard's own from now on: those of others move on without it.
        await self._write({shard_id: watermark})
        return watermark

    async def _find(self, shard_id: int) -> int | None:
        async with self._database.reading() as connection:
            return await watermarks.find(connection, shard_id, shard_count=self.shard_count)

    # Watermarks

    async def keep_watermarks(self) -> None:
        """Write them every few seconds, until cancelled. While the database can't be used nothing is
        taken either.
        """
        while True:
            await asyncio.sleep(WRITE_EVERY)
            with suppress(StoreError):
                await self.write_watermarks()

    async def write_watermarks(self) -> None:
        """Move each watermark to what was the newest message at the last call. Raises StoreError."""
        free = {number: shard for number, shard in self._shards.items() if not shard.is_held}
        await self._write(
            {number: each.settled for number, each in free.items() if each.settled > each.written}
        )
        for shard in free.values():
            shard.written, shard.settled = shard.settled, shard.newest

    async def _write(self, marks: dict[int, int]) -> None:
        if not marks:
            return
        count, now = self.shard_count, self._clock()
        async with self._database.transaction() as tx:
            for shard_id, message_id in marks.items():
                await watermarks.move(tx, shard_id, message_id, shard_count=count, now=now)

    def _shard(self, shard_id: int) -> _Shard:
        return self._shards.setdefault(shard_id, _Shard())

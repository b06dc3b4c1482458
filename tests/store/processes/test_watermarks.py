"""How far messages were read, on both engines."""

import pytest

from bot.store.database import Database
from bot.store.processes import watermarks
from tests.store.samples import NOW


async def moved(database: Database, *moves: tuple[int, int, int]) -> None:
    async with database.transaction() as tx:
        for shard_id, shard_count, message_id in moves:
            await watermarks.move(tx, shard_id, message_id, shard_count=shard_count, now=NOW)


async def found(database: Database, shard_id: int, shard_count: int) -> int | None:
    async with database.reading() as connection:
        return await watermarks.find(connection, shard_id, shard_count=shard_count)


async def test_new_database_has_no_watermark(database: Database) -> None:
    assert await found(database, 0, 1) is None


@pytest.mark.parametrize("second", [5, 8])
async def test_watermark_never_moves_back(database: Database, second: int) -> None:
    await moved(database, (0, 1, 7), (0, 1, second))

    assert await found(database, 0, 1) == max(7, second)


async def test_each_shard_has_its_own(database: Database) -> None:
    await moved(database, (0, 2, 7), (1, 2, 9))

    assert [await found(database, shard, 2) for shard in (0, 1)] == [7, 9]


async def test_oldest_counts_after_the_shards_change(database: Database) -> None:
    await moved(database, (0, 2, 9), (1, 2, 7))

    assert await found(database, 0, 3) == 7

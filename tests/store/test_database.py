"""Transactions: all or nothing, also when cancelled; errors in our own words, without secrets."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.core.errors import DatabaseUnavailable
from bot.store.database import Database
from tests.store.limit_rows import count_limits, insert_limit


async def test_transaction_that_ends_well_is_seen_by_readers(database: Database) -> None:
    async with database.transaction() as tx:
        await insert_limit(tx)

    assert await count_limits(database) == 1


async def test_transaction_is_not_seen_by_readers_before_it_ends(database: Database) -> None:
    async with database.transaction() as tx:
        await insert_limit(tx)

        assert await count_limits(database) == 0


async def test_transaction_that_raises_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as tx:
            await insert_limit(tx)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert await count_limits(database) == 0


async def test_reading_while_another_process_writes_does_not_wait(sqlite_url: str) -> None:
    async with Database.open(sqlite_url, patience=0.05) as database, database.transaction() as tx:
        await insert_limit(tx)

        assert await count_limits(database) == 0


async def test_reading_refuses_to_write(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"readonly|read-only"):
        async with database.reading() as conn:
            await insert_limit(conn)


async def test_closed_database_is_not_opened_again(url: str) -> None:
    """An answer that went on after the end opened it anew, and the process never ended."""
    async with Database.open(url) as database:
        pass

    with pytest.raises(DatabaseUnavailable, match="it is closed"):
        async with database.transaction() as tx:
            await insert_limit(tx)
    with pytest.raises(DatabaseUnavailable, match="it is closed"):
        await count_limits(database)


async def test_writer_that_waits_while_the_database_closes_does_not_open_it_again(
    sqlite_url: str,
) -> None:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database.open(sqlite_url))
        writing = asyncio.Event()

        async def write_slowly() -> None:
            async with database.transaction():
                writing.set()
                await asyncio.sleep(0)

        async def write() -> None:
            async with database.transaction() as tx:
                await insert_limit(tx)

        first = asyncio.create_task(write_slowly())
        await writing.wait()
        second = asyncio.create_task(write())
        await asyncio.sleep(0)

    await asyncio.gather(first, return_exceptions=True)
    with pytest.raises(DatabaseUnavailable, match="it is closed"):
        await second

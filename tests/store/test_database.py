"""Transactions: all or nothing, also when cancelled; errors in our own words, without secrets."""

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

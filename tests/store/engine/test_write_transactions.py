"""Write transactions: one at a time, in order, and nothing of one that was cancelled."""

import asyncio

import pytest
from sqlalchemy import text

from bot.core.errors import DatabaseUnavailable
from bot.store.database import Database
from tests.store.limit_rows import count_limits, insert_limit

# Seconds of work for the engine, so that a cancellation meets it in the middle of a statement.
SLOW = {
    "sqlite": """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
        SELECT count(*) FROM n
    """,
    "postgresql": "SELECT pg_sleep(5)",
}


async def test_transaction_cancelled_while_waiting_leaves_nothing_and_can_be_repeated(
    database: Database,
) -> None:
    reached = asyncio.Event()

    async def write() -> None:
        async with database.transaction() as tx:
            await insert_limit(tx)
            reached.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await count_limits(database) == 0
    async with database.transaction() as tx:
        await insert_limit(tx)
    assert await count_limits(database) == 1


@pytest.mark.parametrize("cancellations", [1, 2])
async def test_transaction_cancelled_in_a_statement_can_be_repeated(
    database: Database, cancellations: int
) -> None:
    reached = asyncio.Event()

    async def write() -> None:
        async with database.transaction() as tx:
            await insert_limit(tx)
            reached.set()
            await tx.execute(text(SLOW[tx.dialect.name]))

    task = asyncio.create_task(write())
    await reached.wait()
    await asyncio.sleep(0.02)
    for _ in range(cancellations):
        task.cancel()
        await asyncio.sleep(0.005)
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await count_limits(database) == 0
    async with database.transaction() as tx:
        await insert_limit(tx)
    assert await count_limits(database) == 1


async def test_transaction_cancelled_in_a_statement_lets_go_of_the_lock(
    sqlite_url: str,
) -> None:
    async def write(database: Database) -> None:
        async with database.transaction() as tx:
            await insert_limit(tx)
            await tx.execute(text(SLOW["sqlite"]))

    async with Database.open(sqlite_url, patience=2) as database:
        for _ in range(5):
            task = asyncio.create_task(write(database))
            await asyncio.sleep(0.02)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as kept:
                await task

            async with database.transaction() as tx:
                assert kept.traceback  # keeps the cursor alive
                await tx.execute(text("SELECT 1"))


async def test_transaction_cancelled_before_its_turn_lets_the_next_one_through(
    database: Database,
) -> None:
    async def write(user_id: int) -> None:
        async with database.transaction() as tx:
            await insert_limit(tx, user_id=user_id)

    async with database.transaction() as tx:
        await insert_limit(tx)
        impatient, patient = asyncio.create_task(write(1)), asyncio.create_task(write(2))
        await asyncio.sleep(0.01)
        impatient.cancel()
    await patient

    assert await count_limits(database) >= 2


async def test_cancelling_at_any_moment_never_leaves_half_a_transaction(
    database: Database,
) -> None:
    async def write_two(first: int) -> None:
        async with database.transaction() as tx:
            await insert_limit(tx, user_id=first)
            await insert_limit(tx, user_id=first + 1)

    for attempt in range(40):
        task = asyncio.create_task(write_two(attempt * 2))
        for _ in range(attempt):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert await count_limits(database) % 2 == 0
    async with database.transaction() as tx:
        await insert_limit(tx, user_id=1_000)


async def test_transactions_of_sqlite_are_served_in_order_of_arrival(sqlite_url: str) -> None:
    order = []

    async with Database.open(sqlite_url) as database:

        async def write(number: int) -> None:
            async with database.transaction():
                order.append(number)
                await asyncio.sleep(0)

        await asyncio.gather(*(write(number) for number in range(20)))

    assert order == list(range(20))


async def test_transaction_that_is_not_reached_in_time_is_refused(sqlite_url: str) -> None:
    async with Database.open(sqlite_url, patience=0.05) as database, database.transaction():
        with pytest.raises(DatabaseUnavailable, match=r"busy: no turn in 0\.05 seconds"):
            async with database.transaction():
                pass


async def test_transaction_while_another_process_writes_for_too_long_is_refused(
    sqlite_url: str,
) -> None:
    async with Database.open(sqlite_url) as other, other.transaction() as tx:
        await insert_limit(tx)
        with pytest.raises(DatabaseUnavailable, match="database is locked"):
            async with Database.open(sqlite_url, patience=0.05):
                pass

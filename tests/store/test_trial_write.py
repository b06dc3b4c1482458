"""The write that proves that the database takes writes, on both engines."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.schema.tables.processes import claims
from bot.store.trial_write import write_and_erase

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_trial_write_succeeds_again_and_again_and_leaves_nothing(database: Database) -> None:
    for _ in range(3):
        async with database.transaction() as tx:
            await write_and_erase(tx, NOON)

    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(claims)) == 0

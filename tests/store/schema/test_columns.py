"""Instants come back from either engine as they were."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from bot.store.database import Database
from bot.store.schema.tables import limits
from tests.store.limit_rows import count_limits, insert_limit
from tests.store.samples import NOW


async def test_instant_of_another_zone_comes_back_in_utc(
    database: Database,
) -> None:
    tokyo = timezone(timedelta(hours=9))
    instant = datetime(2026, 11, 22, 0, 30, 0, 123456, tzinfo=tokyo)
    async with database.transaction() as tx:
        await insert_limit(tx, at=instant)

    async with database.reading() as conn:
        found = (await conn.execute(select(limits.c.set_at))).scalar_one()
        same = await conn.execute(select(limits).where(limits.c.set_at == instant))

    assert found == instant
    assert found.tzinfo is UTC
    assert same.first() is not None


async def test_instant_without_an_offset_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="has no offset"):
        async with database.transaction() as tx:
            await insert_limit(tx, at=NOW.replace(tzinfo=None))

    assert await count_limits(database) == 0

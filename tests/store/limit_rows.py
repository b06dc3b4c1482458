"""Rows of the table of limits, for tests of transactions: any table would do."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.schema.tables import limits
from tests.store.samples import ADA, NOW, SHOP


async def insert_limit(tx: AsyncConnection, *, user_id: int = ADA, at: datetime = NOW) -> None:
    await tx.execute(
        insert(limits),
        {
            "guild_id": SHOP,
            "subject_kind": "user",
            "subject_id": user_id,
            "unit": "tokens",
            "period": "day",
            "amount": 1,
            "set_by": 1,
            "set_at": at,
            "reason": "",
        },
    )


async def count_limits(database: Database) -> int:
    async with database.reading() as conn:
        found: int = (await conn.execute(select(func.count()).select_from(limits))).scalar_one()
    return found

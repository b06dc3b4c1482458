"""The last answers of a member, as the ledger has them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.answers.events import Ending
from bot.store.schema.tables import ledger

# By the index on the three columns: it costs the same however long the ledger is.
_RECENT = (
    select(
        ledger.c.admitted_at,
        ledger.c.channel_id,
        ledger.c.model,
        ledger.c.tokens,
        ledger.c.cost_microusd,
        ledger.c.is_estimated,
        ledger.c.ending,
    )
    .where(
        ledger.c.guild_id == bindparam("guild"),
        ledger.c.user_id == bindparam("user"),
        ledger.c.kind == "usage",
    )
    .order_by(ledger.c.window_starts_at.desc(), ledger.c.id.desc())
    .limit(bindparam("count"))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RecentAnswer:
    at: datetime
    channel_id: int
    model: str
    tokens: int
    microusd: int | None  # None: the model's prices are not known
    is_estimated: bool
    ending: Ending


async def recent(
    conn: AsyncConnection, *, guild_id: int, user_id: int, count: int
) -> list[RecentAnswer]:
    """The newest first."""
    rows = await conn.execute(_RECENT, {"guild": guild_id, "user": user_id, "count": count})
    return [
        RecentAnswer(
            at=row.admitted_at,
            channel_id=row.channel_id,
            model=row.model,
            tokens=row.tokens,
            microusd=row.cost_microusd,
            is_estimated=row.is_estimated,
            ending=Ending(row.ending),
        )
        for row in rows
    ]

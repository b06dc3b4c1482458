"""The newest answers in the ledger: those of a member, and their mean cost by a model."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.answers.events import Ending
from bot.store.schema.tables import ledger

_NEWEST_ANSWERS = 50
_NEWEST_ROWS = 20_000  # of the whole ledger: bounds the search for a model that is hardly used

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
        ledger.c.borne_for.is_(None),
    )
    .order_by(ledger.c.window_starts_at.desc(), ledger.c.id.desc())
    .limit(bindparam("count"))
)

_COSTS = (
    select(ledger.c.cost_microusd)
    .where(
        ledger.c.guild_id == bindparam("guild"),
        ledger.c.model == bindparam("model"),
        ledger.c.kind == "usage",
        ledger.c.borne_for.is_(None),
        ledger.c.cost_microusd > 0,  # neither unknown, nor failed for nothing
        ledger.c.id
        > select(func.coalesce(func.max(ledger.c.id), 0)).scalar_subquery() - _NEWEST_ROWS,
    )
    .order_by(ledger.c.id.desc())
    .limit(_NEWEST_ANSWERS)
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


async def mean_cost(conn: AsyncConnection, *, guild_id: int, model: str) -> int | None:
    """Micro-dollars of one of the newest answers there by that model; None: it is not known."""
    rows = await conn.execute(_COSTS, {"guild": guild_id, "model": model})
    costs: list[int] = list(rows.scalars())
    return round(sum(costs) / len(costs)) if costs else None

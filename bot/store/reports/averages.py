"""What answers have cost of late."""

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema.tables import ledger

_NEWEST_ANSWERS = 50
_NEWEST_ROWS = 20_000  # of the whole ledger: bounds the search for a model that is hardly used

_COSTS = (
    select(ledger.c.cost_microusd)
    .where(
        ledger.c.guild_id == bindparam("guild"),
        ledger.c.model == bindparam("model"),
        ledger.c.kind == "usage",
        ledger.c.cost_microusd > 0,  # neither unknown, nor failed for nothing
        ledger.c.id
        > select(func.coalesce(func.max(ledger.c.id), 0)).scalar_subquery() - _NEWEST_ROWS,
    )
    .order_by(ledger.c.id.desc())
    .limit(_NEWEST_ANSWERS)
)


async def mean_cost(conn: AsyncConnection, *, guild_id: int, model: str) -> int | None:
    """Micro-dollars of one of the newest answers there by that model; None: it is not known."""
    rows = await conn.execute(_COSTS, {"guild": guild_id, "model": model})
    costs: list[int] = list(rows.scalars())
    return round(sum(costs) / len(costs)) if costs else None

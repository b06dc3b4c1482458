"""The claims table: interactions that one of the processes carries out, so that no other does."""

from datetime import datetime

from sqlalchemy import BigInteger, bindparam, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables import claims

_CLAIM = text("""
    INSERT INTO claims (id, claimed_at) VALUES (:id, :now) ON CONFLICT (id) DO NOTHING RETURNING id
""").bindparams(bindparam("id", type_=BigInteger), bindparam("now", type_=UtcDateTime))

_FIND = select(claims.c.id).where(claims.c.id == bindparam("interaction"))
_PURGE = delete(claims).where(claims.c.claimed_at < bindparam("before"))


async def claim(tx: AsyncConnection, interaction_id: int, *, now: datetime) -> bool:
    """Claim an interaction; False where somebody has: this process or another."""
    return (await tx.execute(_CLAIM, {"id": interaction_id, "now": now})).first() is not None


async def is_claimed(conn: AsyncConnection, interaction_id: int) -> bool:
    return (await conn.execute(_FIND, {"interaction": interaction_id})).first() is not None


async def purge(tx: AsyncConnection, *, before: datetime) -> int:
    """Forget the claims made before that instant; return how many there were."""
    return (await tx.execute(_PURGE, {"before": before})).rowcount

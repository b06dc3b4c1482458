"""A write that proves that the database takes writes, and leaves nothing."""

import secrets
from datetime import datetime

from sqlalchemy import delete, insert

from bot.store.database import Connection
from bot.store.schema.tables.processes import claims

_LARGEST = 2**62


async def write_and_erase(tx: Connection, now: datetime) -> None:
    """Claim an id that no interaction has, and give it back within the same transaction.

    The pages change and are written, which an update with equal values would not cause.
    """
    claimed = -1 - secrets.randbelow(_LARGEST)
    await tx.execute(insert(claims).values(id=claimed, claimed_at=now))
    await tx.execute(delete(claims).where(claims.c.id == claimed))

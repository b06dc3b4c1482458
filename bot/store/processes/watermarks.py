"""The watermarks table: the newest message before which all were seen, for each shard.

Processes of all names share them: what one of them has seen, another need not look for.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Text, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables import watermarks

_FIND = select(watermarks.c.name, watermarks.c.message_id)
_MOVE = text("""
    INSERT INTO watermarks (name, message_id, noted_at) VALUES (:name, :message_id, :now)
    ON CONFLICT (name) DO UPDATE SET
        message_id = excluded.message_id, noted_at = excluded.noted_at
    WHERE watermarks.message_id < excluded.message_id
""").bindparams(
    bindparam("name", type_=Text),
    bindparam("message_id", type_=BigInteger),
    bindparam("now", type_=UtcDateTime),
)


async def find(conn: AsyncConnection, shard_id: int, *, shard_count: int) -> int | None:
    """Find the watermark of a shard; None: nobody has seen a message yet.

    After a change of their number servers belong to other shards: then the oldest of all counts.
    """
    rows = (await conn.execute(_FIND)).all()
    marks: dict[str, int] = {row.name: row.message_id for row in rows}
    return marks.get(_name(shard_id, shard_count), min(marks.values(), default=None))


async def move(
    tx: AsyncConnection, shard_id: int, message_id: int, *, shard_count: int, now: datetime
) -> None:
    """Move it on; one that another process has moved further stays."""
    row = {"name": _name(shard_id, shard_count), "message_id": message_id, "now": now}
    await tx.execute(_MOVE, row)


def _name(shard_id: int, shard_count: int) -> str:
    return f"shard {shard_id} of {shard_count}"

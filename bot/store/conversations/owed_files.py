"""Pictures of answers that are owed: kept from the settlement until they are visible."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy import delete as delete_from
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.pictures.orders import LARGEST_MESSAGE, ShownPicture
from bot.store.schema.tables import owed_files

# Bytes of all answers together: ten that are as large as Discord takes them, or more than a hundred
# usual ones. They pile up only while Discord can't be reached, and not on a disk without end.
MOST_KEPT: Final = 10 * LARGEST_MESSAGE

_OF_QUESTION = owed_files.c.message_id == bindparam("message")
_LOAD = (
    select(owed_files.c.content, owed_files.c.name, owed_files.c.alt)
    .where(_OF_QUESTION)
    .order_by(owed_files.c.ordinal)
)
_KEPT_OF_OTHERS = select(func.coalesce(func.sum(owed_files.c.size), 0)).where(
    owed_files.c.message_id != bindparam("message")
)
_INSERT = insert(owed_files)
_DELETE = delete_from(owed_files).where(_OF_QUESTION)


async def has_room(
    conn: AsyncConnection,
    message_id: int,
    pictures: Sequence[ShownPicture],
    *,
    most: int = MOST_KEPT,
) -> bool:
    """Whether one answer's pictures fit: into one message, and with those of others into `most` bytes."""
    if not pictures:
        return True
    size = sum(len(each.content) for each in pictures)
    if size > LARGEST_MESSAGE:
        return False
    others = (await conn.execute(_KEPT_OF_OTHERS, {"message": message_id})).scalar_one()
    return int(others) + size <= most


async def replace(
    tx: AsyncConnection, message_id: int, pictures: Sequence[ShownPicture], *, guild_id: int
) -> None:
    """Keep these pictures, in their order, instead of what was kept for that question."""
    await delete(tx, message_id)
    rows = [
        {
            "message_id": message_id,
            "ordinal": ordinal,
            "guild_id": guild_id,
            "name": picture.name,
            "alt": picture.alt,
            "size": len(picture.content),
            "content": picture.content,
        }
        for ordinal, picture in enumerate(pictures)
    ]
    await tx.execute(_INSERT, rows)


async def load(conn: AsyncConnection, message_id: int) -> tuple[ShownPicture, ...]:
    """The pictures that are kept for that question, in their order."""
    rows = await conn.execute(_LOAD, {"message": message_id})
    return tuple(ShownPicture(content=row.content, name=row.name, alt=row.alt) for row in rows)


async def delete(tx: AsyncConnection, message_id: int) -> None:
    await tx.execute(_DELETE, {"message": message_id})

"""What servers' settings say of the commands of moderators, and who was told of it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.moderation.delegates import Delegate
from bot.core.quota.limits import Subject, SubjectKind
from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables import delegates, delegations

_OF_SERVER = select(delegates).where(delegates.c.guild_id == bindparam("guild"))
_DELETE = delete(delegates).where(delegates.c.guild_id == bindparam("guild"))
_READ = select(delegations.c.guild_id)
_NAMING = select(delegates.c.guild_id).distinct()
_NOTE_READ = text("""
    INSERT INTO delegations (guild_id, read_at) VALUES (:guild, :now)
    ON CONFLICT (guild_id) DO UPDATE SET read_at = excluded.read_at
""").bindparams(bindparam("guild", type_=BigInteger), bindparam("now", type_=UtcDateTime))
_CLAIM_NOTICE = (
    update(delegations)
    .where(delegations.c.guild_id == bindparam("guild"), delegations.c.told_at.is_(None))
    .values(told_at=bindparam("now", type_=UtcDateTime))
)


async def of_server(conn: AsyncConnection, guild_id: int) -> tuple[Delegate, ...]:
    rows = await conn.execute(_OF_SERVER, {"guild": guild_id})
    return tuple(
        Delegate(
            command=row.command,
            subject=Subject(kind=SubjectKind(row.subject_kind), id=row.subject_id),
            is_allowed=row.is_allowed,
        )
        for row in rows
    )


async def replace(
    tx: AsyncConnection, guild_id: int, said: Iterable[Delegate], *, now: datetime
) -> None:
    """Write down all that the server's settings say, in place of what they said before."""
    unique = {(one.command, one.subject): one for one in said}
    rows = [
        {
            "guild_id": guild_id,
            "command": one.command,
            "subject_kind": one.subject.kind,
            "subject_id": one.subject.id,
            "is_allowed": one.is_allowed,
        }
        for one in unique.values()
    ]
    # First the row of the server: two processes that write the same server take turns by it.
    await tx.execute(_NOTE_READ, {"guild": guild_id, "now": now})
    await tx.execute(_DELETE, {"guild": guild_id})
    if rows:
        await tx.execute(insert(delegates), rows)


async def servers_read(conn: AsyncConnection) -> frozenset[int]:
    """Servers whose settings have been read at some time."""
    return frozenset((await conn.execute(_READ)).scalars())


async def servers_naming_anybody(conn: AsyncConnection) -> frozenset[int]:
    return frozenset((await conn.execute(_NAMING)).scalars())


async def claim_notice(tx: AsyncConnection, guild_id: int, *, now: datetime) -> bool:
    """Take it on to tell the server's moderators; True for the first one alone."""
    claimed = await tx.execute(_CLAIM_NOTICE, {"guild": guild_id, "now": now})
    return claimed.rowcount == 1

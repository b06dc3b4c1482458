"""Locks on subjects: who reads what a subject has left, and then acts on it, holds them."""

from collections.abc import Iterable
from hashlib import blake2b

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.quota.limits import Subject, SubjectKind

# https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
_LOCK = text("SELECT pg_advisory_xact_lock(:name)").bindparams(bindparam("name", type_=BigInteger))


async def lock(tx: AsyncConnection, guild_id: int, subjects: Iterable[Subject]) -> None:
    """Hold these subjects until the transaction ends; what was read before is stale.

    Always in the order of their names, so that nobody waits in a ring. A lock names no window: a
    week goes on over the end of a month. SQLite needs none of it: there the transaction itself is
    the lock.
    """
    if tx.dialect.name == "sqlite":
        return
    for name in sorted({_name(guild_id, subject) for subject in subjects}):
        await tx.execute(_LOCK, {"name": name})


def _name(guild_id: int, subject: Subject) -> int:
    """The lock's number, in 64 bits. Subjects that happen to share one only wait for each other.

    A subject that belongs to no server has the same number in all servers.
    """
    where = "" if subject.kind is SubjectKind.EVERYTHING else guild_id
    name = f"{where} {subject.kind.value} {subject.id}"
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)

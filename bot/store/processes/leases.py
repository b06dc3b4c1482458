"""The leases table: the names of living processes, each held by one run."""

from datetime import datetime

from sqlalchemy import Text, bindparam, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.leases import TERM, Lease
from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables import leases

_TIMES = ("taken_at", "renewed_at", "expires_at")

_FIND = select(leases).where(leases.c.name == bindparam("named"))
# The names of living processes, at the instant `now`; for other statements, too.
LIVING = select(leases.c.name).where(leases.c.expires_at > bindparam("now"))
_LIVING_HOLDERS = select(leases.c.holder).where(leases.c.expires_at > bindparam("now"))

# Somebody else may have been faster: then this changes no row, and returns none.
_TAKE = text("""
    INSERT INTO leases (name, holder, taken_at, renewed_at, expires_at)
    VALUES (:name, :holder, :taken_at, :renewed_at, :expires_at)
    ON CONFLICT (name) DO UPDATE SET
        holder = excluded.holder, taken_at = excluded.taken_at,
        renewed_at = excluded.renewed_at, expires_at = excluded.expires_at
    WHERE leases.holder = :old_holder AND leases.renewed_at = :old_renewed_at
    RETURNING holder
""").bindparams(
    bindparam("name", type_=Text),
    bindparam("holder", type_=Text),
    bindparam("old_holder", type_=Text),
    *(bindparam(time, type_=UtcDateTime) for time in (*_TIMES, "old_renewed_at")),
)

_OURS = (leases.c.name == bindparam("named"), leases.c.holder == bindparam("held_by"))
_RENEW = (
    update(leases).where(*_OURS).values(renewed_at=bindparam("now"), expires_at=bindparam("until"))
)
_GIVE_BACK = delete(leases).where(*_OURS)


async def find(conn: AsyncConnection, name: str) -> Lease | None:
    row = (await conn.execute(_FIND, {"named": name})).mappings().first()
    return None if row is None else Lease(**row)


async def take(tx: AsyncConnection, lease: Lease, *, instead_of: Lease | None) -> bool:
    """Take the name; False where its lease is no longer `instead_of`: another was faster."""
    old = instead_of or lease
    row = {
        "name": lease.name,
        "holder": lease.holder,
        "taken_at": lease.taken_at,
        "renewed_at": lease.renewed_at,
        "expires_at": lease.expires_at,
        "old_holder": old.holder,
        "old_renewed_at": old.renewed_at,
    }
    return (await tx.execute(_TAKE, row)).first() is not None


async def renew(tx: AsyncConnection, name: str, holder: str, *, now: datetime) -> bool:
    """False where the lease is lost: another run has it, or nobody."""
    times = {"now": now, "until": now + TERM}
    found = await tx.execute(_RENEW, {"named": name, "held_by": holder, **times})
    return bool(found.rowcount)


async def give_back(tx: AsyncConnection, name: str, holder: str) -> None:
    """Let the next one take the name at once. One that is no longer ours stays as it is."""
    await tx.execute(_GIVE_BACK, {"named": name, "held_by": holder})


async def living_owners(conn: AsyncConnection, now: datetime) -> frozenset[str]:
    """The names of all processes whose lease has not expired, also our own.

    What another of them holds is not ours to settle; what anybody else holds, nobody lives to.
    """
    return frozenset(await conn.scalars(LIVING, {"now": now}))


async def living_holders(conn: AsyncConnection, now: datetime) -> frozenset[str]:
    """The ids of all runs whose lease has not expired."""
    return frozenset(await conn.scalars(_LIVING_HOLDERS, {"now": now}))

"""Grants: extra allowance, once. They are revoked, never deleted: what was used stays proven."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.moderation.audit_values import grant_state
from bot.core.moderation.changes import Action, Change
from bot.core.quota.limits import Grant, Subject, SubjectKind, Unit
from bot.store.moderation.audit import ModerationOrder, record
from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables import grants

_INSERT = insert(grants).returning(grants.c.id)
_ONE = (grants.c.guild_id == bindparam("guild"), grants.c.id == bindparam("grant"))
_FIND = select(grants).where(*_ONE)
_REVOKE = (
    update(grants)
    .where(*_ONE, grants.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at", type_=UtcDateTime))
)
_GRANT_AGAIN = update(grants).where(*_ONE, grants.c.revoked_at.is_not(None)).values(revoked_at=None)
_OF_SERVER = (
    select(grants)
    .where(
        grants.c.guild_id == bindparam("guild"),
        grants.c.revoked_at.is_(None),
        grants.c.expires_at > bindparam("now", type_=UtcDateTime),
    )
    .order_by(grants.c.expires_at, grants.c.id)
)


async def of_server(conn: AsyncConnection, guild_id: int, *, now: datetime) -> tuple[Grant, ...]:
    """Those that can be used; what expires first comes first. `left` is for each user anew."""
    rows = await conn.execute(_OF_SERVER, {"guild": guild_id, "now": now})
    return tuple(_grant(row) for row in rows)


async def find_standing(conn: AsyncConnection, *, guild_id: int, grant_id: int) -> Grant | None:
    """The grant; None where it is revoked. It may have expired."""
    row = (await conn.execute(_FIND, {"guild": guild_id, "grant": grant_id})).one_or_none()
    return None if row is None or row.revoked_at is not None else _grant(row)


async def add(
    tx: AsyncConnection, order: ModerationOrder, unit: Unit, amount: int, expires_at: datetime
) -> Change:
    """Grant it, to the user or to each member of the role, and write it down."""
    row = {
        "guild_id": order.guild_id,
        "subject_kind": order.subject_kind.value,
        "subject_id": order.subject_id,
        "unit": unit.value,
        "amount": amount,
        "reason": order.reason,
        "granted_by": order.by,
        "granted_at": order.at,
        "expires_at": expires_at,
    }
    grant_id = (await tx.execute(_INSERT, row)).scalar_one()
    grant = Grant(
        id=grant_id,
        subject=order.subject,
        unit=unit,
        amount=amount,
        left=amount,
        expires_at=expires_at,
        reason=order.reason,
    )
    return await record(tx, order, Action.GRANT, before=None, after=grant_state(grant))


async def revoke(tx: AsyncConnection, order: ModerationOrder, grant: Grant) -> Change | None:
    """Nothing more is taken from it; None where it is revoked already."""
    named = {"guild": order.guild_id, "grant": grant.id, "at": order.at}
    if not (await tx.execute(_REVOKE, named)).rowcount:
        return None
    return await record(tx, order, Action.REVOKE, before=grant_state(grant), after=None)


async def grant_again(tx: AsyncConnection, order: ModerationOrder, grant: Grant) -> Change | None:
    """Let a revoked one be used again, as far as it is left; None where it is not revoked."""
    named = {"guild": order.guild_id, "grant": grant.id}
    if not (await tx.execute(_GRANT_AGAIN, named)).rowcount:
        return None
    return await record(tx, order, Action.GRANT, before=None, after=grant_state(grant))


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        id=row.id,
        subject=Subject(kind=SubjectKind(row.subject_kind), id=row.subject_id),
        unit=Unit(row.unit),
        amount=row.amount,
        left=row.amount,
        expires_at=row.expires_at,
        reason=row.reason,
    )

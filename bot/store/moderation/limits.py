"""Limits that moderators have set. Where there is none, the configured default applies.

A subject has one limit of each measure; an unlimited one stands alone. Whoever changes them holds
the subject's lock (`bot.store.moderation.locks`).
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.calendar.periods import Period
from bot.core.moderation.audit_values import limits_state
from bot.core.moderation.changes import Action, Change
from bot.core.quota.limit_changes import LimitSelection, without_limits
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit
from bot.store.moderation.audit import ModerationOrder, record
from bot.store.schema.tables import limits

_OF_SERVER = (
    select(limits)
    .where(limits.c.guild_id == bindparam("guild"))
    .order_by(limits.c.subject_kind, limits.c.subject_id, limits.c.unit, limits.c.period)
)
_OWN = (
    limits.c.guild_id == bindparam("guild"),
    limits.c.subject_kind == bindparam("kind"),
    limits.c.subject_id == bindparam("subject"),
)
_OF_SUBJECT = select(limits).where(*_OWN).order_by(limits.c.unit, limits.c.period)
_DELETE = delete(limits).where(*_OWN)
_INSERT = insert(limits)


async def of_server(conn: AsyncConnection, guild_id: int) -> tuple[Limit, ...]:
    """All of them, those of one subject together."""
    return tuple(_limit(row) for row in await conn.execute(_OF_SERVER, {"guild": guild_id}))


async def of_subject(conn: AsyncConnection, guild_id: int, subject: Subject) -> tuple[Limit, ...]:
    rows = await conn.execute(_OF_SUBJECT, _key(guild_id, subject))
    return tuple(_limit(row) for row in rows)


async def put(
    tx: AsyncConnection, order: ModerationOrder, measure: Measure, amount: int | None
) -> Change:
    """Set one limit and write it down. Unlimited replaces all others, and an amount replaces it."""
    held = await of_subject(tx, order.guild_id, order.subject)
    limit = Limit(subject=order.subject, measure=measure, amount=amount)
    kept = [other for other in held if _stand_together(other, limit)]
    return await replace(tx, order, [*kept, limit], held=held)


async def remove(
    tx: AsyncConnection, order: ModerationOrder, which: LimitSelection = None
) -> Change | None:
    """Remove those limits; None where there is none to remove."""
    held = await of_subject(tx, order.guild_id, order.subject)
    kept = without_limits(held, which)
    if len(kept) == len(held):
        return None
    return await replace(tx, order, kept, held=held, action=Action.CLEAR_LIMIT)


async def replace(
    tx: AsyncConnection,
    order: ModerationOrder,
    wanted: Iterable[Limit],
    *,
    held: tuple[Limit, ...],
    action: Action = Action.SET_LIMIT,
) -> Change:
    """Let the subject have exactly these limits instead of those held, and write it down.

    A limit that stays as it is keeps the name of the moderator who set it.
    """
    limits_wanted = tuple(wanted)
    for limit in set(held) - set(limits_wanted):
        measured = _DELETE.where(
            limits.c.unit == limit.measure.unit.value,
            limits.c.period == limit.measure.period.value,
        )
        await tx.execute(measured, _key(order.guild_id, order.subject))
    rows = [_row(order, limit) for limit in limits_wanted if limit not in held]
    if rows:
        await tx.execute(_INSERT, rows)
    before, after = limits_state(held), limits_state(limits_wanted)
    return await record(tx, order, action, before=before, after=after)


def _stand_together(limit: Limit, other: Limit) -> bool:
    return limit.measure != other.measure and None not in (limit.amount, other.amount)


def _key(guild_id: int, subject: Subject) -> dict[str, object]:
    return {"guild": guild_id, "kind": subject.kind.value, "subject": subject.id}


def _row(order: ModerationOrder, limit: Limit) -> dict[str, object]:
    return {
        "guild_id": order.guild_id,
        "subject_kind": limit.subject.kind.value,
        "subject_id": limit.subject.id,
        "unit": limit.measure.unit.value,
        "period": limit.measure.period.value,
        "amount": limit.amount,
        "set_by": order.by,
        "set_at": order.at,
        "reason": order.reason,
    }


def _limit(row: Row[Any]) -> Limit:
    return Limit(
        subject=Subject(kind=SubjectKind(row.subject_kind), id=row.subject_id),
        measure=Measure(unit=Unit(row.unit), period=Period(row.period)),
        amount=row.amount,
    )

"""The figures that a standing is made of, and the question whether a message is known."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.counters import CounterKey
from bot.store.tables import counters, ledger, limits, reservations


def _figures() -> Select[Any]:
    """All that a standing is made of, in one statement: one state of the database, one trip."""
    own_limit = (
        select(limits.c.amount)
        .where(
            limits.c.guild_id == bindparam("guild"),
            limits.c.subject_kind == bindparam("kind"),
            limits.c.subject_id == bindparam("user"),
        )
        .cte("own_limit")
    )
    spent = select(counters.c.spent_tokens).where(
        counters.c.guild_id == bindparam("guild"),
        counters.c.subject_kind == bindparam("kind"),
        counters.c.subject_id == bindparam("user"),
        counters.c.window_starts_at == bindparam("window"),
    )
    # Yesterday's answers that are still being written hold back nothing today.
    reserved = select(cast(func.sum(reservations.c.tokens), BigInteger)).where(
        reservations.c.guild_id == bindparam("guild"),
        reservations.c.user_id == bindparam("user"),
        reservations.c.window_starts_at == bindparam("window"),
        reservations.c.expires_at > bindparam("now"),
    )
    return select(
        select(own_limit.c.amount).scalar_subquery().label("amount"),
        exists(select(own_limit.c.amount)).label("is_own"),
        func.coalesce(spent.scalar_subquery(), 0).label("spent"),
        func.coalesce(reserved.scalar_subquery(), 0).label("reserved"),
    )


_FIGURES = _figures()

_ADMISSION = _FIGURES.add_columns(
    or_(
        exists(select(reservations.c.message_id)).where(
            reservations.c.message_id == bindparam("message")
        ),
        exists(select(ledger.c.id)).where(ledger.c.message_id == bindparam("message")),
    ).label("is_known")
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    own_amount: int | None  # tokens; None: unlimited, or no limit of its own
    is_own: bool
    spent: int
    reserved: int
    is_known: bool = False  # the message has a reservation or a ledger row


async def read(conn: AsyncConnection, key: CounterKey, *, now: datetime) -> Figures:
    row = (await conn.execute(_FIGURES, _parameters(key, now))).one()
    return Figures(
        own_amount=row.amount, is_own=bool(row.is_own), spent=row.spent, reserved=row.reserved
    )


async def read_for_admission(
    tx: AsyncConnection, key: CounterKey, *, message_id: int, now: datetime
) -> Figures:
    row = (await tx.execute(_ADMISSION, {**_parameters(key, now), "message": message_id})).one()
    return Figures(
        own_amount=row.amount,
        is_own=bool(row.is_own),
        spent=row.spent,
        reserved=row.reserved,
        is_known=bool(row.is_known),
    )


def _parameters(key: CounterKey, now: datetime) -> dict[str, object]:
    return {
        "guild": key.guild_id,
        "kind": key.kind,
        "user": key.subject_id,
        "window": key.window_starts_at,
        "now": now,
    }

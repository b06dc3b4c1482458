"""Limits that moderators have set. Where there is none, the configured default applies."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, String, Text, bindparam, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.audit import Action, Moderation, State, record
from bot.store.columns import UtcDateTime
from bot.store.tables import limits

_OWN = (
    limits.c.guild_id == bindparam("guild"),
    limits.c.subject_kind == bindparam("kind"),
    limits.c.subject_id == bindparam("subject"),
)
_SELECT = select(limits).where(*_OWN)
_DELETE = delete(limits).where(*_OWN)
_UPSERT = text("""
    INSERT INTO limits (guild_id, subject_kind, subject_id, unit, period, amount,
                        set_by, set_at, reason)
    VALUES (:guild, :kind, :subject, 'tokens', 'day', :amount, :set_by, :set_at, :reason)
    ON CONFLICT (guild_id, subject_kind, subject_id, unit, period) DO UPDATE SET
        amount = excluded.amount, set_by = excluded.set_by,
        set_at = excluded.set_at, reason = excluded.reason
""").bindparams(
    bindparam("guild", type_=BigInteger),
    bindparam("kind", type_=String),
    bindparam("subject", type_=BigInteger),
    bindparam("amount", type_=BigInteger),
    bindparam("set_by", type_=BigInteger),
    bindparam("set_at", type_=UtcDateTime),
    bindparam("reason", type_=Text),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnLimit:
    """A limit set for one subject."""

    amount: int | None  # tokens a window; None: unlimited
    set_by: int
    set_at: datetime
    reason: str


async def find(conn: AsyncConnection, moderation: Moderation) -> OwnLimit | None:
    row = (await conn.execute(_SELECT, _subject(moderation))).mappings().first()
    if row is None:
        return None
    return OwnLimit(
        amount=row["amount"], set_by=row["set_by"], set_at=row["set_at"], reason=row["reason"]
    )


async def put(
    tx: AsyncConnection, moderation: Moderation, *, amount: int | None
) -> OwnLimit | None:
    """Set the limit, write it down, and return the one before."""
    previous = await find(tx, moderation)
    row = {
        **_subject(moderation),
        "amount": amount,
        "set_by": moderation.by,
        "set_at": moderation.at,
        "reason": moderation.reason,
    }
    await tx.execute(_UPSERT, row)
    await record(
        tx, moderation, Action.SET_LIMIT, before=_state(previous), after={"amount": amount}
    )
    return previous


async def remove(tx: AsyncConnection, moderation: Moderation) -> OwnLimit | None:
    """Remove the limit, write it down, and return it; where there was none, nothing happens."""
    previous = await find(tx, moderation)
    if previous is None:
        return None
    await tx.execute(_DELETE, _subject(moderation))
    await record(tx, moderation, Action.CLEAR_LIMIT, before=_state(previous), after=None)
    return previous


def _subject(moderation: Moderation) -> dict[str, object]:
    return {
        "guild": moderation.guild_id,
        "kind": moderation.subject_kind,
        "subject": moderation.subject_id,
    }


def _state(limit: OwnLimit | None) -> State | None:
    return None if limit is None else {"amount": limit.amount}

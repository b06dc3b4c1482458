"""What moderators decide, written straight into the tables: small deeds that tests share."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, update

from bot.core.limits import Measure, Subject, SubjectKind, Unit
from bot.core.preferences import Scope, Topic
from bot.core.windows import Period
from bot.store.database import Connection
from bot.store.tables import blocks, grants, limits, preferences
from tests.store.samples import ADA, MODERATOR, NOW, SHOP

TOKENS_A_DAY = Measure(unit=Unit.TOKENS, period=Period.DAY)
ANSWERS_A_DAY = Measure(unit=Unit.ANSWERS, period=Period.DAY)
DOLLARS_A_DAY = Measure(unit=Unit.DOLLARS, period=Period.DAY)
TOKENS_AN_HOUR = Measure(unit=Unit.TOKENS, period=Period.HOUR)
TOKENS_A_WEEK = Measure(unit=Unit.TOKENS, period=Period.WEEK)
TOKENS_A_MONTH = Measure(unit=Unit.TOKENS, period=Period.MONTH)


def user(of: int = ADA) -> Subject:
    return Subject(kind=SubjectKind.USER, id=of)


def role(of: int) -> Subject:
    return Subject(kind=SubjectKind.ROLE, id=of)


def channel(of: int) -> Subject:
    return Subject(kind=SubjectKind.CHANNEL, id=of)


def server(of: int = SHOP) -> Subject:
    return Subject(kind=SubjectKind.SERVER, id=of)


def everyone(of: int = SHOP) -> Subject:
    return Subject(kind=SubjectKind.EVERYONE, id=of)


def measure(unit: Unit = Unit.TOKENS, period: Period = Period.DAY) -> Measure:
    return Measure(unit=unit, period=period)


async def set_limit(
    tx: Connection,
    subject: Subject,
    amount: int | None,
    measure: Measure = TOKENS_A_DAY,
    *,
    guild_id: int = SHOP,
) -> None:
    """A number takes the place of an unlimited one, and that of all numbers."""
    own = _of(limits.c, guild_id, subject)
    gone = (limits.c.unit == measure.unit.value) & (limits.c.period == measure.period.value)
    await tx.execute(
        delete(limits).where(*own)
        if amount is None
        else delete(limits).where(*own, gone | limits.c.amount.is_(None))
    )
    row = {
        **_row(guild_id, subject),
        "unit": measure.unit.value,
        "period": measure.period.value,
        "amount": amount,
    }
    await tx.execute(insert(limits), row)


async def clear_limits(tx: Connection, subject: Subject, *, guild_id: int = SHOP) -> None:
    await tx.execute(delete(limits).where(*_of(limits.c, guild_id, subject)))


async def grant(
    tx: Connection,
    subject: Subject,
    amount: int,
    unit: Unit = Unit.TOKENS,
    *,
    expires_at: datetime = NOW + timedelta(days=7),
    guild_id: int = SHOP,
) -> int:
    """Returns the grant's id."""
    row = {
        "guild_id": guild_id,
        "subject_kind": subject.kind.value,
        "subject_id": subject.id,
        "unit": unit.value,
        "amount": amount,
        "reason": "for the fair",
        "granted_by": MODERATOR,
        "granted_at": NOW,
        "expires_at": expires_at,
    }
    made = await tx.execute(insert(grants).returning(grants.c.id), row)
    number: int = made.scalar_one()
    return number


async def revoke(tx: Connection, grant_id: int, *, at: datetime = NOW) -> None:
    await tx.execute(update(grants).where(grants.c.id == grant_id).values(revoked_at=at))


async def block(
    tx: Connection, subject: Subject, until: datetime | None = None, *, guild_id: int = SHOP
) -> None:
    await unblock(tx, subject, guild_id=guild_id)
    await tx.execute(insert(blocks), {**_row(guild_id, subject), "until": until})


async def unblock(tx: Connection, subject: Subject, *, guild_id: int = SHOP) -> None:
    await tx.execute(delete(blocks).where(*_of(blocks.c, guild_id, subject)))


async def set_zone(tx: Connection, zone: str, *, guild_id: int = SHOP) -> None:
    await tx.execute(
        delete(preferences).where(
            preferences.c.guild_id == guild_id, preferences.c.topic == Topic.TIME_ZONE.value
        )
    )
    row = {
        "guild_id": guild_id,
        "scope": Scope.SERVER.value,
        "scope_id": guild_id,
        "topic": Topic.TIME_ZONE.value,
        "value": zone,
        "set_by": MODERATOR,
        "set_at": NOW,
    }
    await tx.execute(insert(preferences), row)


def _row(guild_id: int, subject: Subject) -> dict[str, object]:
    return {
        "guild_id": guild_id,
        "subject_kind": subject.kind.value,
        "subject_id": subject.id,
        "set_by": MODERATOR,
        "set_at": NOW,
        "reason": "",
    }


def _of(columns: Any, guild_id: int, subject: Subject) -> tuple[Any, ...]:
    return (
        columns.guild_id == guild_id,
        columns.subject_kind == subject.kind.value,
        columns.subject_id == subject.id,
    )

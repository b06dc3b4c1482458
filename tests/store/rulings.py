"""What moderators decide, through the store: small deeds that tests share. Each is in the audit."""

from datetime import datetime, timedelta

from bot.core.calendar.periods import Period
from bot.core.moderation.changes import Change
from bot.core.moderation.preferences import Topic
from bot.core.quota.limits import Measure, Subject, SubjectKind, Unit
from bot.store.database import Connection
from bot.store.moderation import blocks, grants, limits, preferences
from bot.store.moderation.audit import ModerationOrder
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
) -> Change:
    return await limits.put(tx, _by(guild_id, subject), measure, amount)


async def clear_limits(tx: Connection, subject: Subject, *, guild_id: int = SHOP) -> Change | None:
    return await limits.remove(tx, _by(guild_id, subject))


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
    by = _by(guild_id, subject, reason="for the fair")
    change = await grants.add(tx, by, unit, amount, expires_at)
    assert change.after is not None
    grant_id = change.after["grant"]
    assert isinstance(grant_id, int)
    return grant_id


async def revoke(tx: Connection, grant_id: int, *, guild_id: int = SHOP) -> Change | None:
    found = await grants.find_standing(tx, guild_id=guild_id, grant_id=grant_id)
    return None if found is None else await grants.revoke(tx, _by(guild_id, found.subject), found)


async def block(
    tx: Connection, subject: Subject, until: datetime | None = None, *, guild_id: int = SHOP
) -> Change:
    return await blocks.put(tx, _by(guild_id, subject), until, reason="")


async def unblock(
    tx: Connection, subject: Subject, *, at: datetime = NOW, guild_id: int = SHOP
) -> Change | None:
    return await blocks.remove(tx, _by(guild_id, subject, at=at))


async def set_zone(tx: Connection, zone: str, *, guild_id: int = SHOP) -> None:
    await preferences.put(tx, _by(guild_id, server(guild_id)), Topic.TIME_ZONE, zone)


def _by(
    guild_id: int, subject: Subject, *, at: datetime = NOW, reason: str = ""
) -> ModerationOrder:
    return ModerationOrder(
        guild_id=guild_id,
        subject_id=subject.id,
        subject_kind=subject.kind,
        by=MODERATOR,
        at=at,
        reason=reason,
    )

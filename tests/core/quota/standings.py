"""Standings that the tests of quotas share: of one member, today."""

from datetime import UTC, datetime

from bot.core.calendar.periods import Period
from bot.core.calendar.windows import Window
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit
from bot.core.quota.standings import Standing

TODAY = Window(
    period=Period.DAY,
    starts_at=datetime(2026, 11, 21, tzinfo=UTC),
    resets_at=datetime(2026, 11, 22, tzinfo=UTC),
    key=datetime(2026, 11, 21, tzinfo=UTC),
)


def standing(
    amount: int | None,
    spent: int = 0,
    reserved: int = 0,
    *,
    granted: int = 0,
    unit: Unit = Unit.TOKENS,
    period: Period = Period.DAY,
) -> Standing:
    subject = Subject(kind=SubjectKind.USER, id=11)
    measure = Measure(unit=unit, period=period)
    return Standing(
        limit=Limit(subject=subject, measure=measure, amount=amount),
        window=TODAY,
        spent=spent,
        reserved=reserved,
        granted=granted,
    )


def dollars(amount: int, spent: int = 0) -> Standing:
    return standing(amount, spent, unit=Unit.DOLLARS)


def answers(amount: int, spent: int = 0, reserved: int = 0) -> Standing:
    return standing(amount, spent, reserved, unit=Unit.ANSWERS)

"""Samples that the tests of wording share."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.core.answers.events import Ending, Usage
from bot.core.calendar.periods import Period
from bot.core.calendar.windows import window
from bot.core.conversation.turns import File, FileKind, LeftOutReason
from bot.core.models.offers import Offer
from bot.core.models.tokens import ModelCard, RateCard
from bot.core.quota.allowance import Charge
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit
from bot.core.quota.standings import Standing

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOKENS_A_DAY = Measure(unit=Unit.TOKENS, period=Period.DAY)
LONG_OFFER = Offer(
    name="n" * 300,
    endpoint="n" * 32,
    card=ModelCard(name="n" * 300, rate_card=RateCard(input=10**12, output=10**12)),
)


def standing(amount: int, spent: int = 0, reserved: int = 0) -> Standing:
    """Of tokens a day."""
    user = Subject(kind=SubjectKind.USER, id=5)
    return Standing(
        limit=Limit(subject=user, measure=TOKENS_A_DAY, amount=amount),
        window=window(Period.DAY, NOON, ZoneInfo("UTC")),
        spent=spent,
        reserved=reserved,
    )


def left(
    percent: int, kind: SubjectKind = SubjectKind.USER, period: Period = Period.DAY
) -> Standing:
    """A limit of which so much is left."""
    measure = Measure(unit=Unit.TOKENS, period=period)
    limit = Limit(subject=Subject(kind=kind, id=5), measure=measure, amount=100)
    return Standing(limit=limit, window=window(period, NOON, ZoneInfo("UTC")), spent=100 - percent)


def exceeded(*, limit: int = 50_000, remaining: int = 0, reserved: int = 0) -> QuotaExceeded:
    return QuotaExceeded(standing(limit, max(0, limit - remaining - reserved), reserved))


def part(name: str = "error.log", **fields: object) -> File:
    """A file that was cut in the middle."""
    whole = File(
        name=name,
        kind=FileKind.TEXT,
        hash="00",
        text="a\nb\n",
        tail="y\nz\n",
        lines=12_340,
        characters=99_999,
    )
    return replace(whole, **fields)  # type: ignore[arg-type]


UNREADABLE = LeftOutReason.UNREADABLE
PARTS = (
    part("x" * 500),
    part(tail=""),
    part(text="a" * 9_000, tail="b" * 8_000),
    part("scan.pdf", kind=FileKind.PDF, text="", tail="", pages=40),
)
PICTURE_CHARGE = Charge(
    ending=Ending.COMPLETED,
    model="gpt-image-2",
    usage=Usage(input_tokens=50, output_tokens=4_160),
    cost_microusd=167_000,
)

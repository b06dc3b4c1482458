"""Caps on everything, as the operator writes them."""

import pytest

from bot.core.calendar.periods import Period
from bot.core.quota.amounts import NotAnAmount
from bot.core.quota.cap_syntax import parse_cap
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit


@pytest.mark.parametrize(
    ("text", "unit", "period", "amount"),
    [
        ("25 USD a day", Unit.DOLLARS, Period.DAY, 25_000_000),
        ("$500 per month", Unit.DOLLARS, Period.MONTH, 500_000_000),
        ("0.50 dollars an hour", Unit.DOLLARS, Period.HOUR, 500_000),
        ("2,000,000 tokens a week", Unit.TOKENS, Period.WEEK, 2_000_000),
        ("5m/day", Unit.TOKENS, Period.DAY, 5_000_000),
        ("  1000   Answers  A Day ", Unit.ANSWERS, Period.DAY, 1_000),
        ("0 a day", Unit.TOKENS, Period.DAY, 0),
    ],
)
def test_cap_is_an_amount_and_its_period(
    text: str, unit: Unit, period: Period, amount: int
) -> None:
    everything = Subject(kind=SubjectKind.EVERYTHING, id=0)
    measure = Measure(unit=unit, period=period)

    assert parse_cap(text) == Limit(subject=everything, measure=measure, amount=amount)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25 USD",
        "a day",
        "25 USD a year",
        "-5 a day",
        "unlimited a day",
        "25 EUR a day",
        "1e9 a day",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        parse_cap(text)

    assert refused.value.text == text

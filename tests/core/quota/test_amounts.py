"""Amounts of tokens, dollars and answers, as moderators type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar.periods import Period
from bot.core.quota.amounts import (
    LARGEST_AMOUNT,
    AmountTooLarge,
    NotAnAmount,
    parse_amount,
    parse_cap,
)
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("50000", 50_000),
        ("50k", 50_000),
        ("50K", 50_000),
        ("50 k", 50_000),
        ("1.5m", 1_500_000),
        ("0.5k", 500),
        ("2b", 2_000_000_000),
        ("50,000", 50_000),
        ("1,234,567", 1_234_567),
        ("50 000", 50_000),
        ("50_000", 50_000),
        ("50'000", 50_000),
        ("  7  ", 7),
        ("7 tokens", 7),
        ("1 token", 1),
        ("50k tokens", 50_000),
        ("50K Tokens", 50_000),
        ("0", 0),
        ("1000b", LARGEST_AMOUNT),
    ],
)
def test_an_amount_of_tokens_is_read_as_people_write_it(text: str, amount: int) -> None:
    assert parse_amount(text) == (Unit.TOKENS, amount)


@pytest.mark.parametrize(
    ("text", "microusd"),
    [
        ("$5", 5_000_000),
        ("$ 5", 5_000_000),
        ("5$", 5_000_000),
        ("5 $", 5_000_000),
        ("5 USD", 5_000_000),
        ("5usd", 5_000_000),
        ("US$5", 5_000_000),
        ("$5 USD", 5_000_000),
        ("1 dollar", 1_000_000),
        ("0.50 dollars", 500_000),
        ("$0.1", 100_000),
        ("0.000001 USD", 1),
        ("$1,000.50", 1_000_500_000),
        ("$2k", 2_000_000_000),
        ("$0", 0),
        ("$1m", LARGEST_AMOUNT),
    ],
)
def test_an_amount_of_dollars_is_read_in_whole_micro_dollars(text: str, microusd: int) -> None:
    assert parse_amount(text) == (Unit.DOLLARS, microusd)


@pytest.mark.parametrize(
    ("text", "answers"), [("20 answers", 20), ("1 answer", 1), ("2k answers", 2_000)]
)
def test_answers_are_counted_whole(text: str, answers: int) -> None:
    assert parse_amount(text) == (Unit.ANSWERS, answers)


@pytest.mark.parametrize("text", ["unlimited", "Unlimited", " no  limit ", "∞"])
def test_unlimited_has_no_number(text: str) -> None:
    assert parse_amount(text) == (Unit.TOKENS, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-5",
        "+5",
        "$-5",
        "-$5",
        "1e99",
        "1e3",
        "ten",
        "none",
        "nan",
        "inf",
        "k",
        "$",
        "tokens",
        "5kk",
        "0.5",
        "1.2345k",
        "1.5",
        "1.000",  # a thousand, in much of the world
        "50.000 tokens",
        "2.000 answers",
        "1.5 answers",
        "0.0000001 USD",
        "$0.0000005",
        "50,00",
        "$1,50",
        ".5k",
        "5.",
        "5%",
        "5 €",
        "€5",
        "5 eur",
        "£5",
        "5 cents",
        "5 messages",
        "$5 tokens",
        "$5 answers",
        "5 tokens answers",
        "5 tokens a day",
        "٥٠",
        "５０",
        "$５",
        "0x10",
        "<@1>",
        "9" * 5_000,
    ],
)
def test_nonsense_is_refused_with_what_was_typed(text: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        parse_amount(text)

    assert refused.value.text == text


@pytest.mark.parametrize(
    "text", ["1001b", "1000000000001", "99999999999999999999", "999999999m", "$1.1m", "$1b"]
)
def test_an_amount_beyond_any_limit_is_too_large(text: str) -> None:
    with pytest.raises(AmountTooLarge):
        parse_amount(text)


AMOUNTS = st.integers(0, LARGEST_AMOUNT)


@given(AMOUNTS)
def test_any_amount_is_read_back_with_and_without_separators(amount: int) -> None:
    assert parse_amount(str(amount)) == parse_amount(f"{amount:,}") == (Unit.TOKENS, amount)


@given(AMOUNTS)
def test_dollars_are_never_rounded(microusd: int) -> None:
    written = f"{Decimal(microusd).scaleb(-6):f}"

    assert parse_amount(f"${written}") == parse_amount(f"{written} USD") == (Unit.DOLLARS, microusd)


@given(st.text() | st.text("0123456789.,$kmb usdtokenanswer-+e€"))
def test_any_text_gives_an_amount_or_is_refused(text: str) -> None:
    try:
        unit, amount = parse_amount(text)
    except NotAnAmount:
        return

    assert unit in Unit
    assert amount is None or 0 <= amount <= LARGEST_AMOUNT


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
def test_anything_else_is_no_cap(text: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        parse_cap(text)

    assert refused.value.text == text

"""Amounts of tokens, as moderators type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.amounts import LARGEST_AMOUNT, AmountTooLarge, NotAnAmount, parse_amount


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
        ("0", 0),
        ("1000b", LARGEST_AMOUNT),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, amount: int) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize("text", ["unlimited", "Unlimited", " no  limit ", "∞"])
def test_unlimited_has_no_number(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-5",
        "+5",
        "1e99",
        "1e3",
        "ten",
        "none",
        "nan",
        "inf",
        "k",
        "5kk",
        "0.5",
        "1.2345k",
        "1.5",
        "50,00",
        ".5k",
        "5.",
        "5%",
        "٥٠",
        "0x10",
        "9" * 5_000,
    ],
)
def test_nonsense_is_refused_with_what_was_typed(text: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        parse_amount(text)

    assert refused.value.text == text


@pytest.mark.parametrize("text", ["1001b", "1000000000001", "999999999m"])
def test_an_amount_beyond_any_limit_is_too_large(text: str) -> None:
    with pytest.raises(AmountTooLarge):
        parse_amount(text)


@given(st.integers(0, LARGEST_AMOUNT))
def test_any_amount_is_read_back_with_and_without_separators(amount: int) -> None:
    assert parse_amount(str(amount)) == parse_amount(f"{amount:,}") == amount


@given(st.text())
def test_any_text_gives_an_amount_or_is_refused(text: str) -> None:
    try:
        amount = parse_amount(text)
    except NotAnAmount:
        return

    assert amount is None or 0 <= amount <= LARGEST_AMOUNT

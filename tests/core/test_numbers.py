"""Whole numbers in what others send."""

import pytest

from bot.core.numbers import read_number


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", " 1", "1_0", "²", "\u0663", f"{2**63}", "9" * 5_000]
)
def test_what_is_no_id_is_none(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize("number", [0, 7, 2**63 - 1])
def test_number_of_plain_digits_is_read(number: int) -> None:
    assert read_number(str(number)) == number

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import wording
from bot.core.quota.amounts import LARGEST_AMOUNT, parse_amount
from bot.core.quota.limits import Amounts, Unit
from tests.core.wording.quotas.samples import DAILY_TOKENS, MONTHLY_DOLLARS, limit


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        (Unit.TOKENS, 50_000, "50,000 tokens"),
        (Unit.TOKENS, 1, "1 token"),
        (Unit.DOLLARS, 500_000, "$0.50"),
        (Unit.DOLLARS, 5_000_000, "$5"),
        (Unit.DOLLARS, 12_500, "$0.0125"),
        (Unit.DOLLARS, 1, "$0.000001"),
        (Unit.DOLLARS, 1_234_500_000, "$1,234.50"),
        (Unit.DOLLARS, 0, "$0"),
        (Unit.ANSWERS, 20, "20 answers"),
        (Unit.ANSWERS, 1, "1 answer"),
    ],
)
def test_an_amount_is_written_exactly_and_without_noise(unit: Unit, value: int, words: str) -> None:
    assert wording.amount(unit, value) == words


@given(st.sampled_from(Unit), st.integers(0, LARGEST_AMOUNT))
def test_an_amount_as_it_is_shown_can_be_typed_again(unit: Unit, value: int) -> None:
    assert parse_amount(wording.amount(unit, value)) == (unit, value)


def test_a_limit_names_its_amount_and_its_period() -> None:
    assert wording.limit_amount(MONTHLY_DOLLARS, 5_000_000) == "$5 a month"
    assert wording.limit_amount(DAILY_TOKENS, None) == "no limit"


def test_several_limits_of_one_subject_are_listed_in_one_order() -> None:
    held = [limit(), limit(measure=MONTHLY_DOLLARS, amount=5_000_000)]

    assert wording.limit_amounts(held) == wording.limit_amounts(held[::-1])
    assert wording.limit_amounts(held) == "$5 a month and 50,000 tokens a day"
    assert wording.limit_amounts([]) == "none"


def test_amounts_of_several_units_are_listed() -> None:
    used = Amounts(tokens=1_200, microusd=500_000, answers=3)

    assert wording.amounts(used) == "1,200 tokens, $0.50 and 3 answers"
    assert wording.amounts(Amounts()) == "0 tokens"


def test_lines_that_do_not_fit_into_a_message_are_counted() -> None:
    text = wording.fit([f"line {number} {'x' * 90}" for number in range(100)])

    assert len(text) <= wording.LONGEST_TEXT
    assert text.endswith("more lines")
    assert wording.fit(["one", "two"]) == "one\ntwo"


@pytest.mark.parametrize(
    ("names", "said"),
    [(["hour"], "hour"), (["hour", "day"], "hour or day"), ("abc", "a, b or c")],
    ids=["one", "two", "three"],
)
def test_what_there_is_to_choose_from_is_listed_with_or(names: list[str], said: str) -> None:
    assert wording.either(names) == said

"""What limits a subject has after a change: as the question before it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar.periods import Period
from bot.core.quota.limit_changes import is_beyond, with_limit, without_limits
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit

ROLE = Subject(kind=SubjectKind.ROLE, id=8)
DAILY = Measure(unit=Unit.TOKENS, period=Period.DAY)
MONTHLY = Measure(unit=Unit.DOLLARS, period=Period.MONTH)

MEASURES = st.builds(Measure, unit=st.sampled_from(Unit), period=st.sampled_from(Period))
AMOUNTS = st.none() | st.integers(0, 9)


def limit(amount: int | None, measure: Measure = DAILY) -> Limit:
    return Limit(subject=ROLE, measure=measure, amount=amount)


def test_limit_of_another_measure_stands_beside_those_that_are_there() -> None:
    assert set(with_limit([limit(5)], limit(7, MONTHLY))) == {limit(5), limit(7, MONTHLY)}


def test_limit_replaces_the_one_of_the_same_measure() -> None:
    held = [limit(5), limit(7, MONTHLY)]

    assert set(with_limit(held, limit(6))) == {limit(6), limit(7, MONTHLY)}


def test_unlimited_stands_alone() -> None:
    assert with_limit([limit(5), limit(7, MONTHLY)], limit(None)) == (limit(None),)


def test_an_amount_ends_what_is_unlimited() -> None:
    assert with_limit([limit(None, MONTHLY)], limit(5)) == (limit(5),)


def test_one_measure_or_all_can_be_taken_away() -> None:
    held = [limit(5), limit(7, MONTHLY)]

    assert without_limits(held, DAILY) == (limit(7, MONTHLY),)
    assert without_limits(held, None) == ()


def test_limits_of_a_unit_or_period_can_be_cleared() -> None:
    monthly = Measure(unit=Unit.TOKENS, period=Period.MONTH)
    held = [limit(5), limit(7, monthly), limit(9, MONTHLY)]

    assert without_limits(held, Unit.TOKENS) == (limit(9, MONTHLY),)
    assert without_limits(held, Period.MONTH) == (limit(5),)
    assert without_limits(held, Unit.ANSWERS) == tuple(held)


@given(st.lists(st.builds(limit, AMOUNTS, MEASURES), max_size=9))
def test_there_is_one_limit_of_each_measure_or_none(
    changes: list[Limit],
) -> None:
    held: tuple[Limit, ...] = ()

    for change in changes:
        held = with_limit(held, change)

        assert change in held
        assert len({one.measure for one in held}) == len(held)
        assert len(held) == 1 or all(one.amount is not None for one in held)


@pytest.mark.parametrize(
    ("amount", "unit", "ceiling", "expected"),
    [
        pytest.param(1_000, Unit.TOKENS, 1_000, False, id="as-much"),
        pytest.param(1_001, Unit.TOKENS, 1_000, True, id="more"),
        pytest.param(None, Unit.TOKENS, 1_000, True, id="unlimited"),
        pytest.param(None, Unit.DOLLARS, 1_000, True, id="unlimited-in-any-unit"),
        pytest.param(1_001, Unit.DOLLARS, 1_000, False, id="dollars-are-no-tokens"),
        pytest.param(1_001, Unit.TOKENS, None, False, id="no-ceiling"),
        pytest.param(None, Unit.TOKENS, None, False, id="no-ceiling-for-unlimited"),
    ],
)
def test_what_is_beyond_a_ceiling(
    amount: int | None, unit: Unit, ceiling: int | None, expected: bool
) -> None:
    assert is_beyond(amount, unit, limit(ceiling)) is expected

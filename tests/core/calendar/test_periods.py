"""The table of periods: what each row must keep for the rest to follow from it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.core.calendar.periods import UP_TO_A_DAY, Period, PeriodRow
from bot.core.calendar.windows import window

NOW = datetime(2026, 11, 21, 15, 34, tzinfo=UTC)


@pytest.mark.parametrize("period", list(Period))
def test_a_period_is_found_by_its_value(period: Period) -> None:
    assert Period(str(period)) is period


@pytest.mark.parametrize(
    "read",
    [
        lambda row: row.column,
        lambda row: row.words.name,
        lambda row: row.words.per,
        lambda row: row.words.present,
        lambda row: row.file_date,
    ],
    ids=["column", "name", "per", "present", "file-date"],
)
def test_no_two_periods_share_what_tells_them_apart(read: Callable[[PeriodRow], str]) -> None:
    assert len({read(period.row) for period in Period}) == len(Period)


def test_periods_up_to_a_day_divide_each_other() -> None:
    lengths = [period.part_of_day or timedelta(days=1) for period in UP_TO_A_DAY]

    assert UP_TO_A_DAY[-1] is Period.DAY
    assert not any(longer % shorter for shorter, longer in pairwise(lengths))


@pytest.mark.parametrize("period", list(Period))
def test_windows_that_follow_each_other_have_different_file_names(period: Period) -> None:
    present = window(period, NOW, ZoneInfo("UTC"))
    following = window(period, present.resets_at, ZoneInfo("UTC"))

    names = {f"{each.starts_at:{period.row.file_date}}" for each in (present, following)}

    assert len(names) == 2

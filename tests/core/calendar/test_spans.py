from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.core.calendar.periods import Period
from bot.core.calendar.spans import find_span, look_back
from tests.core.reports.samples import BERLIN, NOW


@pytest.mark.parametrize(
    ("period", "step", "count"),
    [
        (Period.HOUR, Period.HOUR, 24),
        (Period.DAY, Period.HOUR, 24),
        (Period.WEEK, Period.DAY, 7),
        (Period.MONTH, Period.DAY, 30),
    ],
)
def test_span_is_the_present_window_in_its_steps(period: Period, step: Period, count: int) -> None:
    span = find_span(period, NOW, BERLIN)

    assert (span.window.period, span.step, len(span.steps)) == (period, step, count)
    assert all(one.resets_at == two.starts_at for one, two in pairwise(span.steps))


def test_span_of_an_hour_ends_with_it() -> None:
    span = find_span(Period.HOUR, NOW, BERLIN)

    assert span.steps[-1] == span.window
    assert span.window.resets_at - span.steps[0].starts_at == timedelta(hours=24)


@pytest.mark.parametrize(("month", "hours"), [(3, 23), (10, 25)], ids=["forward", "back"])
def test_day_on_which_clocks_change_has_another_number_of_hours(month: int, hours: int) -> None:
    day = {3: 29, 10: 25}[month]

    span = find_span(Period.DAY, datetime(2026, month, day, 12, tzinfo=UTC), BERLIN)

    assert len({step.key for step in span.steps}) == hours
    assert span.steps[-1].resets_at == span.window.resets_at


def test_hours_cover_a_day_that_changes_by_half_an_hour() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")

    span = find_span(Period.DAY, datetime(2026, 4, 4, 20, tzinfo=UTC), lord_howe)

    assert span.steps[0].starts_at <= span.window.starts_at
    assert span.steps[-1].resets_at >= span.window.resets_at


def test_look_back_covers_each_hour_of_the_week_four_times() -> None:
    first, last = look_back(NOW, BERLIN)

    assert (last - first) / timedelta(hours=1) + 1 == 4 * 7 * 24
    assert last <= NOW

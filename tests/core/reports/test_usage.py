from datetime import timedelta

import pytest

from bot.core.calendar.periods import Period
from bot.core.quota.limits import NOTHING, Amounts, Subject, SubjectKind, Unit
from bot.core.reports.usage import CounterRow, NoForecast, Report, choose_unit
from tests.core.reports.samples import NOW, dollars, report_of


def names(report: Report) -> list[int | None]:
    return [each.subject.id if each.subject else None for each in report.series]


def test_report_has_the_largest_first_and_adds_up() -> None:
    report = report_of({1: {0: dollars(1)}, 2: {0: dollars(2), 3: dollars(5)}})

    assert names(report) == [2, 1]
    assert report.series[0].subject == Subject(kind=SubjectKind.USER, id=2)
    assert report.series[0].used.microusd == 7_000_000
    assert report.total.microusd == sum(each.used.microusd for each in report.series)


def test_those_who_are_not_shown_are_the_last_one_together() -> None:
    report = report_of({1: {0: dollars(1)}}, unshown=dollars(9))

    assert names(report) == [1, None]
    assert report.series[1].steps[0].microusd == 9_000_000
    assert report.total.microusd == 10_000_000


def test_no_more_than_seven_have_a_place_of_their_own() -> None:
    report = report_of({number: {0: dollars(number)} for number in range(1, 12)})

    assert names(report) == [11, 10, 9, 8, 7, 6, 5, None]
    assert report.series[-1].used.microusd == 10_000_000


def test_equal_amounts_keep_one_order() -> None:
    report = report_of({3: {0: dollars(1)}, 1: {0: dollars(1)}, 2: {0: dollars(1)}})

    assert names(report) == [1, 2, 3]


def test_total_is_never_less_than_what_is_shown_of_it() -> None:
    span = report_of({}).span
    report = report_of({1: {2: dollars(3)}})

    assert report.total.microusd == 3_000_000
    assert len(report.series[0].steps) == len(span.steps)


# Units


def test_dollars_are_chosen_where_prices_are_known() -> None:
    assert choose_unit(Amounts(tokens=10, microusd=1)) is Unit.DOLLARS
    assert choose_unit(Amounts(tokens=10)) is Unit.TOKENS


def test_tokens_are_chosen_where_dollars_cover_too_little() -> None:
    report = report_of({1: {0: Amounts(tokens=1_000, answers=1)}, 2: {1: dollars(1)}})

    assert report.unit is Unit.TOKENS
    assert report.unpriced_tokens == 0
    assert names(report) == [1, 2]


def test_tokens_without_a_price_are_named_beside_dollars() -> None:
    free = Amounts(tokens=40, answers=1)

    report = report_of({1: {0: free}, 2: {1: dollars(1)}})

    assert report.unit is Unit.DOLLARS
    assert report.unpriced_tokens == 40


# Forecast


def test_forecast_goes_on_at_the_pace_so_far() -> None:
    report = report_of({1: {0: dollars(85)}})  # 85 of the week's 168 hours have passed

    assert report.forecast == 168_000_000
    assert sum(report.expected) == pytest.approx(83_000_000, abs=7)


def test_forecast_is_spread_over_the_time_that_is_left() -> None:
    report = report_of({1: {0: dollars(85)}})

    assert report.present_step == 3
    assert report.expected[:3] == (0, 0, 0)
    assert report.expected[3] == 11_000_000  # of Thursday eleven hours are left
    assert report.expected[4:] == (24_000_000,) * 3


def test_forecast_of_an_hour_is_of_that_hour_alone() -> None:
    now = NOW + timedelta(minutes=30)
    report = report_of({1: {23: dollars(4)}}, period=Period.HOUR, now=now)

    assert report.forecast == 8_000_000
    assert report.expected == (*(0,) * 23, 4_000_000)


def test_no_forecast_is_made_of_nothing() -> None:
    report = report_of({})

    assert report.forecast is NoForecast.NOTHING_USED
    assert report.is_empty
    assert set(report.expected) == {0}


def test_forecast_waits_for_a_tenth_of_the_window() -> None:
    early = NOW.replace(day=16, hour=8)

    assert report_of({1: {0: dollars(1)}}, now=early).forecast is NoForecast.TOO_EARLY


def test_forecast_of_a_fortune_does_not_overflow() -> None:
    report = report_of({1: {0: Amounts(tokens=1, microusd=10**18, answers=1)}})

    assert isinstance(report.forecast, int)
    assert report.forecast > 10**18


# Busiest hours


def hour(ago: int, tokens: int) -> CounterRow:
    return CounterRow(subject_id=0, key=NOW - timedelta(hours=ago), used=Amounts(tokens=tokens))


def test_hours_are_those_of_the_wall_clock() -> None:
    report = report_of({}, hours=(hour(0, 5), hour(7 * 24, 6), hour(1, 3)))

    thursday = report.hours[3]
    assert (thursday[13], thursday[12]) == (11, 3)
    assert [(each.weekday, each.hour) for each in report.busiest] == [(3, 13), (3, 12)]


def test_hour_that_clocks_show_twice_counts_as_one() -> None:
    """The week's row has 24 hours, and none is lost."""
    night = NOW.replace(month=10, day=25, hour=0)
    rows = [
        CounterRow(subject_id=0, key=night + timedelta(hours=n), used=Amounts(tokens=1))
        for n in range(2)
    ]

    report = report_of({}, hours=tuple(rows))

    assert report.hours[6][2] == 2


def test_three_hours_are_named_at_most() -> None:
    report = report_of({}, hours=tuple(hour(n, 10 - n) for n in range(6)))

    assert [each.amount for each in report.busiest] == [10, 9, 8]


def test_nothing_used_has_no_series() -> None:
    assert report_of({1: {0: NOTHING}}).series == ()

"""Limits, what is left of them, and the allowance that a reservation grants."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import QuotaExceeded
from bot.core.quota import Window, day_window, grant_allowance
from bot.core.standings import Standing

TODAY = Window(
    starts_at=datetime(2026, 11, 21, tzinfo=UTC), resets_at=datetime(2026, 11, 22, tzinfo=UTC)
)
THIS_MONTH = Window(
    starts_at=datetime(2026, 11, 1, tzinfo=UTC), resets_at=datetime(2026, 12, 1, tzinfo=UTC)
)

# Clocks change at midnight in some of these, by half an hour in one, and never in others.
zones = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "America/Havana",
        "America/Santiago",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Asia/Tehran",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "Pacific/Kiritimati",
    ]
).map(ZoneInfo)
instants = st.datetimes(
    min_value=datetime(2015, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2037, 12, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def standing(
    amount: int | None, spent: int = 0, reserved: int = 0, window: Window = TODAY
) -> Standing:
    return Standing(amount=amount, spent=spent, reserved=reserved, window=window)


# -- the day ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "now", "starts_at", "hours"),
    [
        pytest.param("UTC", "2026-11-21T12:00+00:00", "2026-11-21T00:00+00:00", 24, id="utc"),
        pytest.param(
            "UTC", "2026-11-21T00:00+00:00", "2026-11-21T00:00+00:00", 24, id="at-midnight"
        ),
        pytest.param(
            "Europe/Berlin",
            "2026-11-21T23:30+00:00",
            "2026-11-21T23:00+00:00",
            24,
            id="day-by-zone",
        ),
        pytest.param(
            "Europe/Berlin", "2026-03-29T12:00+00:00", "2026-03-28T23:00+00:00", 23, id="spring"
        ),
        pytest.param(
            "Europe/Berlin", "2026-10-25T12:00+00:00", "2026-10-24T22:00+00:00", 25, id="autumn"
        ),
        pytest.param(
            "Europe/Berlin",
            "2026-10-25T00:30+00:00",
            "2026-10-24T22:00+00:00",
            25,
            id="first-of-two-2am",
        ),
        pytest.param(
            "Europe/Berlin",
            "2026-10-25T01:30+00:00",
            "2026-10-24T22:00+00:00",
            25,
            id="second-of-two-2am",
        ),
        pytest.param(
            "America/Sao_Paulo",
            "2018-11-04T12:00+00:00",
            "2018-11-04T03:00+00:00",
            23,
            id="no-midnight",
        ),
        pytest.param(
            "America/Sao_Paulo",
            "2018-11-04T02:59+00:00",
            "2018-11-03T03:00+00:00",
            24,
            id="before-no-midnight",
        ),
        pytest.param(
            "America/Sao_Paulo",
            "2018-02-18T02:30+00:00",
            "2018-02-17T02:00+00:00",
            25,
            id="second-23h",
        ),
        pytest.param(
            "Africa/Cairo",
            "2026-04-24T10:00+00:00",
            "2026-04-23T22:00+00:00",
            23,
            id="cairo-no-midnight",
        ),
        pytest.param(
            "Africa/Cairo",
            "2026-10-29T20:30+00:00",
            "2026-10-28T21:00+00:00",
            25,
            id="cairo-first-23h",
        ),
        pytest.param(
            "Asia/Beirut",
            "2026-03-29T10:00+00:00",
            "2026-03-28T22:00+00:00",
            23,
            id="beirut-no-midnight",
        ),
        pytest.param(
            "America/Havana",
            "2026-11-01T04:30+00:00",
            "2026-11-01T04:00+00:00",
            25,
            id="first-of-two-midnights",
        ),
        pytest.param(
            "America/Havana",
            "2026-11-01T05:30+00:00",
            "2026-11-01T04:00+00:00",
            25,
            id="second-of-two-midnights",
        ),
        pytest.param(
            "Pacific/Apia",
            "2011-12-30T09:00+00:00",
            "2011-12-29T10:00+00:00",
            24,
            id="before-a-day-that-never-was",
        ),
        pytest.param(
            "Pacific/Apia",
            "2011-12-30T11:00+00:00",
            "2011-12-30T10:00+00:00",
            24,
            id="after-a-day-that-never-was",
        ),
    ],
)
def test_a_day_begins_with_its_first_instant_and_is_as_long_as_its_clocks_say(
    zone: str, now: str, starts_at: str, hours: int
) -> None:
    window = day_window(datetime.fromisoformat(now), ZoneInfo(zone))

    assert window.starts_at == datetime.fromisoformat(starts_at)
    assert window.resets_at - window.starts_at == timedelta(hours=hours)


@given(instants, zones)
def test_a_day_holds_the_instant_that_it_was_asked_for(now: datetime, zone: ZoneInfo) -> None:
    window = day_window(now, zone)

    assert window.starts_at <= now < window.resets_at
    assert window.starts_at.utcoffset() == window.resets_at.utcoffset() == timedelta()


@given(instants, zones)
def test_days_follow_each_other_without_gap_or_overlap(now: datetime, zone: ZoneInfo) -> None:
    window = day_window(now, zone)

    assert day_window(window.starts_at, zone) == window
    assert day_window(window.resets_at, zone).starts_at == window.resets_at
    assert (
        day_window(window.starts_at - timedelta(microseconds=1), zone).resets_at == window.starts_at
    )


@given(instants, zones)
def test_a_day_does_not_depend_on_the_zone_that_the_instant_is_written_in(
    now: datetime, zone: ZoneInfo
) -> None:
    elsewhere = now.astimezone(ZoneInfo("Asia/Tokyo"))

    assert day_window(elsewhere, zone) == day_window(now, zone)


# -- what is left ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "spent", "reserved", "remaining", "percent_left"),
    [
        pytest.param(1_000, 0, 0, 1_000, 100, id="untouched"),
        pytest.param(1_000, 250, 100, 650, 75, id="reservations-do-not-count-in-percent"),
        pytest.param(1_000, 1, 0, 999, 99, id="rounded-down"),
        pytest.param(1_000, 999, 0, 1, 0, id="nearly-nothing"),
        pytest.param(1_000, 1_300, 0, 0, 0, id="overrun"),
        pytest.param(1_000, 600, 600, 0, 40, id="overrun-by-reservations"),
        pytest.param(0, 0, 0, 0, 0, id="limit-of-nothing"),
        pytest.param(None, 10**9, 10**9, None, None, id="unlimited"),
    ],
)
def test_a_standing_tells_what_is_left(
    amount: int | None, spent: int, reserved: int, remaining: int | None, percent_left: int | None
) -> None:
    held = standing(amount, spent, reserved)

    assert held.remaining == remaining
    assert held.percent_left == percent_left


# -- the allowance ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standings", "granted"),
    [
        pytest.param([standing(None)], 8_000, id="unlimited"),
        pytest.param([standing(50_000)], 8_000, id="plenty"),
        pytest.param([standing(8_000)], 8_000, id="exactly-what-is-wanted"),
        pytest.param([standing(10_000, 3_000, 2_000)], 5_000, id="what-is-left"),
        pytest.param([standing(10_000, 9_000)], 1_000, id="exactly-the-smallest"),
        pytest.param([standing(9_000), standing(3_000), standing(7_000)], 3_000, id="the-tightest"),
        pytest.param([standing(None), standing(3_000)], 3_000, id="a-limit-beside-none"),
    ],
)
def test_an_allowance_is_what_is_wanted_or_what_is_left(
    standings: list[Standing], granted: int
) -> None:
    assert grant_allowance(standings, wanted=8_000, smallest=1_000).tokens == granted


def test_too_little_left_is_refused_with_the_figures_of_the_limit_that_refuses() -> None:
    standings = [standing(None), standing(20_000, 15_000, 4_001, window=THIS_MONTH)]

    with pytest.raises(QuotaExceeded) as refused:
        grant_allowance(standings, wanted=8_000, smallest=1_000)

    error = refused.value
    assert (error.limit, error.remaining, error.reserved) == (20_000, 999, 4_001)
    assert error.resets_at == THIS_MONTH.resets_at


def test_an_allowance_counts_in_the_window_of_the_first_standing() -> None:
    standings = [standing(9_000, window=THIS_MONTH), standing(2_000, window=TODAY)]

    assert grant_allowance(standings, wanted=8_000, smallest=1).window == THIS_MONTH


@given(
    st.lists(
        st.builds(
            standing,
            st.none() | st.integers(0, 100_000),
            st.integers(0, 100_000),
            st.integers(0, 100_000),
        ),
        min_size=1,
        max_size=5,
    ),
    st.integers(1_000, 50_000),
    st.integers(1, 1_000),
)
def test_an_allowance_overruns_no_limit_and_is_never_too_small(
    standings: list[Standing], wanted: int, smallest: int
) -> None:
    left = [held.remaining for held in standings if held.remaining is not None]

    try:
        granted = grant_allowance(iter(standings), wanted=wanted, smallest=smallest).tokens
    except QuotaExceeded:
        granted = 0

    tightest = min([wanted, *left])
    assert granted == (tightest if tightest >= smallest else 0)


@given(st.integers(0, 100_000), st.integers(1, 9_000), st.integers(1, 1_000))
def test_answers_at_once_never_hold_more_than_the_limit(
    amount: int, wanted: int, smallest: int
) -> None:
    reserved = 0

    for _ in range(50):
        try:
            reserved += grant_allowance(
                [standing(amount, 0, reserved)], wanted=max(wanted, smallest), smallest=smallest
            ).tokens
        except QuotaExceeded:
            break

    assert reserved <= amount

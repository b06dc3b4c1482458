"""Calendar windows: every instant lies in one hour, day, week and month, in any zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar.periods import Period
from bot.core.calendar.windows import Window, day_of_hour, previous, window, windows

_TICK = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)

# Clocks change at midnight in some of these, by half an hour in one, by two in another, and never
# in others; some are no whole hours from UTC.
_ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Santiago",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Norfolk",
)
zones = st.sampled_from(_ZONES).map(ZoneInfo)
periods = st.sampled_from(Period)
_anywhere = st.datetimes(
    min_value=datetime(2015, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2037, 12, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
# Days on which clocks change somewhere: by chance alone they would hardly be met.
_changes = st.builds(
    lambda day, seconds: datetime.fromisoformat(day) + timedelta(seconds=seconds),
    st.sampled_from(
        [
            "2015-08-14T00:00+00:00",  # Pyongyang, half an hour back
            "2015-10-03T00:00+00:00",  # Norfolk, half an hour back
            "2018-05-04T00:00+00:00",  # Pyongyang, half an hour forward
            "2018-02-17T00:00+00:00",  # Sao Paulo, back at midnight
            "2018-11-04T00:00+00:00",  # Sao Paulo, forward at midnight; Havana
            "2026-03-08T00:00+00:00",  # Havana, New York
            "2026-03-28T12:00+00:00",  # Europe, Beirut, Troll
            "2026-04-04T00:00+00:00",  # Lord Howe and Chatham, back
            "2026-04-23T12:00+00:00",  # Cairo, forward at midnight
            "2026-10-03T00:00+00:00",  # Lord Howe, forward
            "2026-10-24T12:00+00:00",  # Europe
            "2026-10-29T12:00+00:00",  # Cairo, back at midnight
            "2026-10-31T12:00+00:00",  # Havana, back to midnight; the end of a month
        ]
    ),
    st.integers(0, 48 * 3600),
)
instants = _anywhere | _changes


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
            "Australia/Lord_Howe",
            "2026-10-03T20:00+00:00",
            "2026-10-03T13:30+00:00",
            23.5,
            id="half-an-hour-less",
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
def test_a_day_is_as_long_as_its_clocks_say(
    zone: str, now: str, starts_at: str, hours: float
) -> None:
    day = window(Period.DAY, datetime.fromisoformat(now), ZoneInfo(zone))

    assert day.starts_at == datetime.fromisoformat(starts_at)
    assert day.resets_at - day.starts_at == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "now", "starts_at", "resets_at"),
    [
        pytest.param(
            "UTC", "2026-11-21T12:34Z", "2026-11-21T12:00Z", "2026-11-21T13:00Z", id="utc"
        ),
        pytest.param(
            "UTC", "2026-11-21T12:00Z", "2026-11-21T12:00Z", "2026-11-21T13:00Z", id="on-the-hour"
        ),
        pytest.param(
            "Asia/Kolkata",
            "2026-11-21T12:34Z",
            "2026-11-21T12:30Z",
            "2026-11-21T13:30Z",
            id="half-an-hour-off",
        ),
        pytest.param(
            "Asia/Kathmandu",
            "2026-11-21T12:14Z",
            "2026-11-21T11:15Z",
            "2026-11-21T12:15Z",
            id="a-quarter-off",
        ),
        pytest.param(
            "Europe/Berlin",
            "2026-10-25T00:30Z",
            "2026-10-25T00:00Z",
            "2026-10-25T01:00Z",
            id="first-of-two-2am",
        ),
        pytest.param(
            "Europe/Berlin",
            "2026-10-25T01:30Z",
            "2026-10-25T01:00Z",
            "2026-10-25T02:00Z",
            id="second-of-two-2am",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-03T15:10Z",  # half past two became three at 15:30
            "2026-10-03T14:30Z",
            "2026-10-03T15:30Z",
            id="before-half-an-hour-is-left-out",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-04T12:45Z",
            "2026-10-04T12:30Z",
            "2026-10-04T13:00Z",
            id="the-last-hour-of-that-day-is-a-half",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-04T13:10Z",
            "2026-10-04T13:00Z",
            "2026-10-04T14:00Z",
            id="and-the-next-day-is-as-always",
        ),
    ],
)
def test_an_hour_begins_by_the_wall_clock(
    zone: str, now: str, starts_at: str, resets_at: str
) -> None:
    hour = window(Period.HOUR, datetime.fromisoformat(now), ZoneInfo(zone))

    assert hour.starts_at == hour.key == datetime.fromisoformat(starts_at)
    assert hour.resets_at == datetime.fromisoformat(resets_at)


@pytest.mark.parametrize(
    ("period", "now", "first", "following"),
    [
        # Berlin is an hour before UTC in winter and two in summer.
        pytest.param(Period.WEEK, "2026-11-21T12:00Z", "2026-11-16", "2026-11-23", id="saturday"),
        pytest.param(Period.WEEK, "2026-11-22T22:59Z", "2026-11-16", "2026-11-23", id="sunday"),
        pytest.param(Period.WEEK, "2026-11-22T23:00Z", "2026-11-23", "2026-11-30", id="monday"),
        pytest.param(Period.WEEK, "2026-12-31T12:00Z", "2026-12-28", "2027-01-04", id="new-year"),
        pytest.param(Period.WEEK, "2026-03-29T20:00Z", "2026-03-23", "2026-03-30", id="spring"),
        pytest.param(Period.MONTH, "2026-11-21T12:00Z", "2026-11-01", "2026-12-01", id="november"),
        pytest.param(Period.MONTH, "2026-12-31T22:59Z", "2026-12-01", "2027-01-01", id="december"),
        pytest.param(Period.MONTH, "2026-12-31T23:00Z", "2027-01-01", "2027-02-01", id="january"),
        pytest.param(Period.MONTH, "2027-01-31T12:00Z", "2027-01-01", "2027-02-01", id="the-31st"),
        pytest.param(Period.MONTH, "2028-02-29T12:00Z", "2028-02-01", "2028-03-01", id="leap-day"),
        pytest.param(Period.MONTH, "2026-10-25T12:00Z", "2026-10-01", "2026-11-01", id="autumn"),
    ],
)
def test_a_week_begins_on_monday_a_month_on_the_first(
    period: Period, now: str, first: str, following: str
) -> None:
    berlin = ZoneInfo("Europe/Berlin")

    found = window(period, datetime.fromisoformat(now), berlin)

    assert found.starts_at.astimezone(berlin).isoformat()[:16] == f"{first}T00:00"
    assert found.resets_at.astimezone(berlin).isoformat()[:16] == f"{following}T00:00"
    assert found.key == datetime.fromisoformat(f"{first}T00:00+00:00")


@given(periods, instants, zones)
def test_a_window_holds_the_instant_that_it_was_asked_for(
    period: Period, now: datetime, zone: ZoneInfo
) -> None:
    found = window(period, now, zone)

    assert found.period is period
    assert found.starts_at <= now < found.resets_at
    assert found.starts_at.utcoffset() == found.resets_at.utcoffset() == timedelta()


@given(periods, instants, zones)
def test_windows_follow_each_other_without_gap_or_overlap(
    period: Period, now: datetime, zone: ZoneInfo
) -> None:
    found = window(period, now, zone)

    assert window(period, found.starts_at, zone) == found
    assert window(period, found.resets_at - _TICK, zone) == found
    assert window(period, found.resets_at, zone).starts_at == found.resets_at
    assert previous(found, zone).resets_at == found.starts_at


@given(periods, instants, zones)
def test_a_window_is_the_same_whichever_zone_now_has(
    period: Period, now: datetime, zone: ZoneInfo
) -> None:
    elsewhere = now.astimezone(ZoneInfo("Asia/Tokyo"))

    assert window(period, elsewhere, zone) == window(period, now, zone)


@given(periods, instants, zones)
def test_windows_that_follow_each_other_have_keys_that_do(
    period: Period, now: datetime, zone: ZoneInfo
) -> None:
    found = window(period, now, zone)

    assert previous(found, zone).key < found.key < window(period, found.resets_at, zone).key


@given(instants, zones)
def test_hours_fill_the_day_that_they_lie_in(now: datetime, zone: ZoneInfo) -> None:
    day, hour = window(Period.DAY, now, zone), window(Period.HOUR, now, zone)

    assert day.starts_at <= hour.starts_at < hour.resets_at <= day.resets_at
    assert hour.resets_at - hour.starts_at in {_HOUR, _HOUR / 2}


@given(instants, zones)
def test_a_day_lies_in_one_week_and_in_one_month(now: datetime, zone: ZoneInfo) -> None:
    day, week, month = (
        window(period, now, zone) for period in (Period.DAY, Period.WEEK, Period.MONTH)
    )

    assert week.starts_at <= day.starts_at < day.resets_at <= week.resets_at
    assert month.starts_at <= day.starts_at < day.resets_at <= month.resets_at
    assert week.key <= day.key < week.key + timedelta(days=7)
    assert (month.key.year, month.key.month) == (day.key.year, day.key.month)


@given(st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH]), instants, zones, zones)
def test_a_key_is_the_date_whichever_zone_it_is_in(
    period: Period, now: datetime, here: ZoneInfo, there: ZoneInfo
) -> None:
    found, moved = window(period, now, here), window(period, now, there)

    if now.astimezone(here).date() == now.astimezone(there).date():
        assert found.key == moved.key
    assert found.key.date() == _first(period, now.astimezone(here).date())


def _first(period: Period, today: date) -> date:
    if period is Period.MONTH:
        return date(today.year, today.month, 1)
    return today - timedelta(days=today.weekday()) if period is Period.WEEK else today


@given(instants, zones)
def test_all_windows_of_an_instant_are_those_of_each_period(now: datetime, zone: ZoneInfo) -> None:
    expected: dict[Period, Window] = {period: window(period, now, zone) for period in Period}

    assert windows(now, zone) == expected


@given(instants, zones, zones)
def test_each_hour_lies_in_one_day_of_another_zone(
    now: datetime, zone: ZoneInfo, other: ZoneInfo
) -> None:
    hour = window(Period.HOUR, now, zone)

    day = day_of_hour(now, zone, day_in=other)

    ends_at = window(Period.DAY, day.starts_at, other).resets_at
    assert day.starts_at <= hour.starts_at < ends_at <= day.resets_at
    assert now < day.resets_at < ends_at + _HOUR
    assert day_of_hour(hour.starts_at, zone, day_in=other) == day
    assert day_of_hour(day.resets_at - _TICK, zone, day_in=other) == day
    assert day_of_hour(day.resets_at, zone, day_in=other).key > day.key


def test_the_last_hour_between_half_hours_ends_after_midnight() -> None:
    now = datetime(2026, 11, 22, 0, 10, tzinfo=UTC)

    day = day_of_hour(now, ZoneInfo("Asia/Kolkata"), day_in=ZoneInfo("UTC"))

    assert day.key == datetime(2026, 11, 21, tzinfo=UTC)
    assert day.resets_at == datetime(2026, 11, 22, 0, 30, tzinfo=UTC)


@given(instants, zones)
def test_a_day_by_its_own_zones_hours_is_that_day(now: datetime, zone: ZoneInfo) -> None:
    assert day_of_hour(now, zone, day_in=zone) == window(Period.DAY, now, zone)

"""Instants, as moderators type them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar.instants import (
    FURTHEST,
    InstantPassed,
    InstantTooFar,
    NotAnInstant,
    parse_instant,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 20, 12, 30, tzinfo=UTC)  # nine days before clocks are put forward there


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("30m", timedelta(minutes=30)),
        ("30 minutes", timedelta(minutes=30)),
        ("in 30 min", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("1 Hour", timedelta(hours=1)),
        ("3d", timedelta(days=3)),
        ("1w", timedelta(weeks=1)),
        ("2 weeks", timedelta(weeks=2)),
        ("1d 12h", timedelta(days=1, hours=12)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("366d", FURTHEST),
    ],
)
def test_a_span_counts_from_now(text: str, later: timedelta) -> None:
    assert parse_instant(text, NOW, BERLIN) == NOW + later


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-12-24 18:00", datetime(2026, 12, 24, 17, tzinfo=UTC)),
        ("2026-12-24T18:00", datetime(2026, 12, 24, 17, tzinfo=UTC)),
        ("2026-07-01 9:05", datetime(2026, 7, 1, 7, 5, tzinfo=UTC)),
        ("2026-3-20 13:31", datetime(2026, 3, 20, 12, 31, tzinfo=UTC)),
    ],
    ids=["winter", "with a T", "summer", "in a minute"],
)
def test_a_time_is_that_of_the_servers_zone(text: str, instant: datetime) -> None:
    assert parse_instant(text, NOW, BERLIN) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-12-24", datetime(2026, 12, 24, 23, tzinfo=UTC)),
        ("2026-03-29", datetime(2026, 3, 29, 22, tzinfo=UTC)),  # a day of 23 hours
        ("2026-10-25", datetime(2026, 10, 25, 23, tzinfo=UTC)),  # a day of 25 hours
        ("2026-03-20", datetime(2026, 3, 20, 23, tzinfo=UTC)),
    ],
    ids=["a day", "a short day", "a long day", "today"],
)
def test_a_date_alone_means_its_end(text: str, instant: datetime) -> None:
    assert parse_instant(text, NOW, BERLIN) == instant


@pytest.mark.parametrize("text", ["0m", "0d 0h", "2026-03-19", "2026-03-20 13:30", "1999-01-01"])
def test_what_has_passed_is_refused_as_such(text: str) -> None:
    with pytest.raises(InstantPassed) as refused:
        parse_instant(text, NOW, BERLIN)

    assert refused.value.text == text


@pytest.mark.parametrize(
    "text", ["53w", "367d", "999999w", "366d 1m", "2027-03-22", "9998-12-31", "2126-12-24 18:00"]
)
def test_more_than_a_year_is_refused_as_such(text: str) -> None:
    with pytest.raises(InstantTooFar):
        parse_instant(text, NOW, BERLIN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1d",
        "+1d",
        "1.5h",
        "1e3m",
        "5",
        "3y",
        "d",
        "soon",
        "tomorrow",
        "24.12.2026",
        "12/24/2026",
        "2026-02-30",
        "2026-13-01",
        "2026-12-24 25:00",
        "2026-12-24 18:60",
        "9999-12-31",
        "0000-01-01",
        "２h",
        "٢h",
        "9" * 5_000 + "d",
    ],
)
def test_nonsense_is_refused_with_what_was_typed(text: str) -> None:
    with pytest.raises(NotAnInstant) as refused:
        parse_instant(text, NOW, BERLIN)

    assert refused.value.text == text
    assert type(refused.value) is NotAnInstant


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"])
NOWS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.text() | st.text("0123456789-: tmhdw"), NOWS, ZONES)
def test_any_text_is_an_instant_within_a_year_or_refused(
    text: str, now: datetime, zone: str
) -> None:
    try:
        instant = parse_instant(text, now, ZoneInfo(zone))
    except NotAnInstant:
        return

    assert now < instant <= now + FURTHEST
    assert instant.tzinfo is UTC


@given(NOWS, st.integers(2, 365 * 24 * 60), ZONES)
def test_any_minute_is_read_back_from_the_wall_clock(now: datetime, later: int, zone: str) -> None:
    wall = (now + timedelta(minutes=later)).astimezone(ZoneInfo(zone))

    instant = parse_instant(f"{wall:%Y-%m-%d %H:%M}", now, ZoneInfo(zone))

    assert f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" == f"{wall:%Y-%m-%d %H:%M}"

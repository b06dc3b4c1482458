"""Calendar windows: the hour, day, week or month of a time zone that an instant lies in."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.calendar.periods import Period

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A span of time that a limit counts in: `[starts_at, resets_at)`, both UTC.

    `key` names it in counters: the wall clock at its start, written as if it were UTC. So a server
    that moves to another zone goes on counting in the same day, week and month. A part of a day, such
    as an hour, is named by the instant it starts at: where clocks are put back, two of them look alike.
    """

    period: Period
    starts_at: datetime
    resets_at: datetime
    key: datetime


def window(period: Period, now: datetime, zone: ZoneInfo) -> Window:
    """A day has 23 or 25 hours where clocks change."""
    rule = period.row.window
    if isinstance(rule, timedelta):
        return _part(period, rule, now, window(Period.DAY, now, zone))
    first, following = rule(now.astimezone(zone).date())
    return Window(
        period=period,
        starts_at=_midnight(first, zone),
        resets_at=_midnight(following, zone),
        key=datetime.combine(first, time(), tzinfo=UTC),
    )


def windows(now: datetime, zone: ZoneInfo) -> dict[Period, Window]:
    """All that `now` lies in."""
    return {period: window(period, now, zone) for period in Period}


def day_of_hour(now: datetime, zone: ZoneInfo, *, day_in: ZoneInfo) -> Window:
    """The day of another zone that the present hour of `zone` begins in.

    So each hour lies in one day, however often a server moves to another zone. Where zones are not
    whole hours apart, the last one ends after midnight, and the day with it.
    """
    day = window(Period.DAY, window(Period.HOUR, now, zone).starts_at, day_in)
    last = window(Period.HOUR, day.resets_at - _MOMENT, zone)
    return replace(day, resets_at=last.resets_at)


def previous(of: Window, zone: ZoneInfo) -> Window:
    """The window before."""
    return window(of.period, of.starts_at - _MOMENT, zone)


def _part(period: Period, length: timedelta, now: datetime, day: Window) -> Window:
    """Counted from where the day begins: zones are not all whole hours apart.

    Where clocks change by half an hour, the last hour of that day is a half.
    """
    starts_at = day.starts_at + (now - day.starts_at) // length * length
    return Window(
        period=period,
        starts_at=starts_at,
        resets_at=min(starts_at + length, day.resets_at),
        key=starts_at,
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Where clocks are put forward at midnight, the day begins at the next instant that exists."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)

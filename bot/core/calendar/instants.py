"""Instants in the future, as people type them: how long from now, or a date of their own zone."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FURTHEST = timedelta(days=366)
_SPANS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_SPAN = r"([0-9]{1,6}) ?(m|min|mins|minutes?|h|hours?|d|days?|w|weeks?)"
_FROM_NOW = re.compile(rf"(?:in )?{_SPAN}(?: ?{_SPAN})?")
_DATE = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?: |t|, ?)([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2})?)?"
)


class NotAnInstant(ValueError):
    """The text is neither a span of time nor a date."""

    def __init__(self, text: str) -> None:
        super().__init__(f"`{text}` is no time")
        self.text = text


class InstantPassed(NotAnInstant):
    """The instant lies in the past, or is now."""


class InstantTooFar(NotAnInstant):
    """The instant is more than a year away."""


def parse_instant(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Read "30m", "2h", "3d", "1w", "1d 12h", "2026-12-24" or "2026-12-24 18:00"; returns UTC.

    Dates are those of `zone`, and one without a time means its end: "until the 24th" includes it. A
    day from now is 24 hours. Raises NotAnInstant, InstantPassed and InstantTooFar.
    """
    typed = " ".join(text.lower().split())
    if found := _FROM_NOW.fullmatch(typed):
        instant = now + min(_span(found, text), 2 * FURTHEST)
    elif found := _DATE.fullmatch(typed):
        instant = _date(found, text, zone)
    else:
        raise NotAnInstant(text)
    if instant <= now:
        raise InstantPassed(text)
    if instant - now > FURTHEST:
        raise InstantTooFar(text)
    return instant.astimezone(UTC)


def _span(found: re.Match[str], text: str) -> timedelta:
    whole = timedelta()
    for number, unit in ((found[1], found[2]), (found[3], found[4])):
        if number is not None:
            whole += int(number) * _SPANS[unit[0]]
    if not whole:
        raise InstantPassed(text)
    return whole


def _date(found: re.Match[str], text: str, zone: ZoneInfo) -> datetime:
    """Where clocks are put back, the earlier of two instants that read alike."""
    year, month, day = (int(found[group]) for group in (1, 2, 3))
    hour, minute = (int(found[group]) if found[group] else 0 for group in (4, 5))
    try:
        instant = datetime(year, month, day, hour, minute, tzinfo=zone)
        if found[4] is None:
            instant += timedelta(days=1)  # by the wall clock: midnight, where the day ends
        return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotAnInstant(text) from error

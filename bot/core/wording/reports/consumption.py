"""Amounts that were used, and the spans of time they were used in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.calendar.periods import Period
from bot.core.calendar.spans import Span
from bot.core.calendar.windows import Window
from bot.core.quota.limits import Amounts, Unit
from bot.core.wording.names import tokens

_DOLLAR = 1_000_000  # micro-dollars
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MARK_EVERY = 6  # bars: every six hours, where each is an hour
_SHORTENED = ((10**9, "B"), (10**6, "M"), (10**3, "k"))


def spent_dollars(microusd: int) -> str:
    """With the digits that tell something, and cents in twos."""
    digits = 2 if microusd >= 1_000_000 or not microusd else 4 if microusd >= 1_000 else 6
    whole, _, part = f"{microusd / 1_000_000:,.{digits}f}".partition(".")
    return f"${whole}.{part.rstrip('0').ljust(2, '0')}"


def spent_amount(unit: Unit, amount: int) -> str:
    match unit:
        case Unit.DOLLARS:
            return spent_dollars(amount)
        case Unit.TOKENS:
            return tokens(amount)
        case Unit.ANSWERS:
            return _answers(amount)


def spent_briefly(unit: Unit, amount: int) -> str:
    """Where there is little room: in a legend."""
    if unit is not Unit.DOLLARS:
        return _shorten(amount)
    if amount >= 1000 * _DOLLAR:
        return f"${_shorten(amount // _DOLLAR)}"
    return f"${amount / _DOLLAR:.2f}" if amount >= _DOLLAR // 10 else spent_dollars(amount)


def spent_marks(unit: Unit, amounts: Sequence[int]) -> list[str]:
    """Along an axis: the same number of digits for all."""
    if unit is not Unit.DOLLARS:
        return [_shorten(amount) for amount in amounts]
    if all(amount % _DOLLAR == 0 for amount in amounts):
        return [f"${_shorten(amount // _DOLLAR)}" for amount in amounts]
    digits = next(each for each in (2, 3, 4, 6) if not any(a % 10 ** (6 - each) for a in amounts))
    return [f"${amount / _DOLLAR:.{digits}f}" for amount in amounts]


def spent_in_all(used: Amounts) -> str:
    """Every unit; dollars only where there are any."""
    money = [spent_dollars(used.microusd)] if used.microusd else []
    return " · ".join([*money, tokens(used.tokens), _answers(used.answers)])


def spent_share(permille: int) -> str:
    if 0 < permille < 10:
        return "<\u202f1\u202f%"
    return f"{(permille + 5) // 10}\u202f%"


def window_end(period: Period) -> str:
    return f"the {period.row.words.name}"


def span_name(span: Span, zone: ZoneInfo) -> str:
    """The days or hours that a report is about."""
    if span.step is span.period:
        parts = span.period.row.words.plural
        return f"the {len(span.steps)} {parts} up to {_clock(span.window.resets_at, zone)}"
    return window_name(span.window, zone)


def window_name(window: Window, zone: ZoneInfo) -> str:
    first = window.starts_at.astimezone(zone)
    match window.period:
        case Period.DAY:
            return _day(first)
        case Period.MONTH:
            return f"{_MONTHS[first.month - 1]} {first.year}"
        case period if period.part_of_day is not None:
            end = _clock(window.resets_at, zone)
            return f"{_day(first)}, {first:%H:%M}–{end}"
        case period:
            return f"the {period.row.words.name} from {_day(first)}"


def step_name(step: Window, zone: ZoneInfo) -> str:
    """Of one bar."""
    first = step.starts_at.astimezone(zone)
    if step.period.part_of_day is not None:
        return f"{first:%H:%M}"
    return f"{_WEEKDAYS[first.weekday()]} {first.day}"


def step_mark(step: Window, zone: ZoneInfo, *, steps: int) -> str:
    """Under one bar of many: empty for those between the marks."""
    first = step.starts_at.astimezone(zone)
    if length := step.period.part_of_day:
        since_midnight = timedelta(hours=first.hour, minutes=first.minute)
        return "" if since_midnight % (_MARK_EVERY * length) else f"{first.hour}:{first:%M}"
    if steps <= 7:
        return f"{_WEEKDAYS[first.weekday()]} {first.day}"
    return str(first.day) if first.day % 5 == 0 or first.day == 1 else ""


def hour_of_week(weekday: int, hour: int) -> str:
    return f"{_WEEKDAYS[weekday]} {hour:02}–{(hour + 1) % 24:02}"


def weekday_names() -> tuple[str, ...]:
    return _WEEKDAYS


def _answers(amount: int) -> str:
    return "1 answer" if amount == 1 else f"{amount:,} answers"


def _shorten(amount: int) -> str:
    """Three digits are enough; "1k" for exactly a thousand."""
    for size, letter in _SHORTENED:
        if amount >= size:
            scaled = amount / size
            digits = 0 if scaled >= 100 else 1 if scaled >= 10 else 2
            text = f"{scaled:.{digits}f}"
            return (text.rstrip("0").rstrip(".") if "." in text else text) + letter
    return str(amount)


def _day(day: datetime) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%H:%M}"

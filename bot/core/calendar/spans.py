"""The span of time that a report is about, and the steps that its bars stand for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.calendar.periods import Period
from bot.core.calendar.windows import Window, previous, window

PARTS_SHOWN: Final = 24  # of a report on the present hour: those before it give it a measure
WEEKS_LOOKED_AT: Final = 4  # for the busiest hours: each weekday counts equally often


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The present window in its steps; an hour, or any part of a day, among those before it."""

    window: Window
    steps: tuple[Window, ...]  # in order, all of one period

    @property
    def period(self) -> Period:
        return self.window.period

    @property
    def step(self) -> Period:
        return self.steps[0].period

    @property
    def first_key(self) -> datetime:
        return self.steps[0].key

    @property
    def last_key(self) -> datetime:
        return self.steps[-1].key


def find_span(period: Period, now: datetime, zone: ZoneInfo) -> Span:
    present = window(period, now, zone)
    if period.part_of_day is not None:
        return Span(window=present, steps=_up_to(present, zone))
    step = Period.HOUR if period is Period.DAY else Period.DAY
    return Span(window=present, steps=_divide(present, step, zone))


def look_back(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first and the last key of the hours that the busiest are found among."""
    present = window(Period.HOUR, now, zone)
    return present.key - timedelta(weeks=WEEKS_LOOKED_AT) + timedelta(hours=1), present.key


def _up_to(last: Window, zone: ZoneInfo) -> tuple[Window, ...]:
    parts = [last]
    while len(parts) < PARTS_SHOWN:
        parts.append(previous(parts[-1], zone))
    return tuple(reversed(parts))


def _divide(whole: Window, step: Period, zone: ZoneInfo) -> tuple[Window, ...]:
    steps = [window(step, whole.starts_at, zone)]
    while steps[-1].resets_at < whole.resets_at:
        steps.append(window(step, steps[-1].resets_at, zone))
    return tuple(steps)

"""Usage over time, by subject: the figures of a report.

They come from counters alone, so a report costs the same however long the ledger is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.calendar.spans import Span
from bot.core.calendar.windows import Window
from bot.core.quota.limits import NOTHING, Amounts, Subject, SubjectKind, Unit

SHOWN: Final = 7  # subjects with a colour of their own; the rest is one more
_BUSIEST: Final = 3
_EARLIEST_PERCENT: Final = 10  # of a window; before, a forecast would be a guess


@dataclass(frozen=True, kw_only=True, slots=True)
class CounterRow:
    """One row of the counters: what a subject has used in the window of that key."""

    subject_id: int
    key: datetime
    used: Amounts


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """All rows that a report is made of."""

    subjects: Sequence[CounterRow]  # of those who used most, by step
    total: Sequence[CounterRow]  # of all together, by step
    hours: Sequence[
        CounterRow
    ]  # of all together, by hour, as far back as the busiest are looked for
    window: Amounts  # of all together in the present window


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportQuery:
    """The subjects, the span and the zone of a report."""

    by: SubjectKind
    span: Span
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """The usage of one subject, step by step; without a subject: of all who are not shown."""

    subject: Subject | None
    steps: tuple[Amounts, ...]
    used: Amounts


class NoForecast(StrEnum):
    NOTHING_USED = "nothing-used"
    TOO_EARLY = "too-early"


@dataclass(frozen=True, kw_only=True, slots=True)
class BusyHour:
    weekday: int  # 0: Monday
    hour: int
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    by: SubjectKind
    span: Span
    zone: str
    now: datetime
    unit: Unit  # of all amounts that stand alone: dollars where most of it has a price
    series: tuple[Series, ...]  # the largest first, those who are not shown last
    total: Amounts  # of all steps
    forecast: int | NoForecast  # for the present window
    expected: tuple[int, ...]  # of each step, what is still to come by that
    hours: tuple[tuple[int, ...], ...]  # seven weekdays of 24 hours
    busiest: tuple[BusyHour, ...]  # the busiest first
    unpriced_tokens: int  # at least so many are in no amount of dollars
    missing_chart: str = ""  # why there is no picture

    @property
    def is_empty(self) -> bool:
        return self.total == NOTHING

    @property
    def present_step(self) -> int:
        return _present(self.span.steps, self.now)


def make_report(query: ReportQuery, counts: Counts) -> Report:
    steps = query.span.steps
    totals = _at_least(_by_step(counts.total, steps), _by_step(counts.subjects, steps))
    total = _sum(totals)
    unpriced = count_unpriced(counts.total)
    unit = choose_unit(total, unpriced)
    hours = _hours(counts.hours, unit, query.zone)
    forecast = _forecast(counts.window.of(unit), query.span.window, query.now)
    return Report(
        by=query.by,
        span=query.span,
        zone=query.zone.key,
        now=query.now,
        unit=unit,
        series=_series(query, counts.subjects, totals, unit),
        total=total,
        forecast=forecast,
        expected=_expect(forecast, counts.window.of(unit), query),
        hours=hours,
        busiest=_busiest(hours),
        unpriced_tokens=_find_unpriced(counts) if unit is Unit.DOLLARS else 0,
    )


def choose_unit(used: Amounts, unpriced_tokens: int = 0) -> Unit:
    """Dollars say more, but not where they leave out the greater part."""
    if used.microusd and unpriced_tokens * 2 <= used.tokens:
        return Unit.DOLLARS
    return Unit.TOKENS


def count_unpriced(rows: Iterable[CounterRow]) -> int:
    """Tokens without a cost. Where they are counted with others that have one, they don't show."""
    return sum(row.used.tokens for row in rows if not row.used.microusd)


def _find_unpriced(counts: Counts) -> int:
    """As far as it shows, in whichever rows it shows best."""
    return max(count_unpriced(rows) for rows in (counts.total, counts.subjects))


def _by_step(rows: Iterable[CounterRow], steps: Sequence[Window]) -> tuple[Amounts, ...]:
    used: dict[datetime, Amounts] = defaultdict(Amounts)
    for row in rows:
        used[row.key] += row.used
    return tuple(used[step.key] for step in steps)


def _at_least(totals: Iterable[Amounts], parts: Iterable[Amounts]) -> tuple[Amounts, ...]:
    """Rows are read one after the other, while answers go on; and of users, older ones are kept."""
    return tuple(-(-total).at_most(-part) for total, part in zip(totals, parts, strict=True))


def _sum(amounts: Iterable[Amounts]) -> Amounts:
    return sum(amounts, start=NOTHING)


def _series(
    query: ReportQuery, rows: Iterable[CounterRow], totals: tuple[Amounts, ...], unit: Unit
) -> tuple[Series, ...]:
    of_subject: dict[int, list[CounterRow]] = defaultdict(list)
    for row in rows:
        of_subject[row.subject_id].append(row)
    found = [
        _one_series(Subject(kind=query.by, id=of), _by_step(counted, query.span.steps))
        for of, counted in of_subject.items()
    ]
    found = [each for each in found if each.used != NOTHING]
    found.sort(key=lambda each: (-each.used.of(unit), -each.used.tokens, _id(each)))
    shown = found[:SHOWN]
    rest = _one_series(None, tuple(map(Amounts.__sub__, totals, _columns(shown, len(totals)))))
    return (*shown, rest) if rest.used != NOTHING else tuple(shown)


def _id(series: Series) -> int:
    return series.subject.id if series.subject else 0


def _one_series(subject: Subject | None, steps: tuple[Amounts, ...]) -> Series:
    return Series(subject=subject, steps=steps, used=_sum(steps))


def _columns(series: Sequence[Series], length: int) -> Iterable[Amounts]:
    """The sums of the shown series, step by step."""
    return (_sum(each.steps[step] for each in series) for step in range(length))


def _forecast(used: int, window: Window, now: datetime) -> int | NoForecast:
    """At the pace so far."""
    if not used:
        return NoForecast.NOTHING_USED
    elapsed, whole = _ticks(now - window.starts_at), _ticks(window.resets_at - window.starts_at)
    if elapsed * 100 < whole * _EARLIEST_PERCENT:
        return NoForecast.TOO_EARLY
    return max(used, used * whole // elapsed)


def _expect(forecast: int | NoForecast, used: int, query: ReportQuery) -> tuple[int, ...]:
    """Spread what is still to come evenly over the time that is left."""
    window, steps = query.span.window, query.span.steps
    if isinstance(forecast, NoForecast):
        return (0,) * len(steps)
    left = _ticks(window.resets_at - query.now)
    times = (_ticks(step.resets_at - max(step.starts_at, query.now)) for step in steps)
    return tuple((forecast - used) * max(0, ticks) // left for ticks in times)


def _ticks(time: timedelta) -> int:
    """Microseconds, which can be multiplied by amounts of any size."""
    return time // timedelta(microseconds=1)


def _present(steps: Sequence[Window], now: datetime) -> int:
    begun = [number for number, step in enumerate(steps) if step.starts_at <= now]
    return begun[-1] if begun else 0


def _hours(rows: Iterable[CounterRow], unit: Unit, zone: ZoneInfo) -> tuple[tuple[int, ...], ...]:
    used: Counter[tuple[int, int]] = Counter()
    for row in rows:
        local = row.key.astimezone(zone)
        used[local.weekday(), local.hour] += row.used.of(unit)
    return tuple(tuple(used[day, hour] for hour in range(24)) for day in range(7))


def _busiest(hours: Sequence[Sequence[int]]) -> tuple[BusyHour, ...]:
    used = [
        BusyHour(weekday=weekday, hour=hour, amount=amount)
        for weekday, amounts in enumerate(hours)
        for hour, amount in enumerate(amounts)
        if amount
    ]
    used.sort(key=lambda each: -each.amount)
    return tuple(used[:_BUSIEST])

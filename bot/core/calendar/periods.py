"""The table of periods: how often a limit begins anew.

A row and a migration add a period, and everything else follows from the table: limits and caps,
counters, commands, reports, exports. The migration adds the row's `column` to `reservations` and to
`ledger`. Periods shorter than a day divide each other, and the day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Self

Dates = Callable[[date], tuple[date, date]]  # the first day of a window, and that of the next


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodWords:
    """Names of a period, for sentences in `bot.core.wording`."""

    name: str  # also of the choice in commands, and in the operator's caps
    plural: str
    per: str  # 5 answers …
    present: str  # 5 answers used …
    own: str  # 5 % of … quota


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodRow:
    """`window`: the length of equal parts of a day, counted from its first instant; or whole days."""

    column: str  # of reservations and the ledger: the key of the window that an answer counts in
    window: timedelta | Dates
    words: PeriodWords
    file_date: str  # a window in the name of a file, as `strftime` writes its first instant


def _day(today: date) -> tuple[date, date]:
    return today, today + timedelta(days=1)


def _week(today: date) -> tuple[date, date]:
    """From Monday (ISO 8601)."""
    monday = today - timedelta(days=today.weekday())
    return monday, monday + timedelta(days=7)


def _month(today: date) -> tuple[date, date]:
    first = today.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


class Period(StrEnum):
    """Its value is what the database and custom ids keep: at most 8 characters, never changed."""

    _value_: str
    row: PeriodRow

    HOUR = (
        "hour",
        PeriodRow(
            column="hour_starts_at",
            window=timedelta(hours=1),
            words=PeriodWords(
                name="hour",
                plural="hours",
                per="an hour",
                present="this hour",
                own="this hour's",
            ),
            file_date="%Y-%m-%dT%H",
        ),
    )
    DAY = (
        "day",
        PeriodRow(
            column="window_starts_at",  # it was there first, when there was no other period
            window=_day,
            words=PeriodWords(
                name="day", plural="days", per="a day", present="today", own="today's"
            ),
            file_date="%Y-%m-%d",
        ),
    )
    WEEK = (
        "week",
        PeriodRow(
            column="week_starts_at",
            window=_week,
            words=PeriodWords(
                name="week",
                plural="weeks",
                per="a week",
                present="this week",
                own="this week's",
            ),
            file_date="%G-W%V",
        ),
    )
    MONTH = (
        "month",
        PeriodRow(
            column="month_starts_at",
            window=_month,
            words=PeriodWords(
                name="month",
                plural="months",
                per="a month",
                present="this month",
                own="this month's",
            ),
            file_date="%Y-%m",
        ),
    )

    # `Period("day")` looks a member up; to a type checker it is a call without a row.
    def __new__(cls, value: str, *row: PeriodRow) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        (member.row,) = row
        return member

    @property
    def part_of_day(self) -> timedelta | None:
        """The length of its windows; None: they are whole days."""
        return self.row.window if isinstance(self.row.window, timedelta) else None


def _within_a_day() -> tuple[Period, ...]:
    parts = [(each.part_of_day, each) for each in Period if each.part_of_day is not None]
    return tuple(period for _, period in sorted(parts))


UP_TO_A_DAY: Final = (*_within_a_day(), Period.DAY)  # each within the next

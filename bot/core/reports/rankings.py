"""Rankings of those who have used most in a window, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.calendar.windows import Window
from bot.core.quota.limits import Amounts, Subject, SubjectKind, Unit
from bot.core.reports.usage import CounterRow


@dataclass(frozen=True, kw_only=True, slots=True)
class RankingRow:
    place: int  # from 1
    subject: Subject
    used: Amounts
    permille: int  # of what all have used


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranking:
    by: SubjectKind
    window: Window
    zone: str
    unit: Unit  # that the order and the shares go by
    rows: tuple[RankingRow, ...]  # of this page
    page: int  # from 0
    pages: int
    count: int  # subjects that have used anything
    total: Amounts


@dataclass(frozen=True, kw_only=True, slots=True)
class RankingPage:
    """The part of a ranking that is wanted."""

    page: int
    size: int
    count: int = 0  # subjects there are

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))

    @property
    def present(self) -> int:
        """The page, or the nearest that there is."""
        return min(max(0, self.page), self.pages - 1)

    @property
    def offset(self) -> int:
        return self.present * self.size


def rank(
    rows: Sequence[CounterRow], wanted: RankingPage, *, by: SubjectKind, unit: Unit, total: Amounts
) -> tuple[RankingRow, ...]:
    """`rows` are those of the page, the largest first."""
    whole = total.of(unit)
    return tuple(
        RankingRow(
            place=place,
            subject=Subject(kind=by, id=row.subject_id),
            used=row.used,
            permille=row.used.of(unit) * 1000 // whole if whole else 0,
        )
        for place, row in enumerate(rows, start=wanted.offset + 1)
    )

"""Standings: limits, and how much of each is used in its present window."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.calendar.windows import Window
from bot.core.quota.limits import Amounts, Limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One limit and how much of it is used in its present window, in its own unit."""

    limit: Limit
    window: Window
    spent: int  # what counts: less what was taken from grants, or forgiven
    reserved: int = 0  # held by answers that are being written
    granted: int = 0  # left of grants, on top of the limit

    @property
    def amount(self) -> int | None:
        return self.limit.amount

    @property
    def remaining(self) -> int | None:
        """The rest that is neither spent nor reserved, grants included; None: unlimited.

        An overrun of the limit takes nothing from grants: they are used when an answer is
        settled, or not at all.
        """
        if self.amount is None:
            return None
        return max(0, max(0, self.amount - self.spent) + self.granted - self.reserved)

    @property
    def percent_left(self) -> int | None:
        """Of the whole limit, grants included, not counting reservations; rounded down.

        None: unlimited.
        """
        if self.amount is None:
            return None
        whole = self.amount + self.granted
        left = max(0, self.amount - self.spent) + self.granted
        return min(100, left * 100 // whole) if whole else 0


def tightest(standings: Iterable[Standing]) -> Standing | None:
    """The one with the smallest share left; None where nothing is limited."""
    limited = [standing for standing in standings if standing.percent_left is not None]
    return min(limited, key=lambda standing: standing.percent_left or 0, default=None)


def with_reserved(standings: Iterable[Standing], held: Amounts) -> tuple[Standing, ...]:
    """The same standings, with one more reservation counted in."""
    return tuple(
        replace(each, reserved=each.reserved + held.of(each.limit.measure.unit))
        for each in standings
    )

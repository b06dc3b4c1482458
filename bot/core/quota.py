"""Limits, what is left of them, and the allowance that a reservation grants.

A reservation grants an allowance: the context must fit into it and the rest becomes
`max_output_tokens`. So a limit cannot be overrun by more than the error of the input estimate,
however many answers run at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from bot.core.errors import QuotaExceeded
from bot.core.events import NOTHING_USED, Ending, Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A span of time that a limit counts in: `[starts_at, resets_at)`, both UTC."""

    starts_at: datetime
    resets_at: datetime


def day_window(now: datetime, zone: ZoneInfo) -> Window:
    """The calendar day of `zone` that `now` lies in; 23 or 25 hours long where clocks change."""
    today = now.astimezone(zone).date()
    return Window(
        starts_at=_midnight(today.toordinal(), zone),
        resets_at=_midnight(today.toordinal() + 1, zone),
    )


def _midnight(ordinal: int, zone: ZoneInfo) -> datetime:
    day = datetime.fromordinal(ordinal).date()
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One limit and how much of it is used in its present window, in tokens."""

    amount: int | None  # None: unlimited
    spent: int
    reserved: int  # held by answers that are being written
    window: Window
    is_own: bool = False  # set for this user by a moderator, not the configured default

    @property
    def remaining(self) -> int | None:
        """Tokens neither spent nor reserved; None: unlimited."""
        return None if self.amount is None else max(0, self.amount - self.spent - self.reserved)

    @property
    def percent_left(self) -> int | None:
        """Of the whole limit, not counting reservations; rounded down. None: unlimited."""
        if self.amount is None:
            return None
        return max(0, self.amount - self.spent) * 100 // self.amount if self.amount else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """What one answer may use, input and output together."""

    tokens: int
    window: Window


def grant_allowance(standings: Iterable[Standing], *, wanted: int, smallest: int) -> Allowance:
    """Grant `wanted` tokens, or what is left under the tightest limit.

    Raises QuotaExceeded where less than `smallest` is left: a smaller answer would be of no use,
    so it is refused and never silently capped. The first standing names the window.
    """
    held = tuple(standings)
    tokens = wanted
    for standing in held:
        remaining = standing.remaining
        if remaining is None or standing.amount is None:
            continue
        if remaining < smallest:
            raise QuotaExceeded(
                limit=standing.amount,
                remaining=remaining,
                reserved=standing.reserved,
                resets_at=standing.window.resets_at,
            )
        tokens = min(tokens, remaining)
    return Allowance(tokens=tokens, window=held[0].window)


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """What an answer cost, as it goes into the ledger."""

    ending: Ending
    model: str
    usage: Usage = NOTHING_USED
    is_estimated: bool = False  # the API did not report (all of) it
    cost_microusd: int | None = None  # None: the model's prices are not known

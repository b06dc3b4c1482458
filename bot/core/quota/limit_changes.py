"""Limits of a subject after one of them is set or taken away, and what they can't promise."""

from collections.abc import Iterable

from bot.core.calendar.periods import Period
from bot.core.quota.limits import Limit, Measure, Unit

LimitSelection = Measure | Unit | Period | None  # of a subject's limits; None: all of them


def with_limit(held: Iterable[Limit], new: Limit) -> tuple[Limit, ...]:
    """One of each measure; an unlimited one stands alone. `held` are those of the same subject."""
    if new.amount is None:
        return (new,)
    others = [limit for limit in held if limit.amount is not None and limit.measure != new.measure]
    return tuple(sorted((*others, new), key=lambda limit: limit.measure))


def without_limits(held: Iterable[Limit], which: LimitSelection) -> tuple[Limit, ...]:
    """Those that are left."""
    return tuple(limit for limit in held if not _is_one(limit, which))


def is_beyond(amount: int | None, unit: Unit, ceiling: Limit) -> bool:
    """Whether so much is more than the ceiling lets all together use; None: unlimited."""
    if amount is None or ceiling.amount is None:
        return ceiling.amount is not None
    return unit is ceiling.measure.unit and amount > ceiling.amount


def _is_one(limit: Limit, which: LimitSelection) -> bool:
    measure = limit.measure
    return which is None or which in (measure, measure.unit, measure.period)

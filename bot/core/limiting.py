"""What limits a subject has after one of them is set or taken away."""

from collections.abc import Iterable

from bot.core.limits import Limit, Measure


def with_limit(held: Iterable[Limit], new: Limit) -> tuple[Limit, ...]:
    """One of each measure; an unlimited one stands alone. `held` are those of the same subject."""
    if new.amount is None:
        return (new,)
    others = [limit for limit in held if limit.amount is not None and limit.measure != new.measure]
    return tuple(sorted((*others, new), key=lambda limit: limit.measure))


def without_limit(held: Iterable[Limit], measure: Measure | None) -> tuple[Limit, ...]:
    """Those of other measures; None takes all of them away."""
    return () if measure is None else tuple(limit for limit in held if limit.measure != measure)

"""The kinds of what the operator lays down for all: caps on everything, and a server's ceiling."""

from typing import Final

from bot.config.kinds.kind import Kind, Rejected, limit, must_be, shown
from bot.core.quota.amounts import NotAnAmount, parse_cap
from bot.core.quota.limits import Limit, Measure

AUTO: Final = "auto"
_MEMBERS: Final = 20  # who may use all they have in one day
_USUAL: Final = 2_000_000  # where members have nothing that could be multiplied


def ceiling(maximum: int) -> Kind:
    """Tokens, "unlimited", which is read as None, or "auto"."""
    amount = limit(maximum)
    allowed = f'{amount.allowed}, or "{AUTO}"'

    def read(value: object) -> object:
        if value == AUTO:
            return AUTO
        try:
            return amount.read(value)
        except Rejected:
            raise must_be(value, allowed) from None

    return Kind(allowed=allowed, read=read)


def ceiling_of(asked: int | str | None, *, tokens_per_day: int | None) -> int | None:
    """Tokens a day for each server; None: there is none. `asked` is as `ceiling` reads it."""
    if not isinstance(asked, str):
        return asked
    if tokens_per_day is None:
        return None
    return tokens_per_day * _MEMBERS or _USUAL


def caps() -> Kind:
    """Caps on everything, one of each measure."""
    allowed = 'a list such as ["25 USD a day", "500 USD a month"]'

    def read(value: object) -> tuple[Limit, ...]:
        if not isinstance(value, list | tuple):
            raise must_be(value, allowed)
        found: dict[Measure, Limit] = {}
        for entry in value:
            try:
                cap = parse_cap(entry if isinstance(entry, str) else "")
            except NotAnAmount:
                raise Rejected(
                    f"holds {shown(entry)}, but each entry must be an amount and a period, such as "
                    '"25 USD a day", "2000000 tokens a week" or "500 answers an hour"'
                ) from None
            if cap.measure in found:
                unit, per = cap.measure.unit.value, cap.measure.period.row.words.per
                raise Rejected(f"has two caps in {unit} {per}: leave one out")
            found[cap.measure] = cap
        return tuple(found.values())

    return Kind(allowed=allowed, read=read)

"""The kind of caps on everything."""

from bot.config.kinds import Kind, Rejected, must_be, shown
from bot.core.amounts import NotAnAmount
from bot.core.capping import parse_cap
from bot.core.limits import Limit, Measure


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
                unit, period = cap.measure.unit.value, cap.measure.period.value
                raise Rejected(f"has two caps in {unit} a {period}: leave one out")
            found[cap.measure] = cap
        return tuple(found.values())

    return Kind(allowed=allowed, read=read)

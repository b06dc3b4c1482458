"""Caps on everything, as the operator writes them: "25 USD a day"."""

import re

from bot.core.calendar.periods import Period
from bot.core.quota.amounts import NotAnAmount, parse_amount
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind

_PERIODS = {period.row.words.name: period for period in Period}
_CAP = re.compile(
    rf"(?P<amount>.+?)(?: an? | per | ?/ ?)(?P<period>{'|'.join(map(re.escape, _PERIODS))})"
)
_EVERYTHING = Subject(kind=SubjectKind.EVERYTHING, id=0)


def parse_cap(text: str) -> Limit:
    """Read an amount and its period. Raises NotAnAmount; nothing unlimited is a cap."""
    found = _CAP.fullmatch(" ".join(text.lower().split()))
    if found is None:
        raise NotAnAmount(text)
    try:
        unit, amount = parse_amount(found["amount"])
    except NotAnAmount as error:
        raise NotAnAmount(text) from error
    if amount is None:
        raise NotAnAmount(text)
    measure = Measure(unit=unit, period=_PERIODS[found["period"]])
    return Limit(subject=_EVERYTHING, measure=measure, amount=amount)

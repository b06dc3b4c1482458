"""Amounts of tokens, dollars or answers, as people type them; and caps, as the operator does."""

import re
from decimal import Decimal

from bot.core.calendar.periods import Period
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit

# Tokens, micro-dollars or answers; more is a slip of the finger, and no column's business.
LARGEST_AMOUNT = 1_000_000_000_000
MICRO = 1_000_000  # micro-dollars in a dollar
_UNLIMITED = frozenset({"unlimited", "no limit", "∞"})
_FACTORS = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_NUMBER = r"[0-9]{1,40}(?:[.][0-9]{1,9})?"
_GROUPED = r"[0-9]{1,3}(?:[, _'\u00a0\u202f][0-9]{3}){1,4}(?:[.][0-9]{1,9})?"
_SIGN = r"(?:us ?)?\$ ?"
_UNIT = r"\$|usd|us dollars?|dollars?|tokens?|answers?"
_AMOUNT = re.compile(
    rf"(?P<sign>{_SIGN})?(?P<number>{_NUMBER}|{_GROUPED}) ?(?P<factor>[kmb]?) ?(?P<unit>{_UNIT})?"
)
_UNITS = {"": Unit.TOKENS, "token": Unit.TOKENS, "answer": Unit.ANSWERS}  # any other: dollars
_PERIODS = {period.row.words.name: period for period in Period}
_CAP = re.compile(
    rf"(?P<amount>.+?)(?: an? | per | ?/ ?)(?P<period>{'|'.join(map(re.escape, _PERIODS))})"
)
_EVERYTHING = Subject(kind=SubjectKind.EVERYTHING, id=0)


class NotAnAmount(ValueError):
    """The text is no amount."""

    def __init__(self, text: str) -> None:
        super().__init__(f"`{text}` is no amount")
        self.text = text


class AmountTooLarge(NotAnAmount):
    """The amount is more than any limit can be."""


def parse_amount(text: str) -> tuple[Unit, int | None]:
    """Read "50k", "50,000 tokens", "$5", "0.50 USD", "20 answers" or "unlimited".

    A number alone means tokens; dollars come in micro-dollars. Unlimited is None, with tokens for a
    unit. Raises NotAnAmount, also for a fraction of what is counted, and AmountTooLarge.
    """
    typed = " ".join(text.lower().split())
    if typed in _UNLIMITED:
        return Unit.TOKENS, None
    found = _AMOUNT.fullmatch(typed)
    if found is None:
        raise NotAnAmount(text)
    unit = _unit(found["sign"] or "", found["unit"] or "", text)
    number = Decimal(re.sub(r"[^0-9.]", "", found["number"])) * _FACTORS[found["factor"]]
    amount = number * MICRO if unit is Unit.DOLLARS else number
    if amount > LARGEST_AMOUNT:
        raise AmountTooLarge(text)
    is_counted = unit is not Unit.DOLLARS
    if amount != int(amount) or (is_counted and "." in found["number"] and not found["factor"]):
        raise NotAnAmount(text)  # "1.000" may mean a thousand, where the point groups digits
    return unit, int(amount)


def parse_cap(text: str) -> Limit:
    """Read an amount and its period: "25 USD a day". Raises NotAnAmount; nothing unlimited is a cap."""
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


def _unit(sign: str, named: str, text: str) -> Unit:
    """Said before the number or after it; "$5 tokens" is neither."""
    after = _UNITS.get(named.removesuffix("s"), Unit.DOLLARS)
    if sign and named and after is not Unit.DOLLARS:
        raise NotAnAmount(text)
    return Unit.DOLLARS if sign else after

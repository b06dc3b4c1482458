"""Amounts of tokens, as people type them."""

import re
from decimal import Decimal

LARGEST_AMOUNT = 1_000_000_000_000  # tokens; more is a slip of the finger, and no column's business
_UNLIMITED = frozenset({"unlimited", "no limit", "∞"})
_FACTORS = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_AMOUNT = re.compile(r"(\d{1,15}(?:[.]\d{1,9})?|\d{1,3}(?:[, _'\u00a0\u202f]\d{3}){1,4}) ?([kmb]?)")


class NotAnAmount(ValueError):
    """What was typed is no amount of tokens."""

    def __init__(self, text: str) -> None:
        super().__init__(f"`{text}` is no amount of tokens")
        self.text = text


class AmountTooLarge(NotAnAmount):
    """What was typed is more than any limit can be."""


def parse_amount(text: str) -> int | None:
    """Read "50000", "50,000", "50k", "1.5m" or "unlimited"; None means unlimited.

    Raises NotAnAmount, also for a fraction of a token, and AmountTooLarge.
    """
    typed = " ".join(text.lower().split())
    if typed in _UNLIMITED:
        return None
    found = _AMOUNT.fullmatch(typed.removesuffix(" tokens").removesuffix(" token"))
    if found is None or not found[1].isascii():
        raise NotAnAmount(text)
    amount = Decimal(re.sub(r"[^\d.]", "", found[1])) * _FACTORS[found[2]]
    if amount > LARGEST_AMOUNT:
        raise AmountTooLarge(text)
    if amount != int(amount):
        raise NotAnAmount(text)
    return int(amount)

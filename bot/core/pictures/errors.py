"""Errors about pictures that somebody wants to have made.

The tree of all errors is drawn in `core/errors.py`.
"""

from enum import StrEnum

from bot.core.errors import Refusal
from bot.core.quota.errors import QuotaExceeded


class PictureTooDear(QuotaExceeded):
    """The limit leaves no room for the picture that was asked for."""

    def __init__(self, error: QuotaExceeded, *, needed: int) -> None:
        super().__init__(error.standing, has_price=error.has_price, is_direct=error.is_direct)
        self.needed = needed  # tokens


class PicturesOff(Refusal):
    """No pictures are made there. `is_direct`: in direct messages, which nobody moderates."""

    def __init__(self, *, is_direct: bool) -> None:
        super().__init__()
        self.is_direct = is_direct


class OrderFault(StrEnum):
    """The reason why an order can't be carried out as it is."""

    NO_PROMPT = "no-prompt"
    TOO_LONG = "too-long"
    SIZE = "size"
    QUALITY = "quality"
    COUNT = "count"
    NO_PICTURE = "no-picture"  # what was given to draw from is no picture
    MAY_NOT_ATTACH = "may-not-attach"  # the bot, in that channel


class OrderRefused(Refusal):
    """A picture can't be made as it was ordered. `allowed` is what may be chosen instead."""

    def __init__(self, fault: OrderFault, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(f"{fault.value}: {', '.join(allowed)}")
        self.fault = fault
        self.allowed = allowed

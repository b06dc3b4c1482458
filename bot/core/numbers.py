"""Whole numbers in what others send, such as the ids in a button's custom id."""

from typing import Final

_LARGEST: Final = 2**63 - 1  # that Discord's ids and the database's columns can have
_MOST_DIGITS: Final = 19


def read_number(text: str) -> int | None:
    """Read a number of plain digits; None where it is none, or larger than any id.

    `str.isdigit` alone is no proof: "²" is a digit to it, and not to `int`.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS:
        return None
    number = int(text)
    return number if number <= _LARGEST else None

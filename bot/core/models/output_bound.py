"""The bound of a model's output, for endpoints that do not heed `max_output_tokens`.

Output is counted by estimate, which leans to too many, so the bound has a margin: an endpoint that
does heed the limit is not cut. Only text that is all numbers is estimated higher than that.
"""

from typing import Final

from bot.core.models.tokens import WEIGHT, weigh_text

_MARGIN_PERCENT: Final = 60  # JSON, the worst of common texts, is estimated at 1.6 times its tokens
_MARGIN_TOKENS: Final = 50  # a few words are estimated worse than a page


def with_margin(tokens: int) -> int:
    """The most that is read, and charged, where so many tokens were allowed."""
    return tokens + tokens * _MARGIN_PERCENT // 100 + _MARGIN_TOKENS


class OutputBound:
    """Counts the output of one call as it comes, up to what was allowed and the margin."""

    def __init__(self, allowed: int) -> None:
        self.is_passed = False  # nothing more is to be read
        self._room = with_margin(allowed) * WEIGHT

    def take(self, text: str) -> str:
        """Count text; return as much of it as fits."""
        weight = weigh_text(text)
        fitting = text if weight <= self._room else _fit(text, self._room)
        self._spend(weight)
        return fitting

    def count(self, tokens: int) -> None:
        """Count what nobody sees."""
        self._spend(tokens * WEIGHT)

    def _spend(self, weight: int) -> None:
        self.is_passed = self.is_passed or weight > self._room
        self._room = max(0, self._room - weight)


def _fit(text: str, room: int) -> str:
    """The longest beginning that weighs no more than `room`; in linear time, however long it is."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        weight = weigh_text(text[low:middle])
        if weight <= room:
            low, room = middle, room - weight
        else:
            high = middle - 1
    return text[:low]

"""Signs of a chart in the words that were read: numbers in even steps along an axis, or shares of a whole."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.standins.describer.findings import Word

_NUMBER: Final = re.compile(r"[-+−]?[$€£]?\d[\d,. ]*\s?([%kKM]|°C?)?")
_SHARE: Final = re.compile(r"\d[\d.,]*\s?%$")
_TICKS: Final = 3  # numbers that make an axis
_ALIGNED: Final = 0.025  # of the picture's width or height
_EVEN: Final = 0.02  # of a step


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartSigns:
    """A chart, by the words in it. `ticks` run from the smallest to the largest."""

    title: str
    ticks: tuple[str, ...]
    labels: tuple[str, ...]
    has_shares: bool


def find_chart(words: Sequence[Word], size: tuple[int, int], *, colours: int) -> ChartSigns | None:
    """Return the signs, or None where they would also fit a page or a screenshot."""
    numbers = [word for word in words if _NUMBER.fullmatch(word.text)]
    ticks = _find_upright(numbers, size[0]) or _find_level(numbers, size[1])
    shares = [word for word in words if _SHARE.search(word.text)]
    has_shares = len(shares) >= 2 and colours >= 3 and len(words) <= 14
    if not ticks and not has_shares:
        return None
    others = [word for word in words if word not in ticks and not _NUMBER.fullmatch(word.text)]
    title = _find_title(others, words)
    return ChartSigns(
        title=title.text if title else "",
        ticks=tuple(word.text for word in ticks),
        labels=tuple(word.text for word in others if word is not title),
        has_shares=has_shares,
    )


def _find_upright(numbers: list[Word], width: int) -> list[Word]:
    """Find ticks one above the other. Line numbers grow downwards; an axis grows upwards."""
    for anchor in numbers:
        column = [
            word
            for word in numbers
            if min(abs(word.right - anchor.right), abs(word.left - anchor.left)) < width * _ALIGNED
        ]
        column.sort(key=lambda word: -word.middle)
        if _is_even(column):
            return column
    return []


def _find_level(numbers: list[Word], height: int) -> list[Word]:
    """Find ticks side by side; several such rows are a calendar or a table."""
    rows = []
    for anchor in numbers:
        row = [word for word in numbers if abs(word.middle - anchor.middle) < height * _ALIGNED]
        row.sort(key=lambda word: word.left)
        if row not in rows and _is_even(row):
            rows.append(row)
    return rows[0] if len(rows) == 1 else []


def _is_even(ticks: list[Word]) -> bool:
    """Tell whether the values grow by one step, as they do on an axis and seldom elsewhere."""
    values = [_value(word.text) for word in ticks]
    steps = [after - before for before, after in itertools.pairwise(values)]
    if len(values) < _TICKS or min(steps) <= 0:
        return False
    return max(steps) - min(steps) <= _EVEN * max(steps)


def _value(text: str) -> float:
    digits = re.sub(r"[^\d.\-]", "", text.replace("−", "-").replace(",", ""))
    try:
        return float(digits)
    except ValueError:
        return 0.0


def _find_title(others: list[Word], words: Sequence[Word]) -> Word | None:
    """Find words that stand above all others, alone."""
    top = min(words, key=lambda word: word.top)
    is_alone = all(word is top or word.top >= top.bottom for word in words)
    return top if is_alone and top in others else None

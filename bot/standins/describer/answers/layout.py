"""Orders words for reading: columns one after the other, lines from the top, words from the left."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bot.standins.describer.findings import Word

_SAME_ROW: Final = 0.6  # of a line's height; middles closer than that are in one row
_GUTTER: Final = 1.4  # lines' heights between two columns
_COLUMN_LINES: Final = 3
_COLUMN_CHARACTERS: Final = 10  # of a column's middling line; shorter ones are labels or a table
_PARAGRAPH: Final = 1.3  # lines' heights of white between two paragraphs
_WIDEST_INDENT: Final = 24  # characters
_WIDE_GAP: Final = 3.0  # characters' widths within a row that are kept as a gap


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One row of words. `indent` is in characters, from the left rim of its block."""

    text: str
    indent: int
    height: float  # pixels
    top: float
    follows_gap: bool  # white space before it, as between paragraphs


def arrange(words: Sequence[Word]) -> tuple[Line, ...]:
    """Order words into lines as a person reads them."""
    lines: list[Line] = []
    for block in _split(list(words)):
        lines += _to_lines(block)
    return tuple(lines)


def _split(words: list[Word]) -> list[list[Word]]:
    """Cut at a gutter where there is one, else at the widest gap between rows if that uncovers one."""
    if len(words) < 2 * _COLUMN_LINES:
        return [words] if words else []
    columns = _cut_at_gutter(words)
    if columns:
        return [part for column in columns for part in _split(column)]
    halves = _cut_at_widest_gap(words)
    parts = [part for half in halves for part in _split(half)] if len(halves) == 2 else []
    return parts if len(parts) > 2 else [words]


def _cut_at_gutter(words: list[Word]) -> tuple[list[Word], list[Word]] | None:
    height = median(word.height for word in words)
    ordered = sorted(words, key=lambda word: word.left)
    edge = ordered[0].right
    for number, word in enumerate(ordered):
        if word.left - edge >= _GUTTER * height:
            left, right = ordered[:number], ordered[number:]
            if _is_column(left) and _is_column(right) and _are_beside(left, right):
                return left, right
        edge = max(edge, word.right)
    return None


def _is_column(words: list[Word]) -> bool:
    return (
        len(words) >= _COLUMN_LINES
        and median(len(word.text) for word in words) >= _COLUMN_CHARACTERS
    )


def _are_beside(left: list[Word], right: list[Word]) -> bool:
    top = max(min(word.top for word in left), min(word.top for word in right))
    bottom = min(max(word.bottom for word in left), max(word.bottom for word in right))
    return bottom > top


def _cut_at_widest_gap(words: list[Word]) -> list[list[Word]]:
    ordered = sorted(words, key=lambda word: word.top)
    edge, widest, cut = ordered[0].bottom, 0.0, 0
    for number, word in enumerate(ordered):
        if word.top - edge > widest:
            widest, cut = word.top - edge, number
        edge = max(edge, word.bottom)
    return [ordered[:cut], ordered[cut:]] if cut else [ordered]


def _to_lines(words: list[Word]) -> list[Line]:
    rows = _to_rows(words)
    rim = min(word.left for word in words)
    width = median((word.right - word.left) / max(1, len(word.text)) for word in words)
    height = median(word.height for word in words)
    lines: list[Line] = []
    edge = rows[0][0].top - height * _PARAGRAPH  # a block begins with a gap
    for row in rows:
        top = min(word.top for word in row)
        lines.append(
            Line(
                text=_join(row, width),
                indent=min(_WIDEST_INDENT, round((row[0].left - rim) / max(1.0, width))),
                height=median(word.height for word in row),
                top=top,
                follows_gap=top - edge >= height * _PARAGRAPH,
            )
        )
        edge = max(word.bottom for word in row)
    return lines


def _to_rows(words: list[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.middle):
        row = rows[-1] if rows else []
        reach = min(word.height, row[0].height) * _SAME_ROW if row else 0
        if row and abs(word.middle - _middle(row)) <= reach:
            row.append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.left) for row in rows]


def _middle(row: list[Word]) -> float:
    return sum(word.middle for word in row) / len(row)


def _join(row: list[Word], width: float) -> str:
    text = row[0].text
    for before, word in itertools.pairwise(row):
        is_apart = word.left - before.right > _WIDE_GAP * width
        text += ("    " if is_apart else " ") + word.text
    return text

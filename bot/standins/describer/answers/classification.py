"""Decides the kind of a picture, from its measures and its text."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.standins.describer.answers.charts import ChartSigns, find_chart
from bot.standins.describer.answers.layout import Line, arrange
from bot.standins.describer.findings import Finding, Measures, Unread, VisualStyle

_ICON: Final = 96  # pixels of the longest side
_LIGHT: Final = 0.82  # of a page's paper
_PAGE: Final = 60  # characters of a page
_SOME_TEXT: Final = 12  # characters that a drawing may have too
_MUCH_TEXT: Final = 60  # characters that only a screenshot has
_GREYS: Final = ("black", "dark grey", "grey", "light grey", "white", "cream")
_ERROR: Final = re.compile(
    r"\w*(error|exception|fehler|panic)\b|\b(failed|failure|fatal|denied|refused|not found|"
    r"invalid|cannot|could not|unable to|undefined|crash(ed)?|timed? ?out)\b|\b0x[0-9a-f]{6,}",
    re.IGNORECASE,
)
_NAMED_ERROR: Final = re.compile(
    r"\b\w*(Error|Exception)\b\s*[:(]|\b(error|fatal)\b.*:|0x[0-9a-f]{6,}", re.IGNORECASE
)


class PictureKind(StrEnum):
    PHOTO = "photo"
    SCREENSHOT = "screenshot"
    PAGE = "page"
    CHART = "chart"
    DRAWING = "drawing"
    ICON = "icon"
    CODE = "code"  # a QR or bar code and little else
    BLANK = "blank"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Classification:
    """`lines` is the text in reading order; `error` the line of it that seems to matter most."""

    kind: PictureKind
    is_sure: bool = False
    lines: tuple[Line, ...] = ()
    error: str = ""
    chart: ChartSigns | None = None


def classify(finding: Finding) -> Classification:
    measures = finding.measures
    words = () if isinstance(finding.words, Unread) else finding.words
    if measures.style is VisualStyle.PHOTO:
        words = tuple(word for word in words if len(word.text) > 2)  # patterns pass for letters
    lines = arrange(words)
    size = (measures.width, measures.height)
    chart = None
    if measures.style is not VisualStyle.PHOTO:
        chart = find_chart(words, size, colours=count_colours(measures))
    kind, is_sure = _choose(finding, lines, chart)
    error = find_error(lines) if kind in (PictureKind.SCREENSHOT, PictureKind.PHOTO) else ""
    return Classification(kind=kind, is_sure=is_sure, lines=lines, error=error, chart=chart)


def _choose(
    finding: Finding, lines: tuple[Line, ...], chart: ChartSigns | None
) -> tuple[PictureKind, bool]:
    """Return the kind, and whether it is sure."""
    measures = finding.measures
    characters = sum(len(line.text) for line in lines)
    if measures.style is VisualStyle.BLANK:
        return PictureKind.BLANK, True
    if measures.style is VisualStyle.PHOTO:
        return PictureKind.PHOTO, False
    if measures.codes and characters < _MUCH_TEXT:
        return PictureKind.CODE, True
    if chart is not None:
        return PictureKind.CHART, False
    return _choose_graphic(finding, lines, characters)


def _choose_graphic(
    finding: Finding, lines: tuple[Line, ...], characters: int
) -> tuple[PictureKind, bool]:
    measures = finding.measures
    is_flat = measures.style is VisualStyle.GRAPHIC
    is_read = not isinstance(finding.words, Unread)
    if characters >= _PAGE and _is_paper(measures):
        return PictureKind.PAGE, False
    if characters >= (_SOME_TEXT if is_flat and len(lines) > 1 else _MUCH_TEXT):
        return PictureKind.SCREENSHOT, is_flat and characters >= _MUCH_TEXT
    if max(measures.width, measures.height) <= _ICON:
        return PictureKind.ICON, False
    return (PictureKind.DRAWING if is_flat and is_read else PictureKind.UNKNOWN), False


def _is_paper(measures: Measures) -> bool:
    return (
        measures.lightness >= _LIGHT
        and not measures.accents
        and all(shade.name in _GREYS for shade in measures.shades)
    )


def count_colours(measures: Measures) -> int:
    """Count the colours that are no greys."""
    return sum(shade.name not in _GREYS for shade in measures.shades) + len(measures.accents)


def find_error(lines: tuple[Line, ...]) -> str:
    """Find the line that names an error; of several, the last: that is where programs say why."""
    named = [line.text for line in lines if _NAMED_ERROR.search(line.text)]
    others = [line.text for line in lines if _ERROR.search(line.text)]
    return (named or others or [""])[-1]

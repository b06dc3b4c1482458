"""Writing in a chart: fonts, names in any script, and lines that fit."""

from functools import cache
from typing import Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import findfont, fontManager, get_font
from matplotlib.text import Text

_OWN: Final = "DejaVu Sans"  # comes with matplotlib
# Taken where the machine has them, for what DejaVu lacks.
_FURTHER: Final = (
    *("Noto Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans JP", "Noto Sans SC"),
    *(
        "WenQuanYi Zen Hei",
        "WenQuanYi Micro Hei",
        "Droid Sans Fallback",
        "IPAGothic",
        "NanumGothic",
    ),
    *("Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Tamil", "Noto Sans Thai", "Loma"),
    *("Noto Sans Symbols", "Noto Sans Symbols2", "Symbola", "Noto Emoji"),
)
_SMALLEST: Final = 0.7  # of the size that was meant


@cache
def families() -> tuple[str, ...]:
    installed = {font.name for font in fontManager.ttflist}
    return (_OWN, *(name for name in _FURTHER if name in installed))


@cache
def _letters() -> frozenset[int]:
    return frozenset(
        letter for name in families() for letter in get_font(findfont(name)).get_charmap()
    )


def writable(name: str, *, otherwise: str) -> str:
    """The name without what no font can draw; where too little is left, `otherwise`."""
    kept = "".join(letter for letter in name if ord(letter) in _letters())
    kept = " ".join(kept.split())
    return kept if kept and len(kept) * 2 >= len(name) else otherwise


def fit_text(text: Text, canvas: FigureCanvasAgg, *, width: float) -> None:
    """Make the line smaller until it is no wider than so many pixels; then cut it."""
    size = text.get_fontsize()
    smallest = size * _SMALLEST
    while size > smallest and measure_text(text, canvas) > width:
        size -= 0.5
        text.set_fontsize(size)
    cut_text(text, canvas, width=width)


def cut_text(text: Text, canvas: FigureCanvasAgg, *, width: float) -> None:
    """Leave out the end until the line is no wider than so many pixels."""
    words = text.get_text()
    while len(words) > 1 and measure_text(text, canvas) > width:
        words = words[:-1]
        text.set_text(f"{words.rstrip()}…")


def measure_text(text: Text, canvas: FigureCanvasAgg) -> float:
    """Its width in pixels."""
    return float(text.get_window_extent(canvas.get_renderer()).width)

"""A chart becomes a picture. Only the worker imports this: matplotlib takes a second to load."""

import io
from collections.abc import Sequence
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from bot.charts import palette
from bot.charts.fonts import cut_text, families, fit_text, measure_text, writable
from bot.core.chart import Bar, Chart, LegendEntry

WIDTH: Final = 800  # pixels; on a phone Discord shows it half as wide
_DPI: Final = 100
_MARGIN: Final = 28
_GAP: Final = 18
_SPACING: Final = 1.45  # of lines
_TITLE, _TEXT, _SMALL = 28, 23, 21  # pixels of a letter's box; for the phone's sake none is smaller
_BARS, _BARS_LEFT, _BARS_FEET = 300, 96, 40  # height, and room for the axes' labels
_ROW, _SWATCH, _COLUMNS, _GUTTER = 38, 30, 2, 36  # of the legend
_SQUARE, _SQUARES_LEFT, _SQUARES_FEET = 26, 84, 36
_CHIP, _SCALE = 20, 250  # a colour's width, and that of all with their words
_MARKED_HOURS: Final = (0, 6, 12, 18)
_BAR_WIDTH: Final = 0.84
_MORE_NEEDED: Final = 0.65  # exponent: small amounts still differ from nothing

_STYLE: Final[dict[str, Any]] = {
    "font.family": list(families()),
    "text.parse_math": False,  # a name with dollars round it is a name
    "text.color": palette.TEXT,
    "hatch.linewidth": 1.8,
}


def draw_chart(chart: Chart) -> bytes:
    """Draw it as PNG."""
    with mpl.rc_context(_STYLE):
        return _Sheet(chart).draw()


def _height(rows: int) -> int:
    """Of a sheet whose legend has so many rows."""
    lines = (_TITLE + 2 * _TEXT) * _SPACING
    bars = _GAP + _BARS + _BARS_FEET + _ROW
    hours = _SQUARE * 7 + _SQUARES_FEET + _GAP // 2
    return round(_MARGIN + lines + bars + rows * _ROW + _GAP + hours + _GAP)


def _points(pixels: float) -> float:
    return pixels * 72 / _DPI * 0.78  # a letter's box is higher than its size


class _Sheet:
    """Filled from the top: `_top` is how many pixels are taken."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._rows = -(-len(chart.entries) // _COLUMNS)
        self._height = _height(self._rows)
        self._figure = Figure(
            figsize=(WIDTH / _DPI, self._height / _DPI), dpi=_DPI, facecolor=palette.GROUND
        )
        self._canvas = FigureCanvasAgg(self._figure)
        self._top = float(_MARGIN)

    def draw(self) -> bytes:
        chart = self._chart
        self._frame()
        self._line(chart.title, size=_TITLE, fontweight="bold")
        self._line(chart.subtitle, size=_TEXT, color=palette.QUIET)
        self._draw_bars()
        self._draw_legend()
        self._draw_scale()
        self._line(chart.hours.title, size=_TEXT, fontweight="bold", right=_SCALE)
        self._draw_hours()
        picture = io.BytesIO()
        self._canvas.print_png(picture)
        return picture.getvalue()

    def _frame(self) -> None:
        """On a ground of nearly the same colour the picture still has an edge."""
        edge = Rectangle((0, 0), 1, 1, fill=False, edgecolor=palette.BORDER, linewidth=4)
        self._figure.add_artist(edge)

    def _write(self, text: str, x: float, y: float, **style: Any) -> Text:
        """In pixels from the upper left corner."""
        style = {"va": "center", "fontsize": _points(_SMALL), **style}
        return self._figure.text(x / WIDTH, 1 - y / self._height, text, **style)

    def _line(self, text: str, *, size: float, right: float = 0, **look: Any) -> None:
        """The next line; `right` is room to leave there."""
        height = size * _SPACING
        written = self._write(text, _MARGIN, self._top + height / 2, fontsize=_points(size), **look)
        fit_text(written, self._canvas, width=WIDTH - 2 * _MARGIN - right)
        self._top += height

    def _axes(self, *, left: float, height: float) -> Axes:
        """As wide as the sheet, from `left`; the next `height` pixels."""
        width = WIDTH - _MARGIN - left
        bottom = self._height - self._top - height
        self._top += height
        axes = self._figure.add_axes(
            (left / WIDTH, bottom / self._height, width / WIDTH, height / self._height),
            facecolor=palette.GROUND,
        )
        axes.tick_params(length=0, labelcolor=palette.QUIET, labelsize=_points(_SMALL), pad=7)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return axes

    def _draw_bars(self) -> None:
        self._top += _GAP
        axes = self._axes(left=_BARS_LEFT, height=_BARS)
        _draw_stack(axes, self._chart)
        self._top += _BARS_FEET
        self._draw_forecast()

    def _draw_forecast(self) -> None:
        middle = self._top + _ROW / 2
        left = float(_MARGIN)
        if any(bar.expected for bar in self._chart.bars):
            self._swatch(left, middle, **_EXPECTED)
            left += _SWATCH + 10
        written = self._write(self._chart.forecast, left, middle)
        fit_text(written, self._canvas, width=WIDTH - _MARGIN - left)
        self._top += _ROW

    def _draw_legend(self) -> None:
        width = (WIDTH - 2 * _MARGIN - _GUTTER) / _COLUMNS
        for number, entry in enumerate(self._chart.entries):
            column, row = divmod(number, self._rows)
            left = _MARGIN + column * (width + _GUTTER)
            self._draw_entry(entry, number, (left, self._top + (row + 0.5) * _ROW), width)
        self._top += self._rows * _ROW + _GAP

    def _draw_entry(
        self, entry: LegendEntry, number: int, place: tuple[float, float], width: float
    ) -> None:
        left, middle = place
        self._swatch(left, middle, **_filled(palette.paint_of(number, is_rest=entry.is_rest)))
        amount = self._write(entry.amount, left + width, middle, ha="right", color=palette.QUIET)
        room = width - _SWATCH - 10 - measure_text(amount, self._canvas) - 12
        name = writable(entry.name, otherwise=entry.plain_name)
        cut_text(self._write(name, left + _SWATCH + 10, middle), self._canvas, width=room)

    def _swatch(self, left: float, middle: float, *, width: float = _SWATCH, **style: Any) -> None:
        height = 22
        corner = left / WIDTH, 1 - (middle + height / 2) / self._height
        size = width / WIDTH, height / self._height
        self._figure.add_artist(Rectangle(corner, *size, **style))

    def _draw_scale(self) -> None:
        """Beside the title of the squares, from less to more."""
        less, more = self._chart.hours.scale
        middle, right = self._top + _TEXT * _SPACING / 2, float(WIDTH - _MARGIN)
        style = {"ha": "right", "color": palette.QUIET}
        right -= measure_text(self._write(more, right, middle, **style), self._canvas) + 10
        for colour in reversed(palette.HEAT):
            right -= _CHIP
            self._swatch(right, middle, width=_CHIP, facecolor=colour)
        self._write(less, right - 10, middle, **style)

    def _draw_hours(self) -> None:
        hours = self._chart.hours
        self._top += _GAP // 2
        axes = self._axes(left=_SQUARES_LEFT, height=_SQUARE * len(hours.weekdays))
        _draw_squares(axes, hours.amounts)
        axes.set_yticks(range(len(hours.weekdays)), hours.weekdays)
        axes.set_xticks([hour - 0.5 for hour in _MARKED_HOURS], map("{}:00".format, _MARKED_HOURS))
        for label in axes.get_xticklabels():
            label.set_horizontalalignment("left")


_EXPECTED: Final[dict[str, Any]] = {
    "facecolor": "none",
    "edgecolor": palette.EXPECTED,
    "hatch": "//",
    "linestyle": (0, (4, 2)),
    "linewidth": 1.6,
}


def _filled(paint: palette.Paint) -> dict[str, Any]:
    return {
        "facecolor": paint.colour,
        "edgecolor": palette.GROUND,
        "hatch": paint.pattern,
        "linewidth": 1.0,
    }


def _draw_stack(axes: Axes, chart: Chart) -> None:
    places = range(len(chart.bars))
    feet = [0] * len(chart.bars)
    for number, entry in enumerate(chart.entries):
        heights = [bar.amounts[number] for bar in chart.bars]
        style = _filled(palette.paint_of(number, is_rest=entry.is_rest))
        axes.bar(places, heights, _BAR_WIDTH, bottom=feet, zorder=2, **style)
        feet = [foot + height for foot, height in zip(feet, heights, strict=True)]
    _draw_expected(axes, chart.bars, feet)
    axes.set_xlim(-0.6, len(chart.bars) - 0.4)
    axes.set_ylim(0, chart.marks[-1].value * 1.02)
    axes.set_yticks([mark.value for mark in chart.marks], [mark.label for mark in chart.marks])
    axes.grid(axis="y", color=palette.LINE, linewidth=1.2, zorder=0)
    axes.set_axisbelow(True)
    named = [number for number, bar in enumerate(chart.bars) if bar.label]
    axes.set_xticks(named, [chart.bars[number].label for number in named])


def _draw_expected(axes: Axes, bars: Sequence[Bar], feet: Sequence[int]) -> None:
    still = [number for number, bar in enumerate(bars) if bar.expected]
    heights = [bars[number].expected for number in still]
    axes.bar(
        still, heights, _BAR_WIDTH, bottom=[feet[number] for number in still], zorder=2, **_EXPECTED
    )


def _draw_squares(axes: Axes, amounts: Sequence[Sequence[int]]) -> None:
    highest = max(map(max, amounts))
    axes.imshow(
        amounts,
        cmap=LinearSegmentedColormap.from_list("heat", palette.HEAT),
        norm=PowerNorm(_MORE_NEEDED, vmin=0, vmax=max(1, highest)),
        aspect="auto",
    )
    for day in range(1, len(amounts)):
        axes.axhline(day - 0.5, color=palette.GROUND, linewidth=2)
    for hour in range(1, len(amounts[0])):
        axes.axvline(hour - 0.5, color=palette.GROUND, linewidth=2)

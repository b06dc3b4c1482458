"""Charts to draw, and the pictures that come of them."""

import io

import pytest
from PIL import Image

from bot.charts.plotter import is_installed
from bot.core.calendar.periods import Period
from bot.core.chart import Chart, lay_out_chart
from tests.core.reports.samples import dollars, report_of

drawn = pytest.mark.skipif(
    not is_installed(), reason="matplotlib is not installed: pip install '.[charts]'"
)


def chart(count: int = 9, *, period: Period = Period.WEEK) -> Chart:
    used = {n: {0: dollars(n), 2: dollars(3)} for n in range(1, count + 1)}
    return lay_out_chart(report_of(used, period=period), lambda subject: f"member {subject.id}")


def opened(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture))
    image.load()
    return image.convert("RGBA")

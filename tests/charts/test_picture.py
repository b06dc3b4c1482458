"""Charts as pictures."""

import pytest
from PIL import Image

from bot.charts.palette import OTHERS_PAINT, SERIES
from bot.charts.plotter import Plotter
from bot.core.calendar.periods import Period
from bot.core.chart import lay_out_chart
from bot.core.quota.limits import Amounts
from tests.charts.charts import chart, drawn, opened
from tests.core.reports.samples import report_of


def has_colour(image: Image.Image, colour: str) -> bool:
    wanted = tuple(bytes.fromhex(colour[1:]))
    found = image.convert("RGB").getcolors(maxcolors=2**24) or []
    return any(each == wanted for _, each in found)


@drawn
async def test_chart_is_800_pixels_wide_and_opaque() -> None:
    image = opened(await Plotter().draw(chart()))

    assert image.size[0] == 800
    assert 850 <= image.size[1] <= 1000
    assert image.getchannel("A").getextrema() == (255, 255)


@drawn
@pytest.mark.proof
async def test_each_series_is_drawn_in_its_colour() -> None:
    image = opened(await Plotter().draw(chart()))

    assert all(has_colour(image, paint.colour) for paint in SERIES)
    assert has_colour(image, OTHERS_PAINT.colour)


@drawn
@pytest.mark.proof
@pytest.mark.parametrize("period", list(Period))
async def test_every_period_can_be_drawn(period: Period) -> None:
    assert opened(await Plotter().draw(chart(3, period=period))).size[0] == 800


@drawn
@pytest.mark.proof
async def test_chart_of_nothing_is_drawn_as_well() -> None:
    assert opened(await Plotter().draw(lay_out_chart(report_of({}), str))).size[0] == 800


@drawn
@pytest.mark.proof
async def test_amounts_of_any_size_are_drawn() -> None:
    report = report_of({1: {0: Amounts(tokens=10**17, answers=1)}, 2: {0: Amounts(tokens=1)}})

    assert opened(await Plotter().draw(lay_out_chart(report, str))).size[0] == 800

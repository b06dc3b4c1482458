"""Charts as they are drawn: by matplotlib itself, in a process of its own."""

import asyncio
import io
import os
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bot.charts import plotter
from bot.charts.palette import GROUND, HEAT, OTHERS_PAINT, QUIET, SERIES, TEXT
from bot.charts.plotter import Plotter, is_installed
from bot.core.calendar.windows import Period
from bot.core.chart import Chart, ChartFailed, ChartsMissing, lay_out_chart
from bot.core.quota.limits import Amounts
from tests.core.reports.samples import dollars, report_of

drawn = pytest.mark.skipif(
    not is_installed(), reason="matplotlib is not installed: pip install '.[charts]'"
)

HOSTILE = {
    1: "$x^2$ \\frac{1}{0} $",
    2: "two\nlines\tand \\n",
    3: "日本語の名前",
    4: "مرحبا بالعالم",
    5: "नमस्ते 👩‍👩‍👧 ✨",
    6: "Z̷̡̛a̶l̴g̵o̶" * 4,
    7: "%s {} \x00\x1b[31m\ufffe",
}


def chart(count: int = 9, *, period: Period = Period.WEEK) -> Chart:
    used = {n: {0: dollars(n), 2: dollars(3)} for n in range(1, count + 1)}
    return lay_out_chart(report_of(used, period=period), lambda subject: f"member {subject.id}")


def opened(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture))
    image.load()
    return image.convert("RGBA")


def has_colour(image: Image.Image, colour: str) -> bool:
    wanted = tuple(bytes.fromhex(colour[1:]))
    found = image.convert("RGB").getcolors(maxcolors=2**24) or []
    return any(each == wanted for _, each in found)


@drawn
async def test_chart_is_a_picture_of_phone_width_with_a_ground_of_its_own() -> None:
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
async def test_names_of_any_script_and_any_malice_are_drawn_or_left_out() -> None:
    report = report_of({n: {0: dollars(n)} for n in HOSTILE})

    picture = await Plotter().draw(lay_out_chart(report, lambda subject: HOSTILE[subject.id]))

    assert opened(picture).size[0] == 800


@drawn
@pytest.mark.proof
async def test_chart_of_nothing_is_drawn_as_well() -> None:
    assert opened(await Plotter().draw(lay_out_chart(report_of({}), str))).size[0] == 800


@drawn
@pytest.mark.proof
async def test_amounts_of_any_size_are_drawn() -> None:
    report = report_of({1: {0: Amounts(tokens=10**17, answers=1)}, 2: {0: Amounts(tokens=1)}})

    assert opened(await Plotter().draw(lay_out_chart(report, str))).size[0] == 800


@drawn
@pytest.mark.proof
async def test_several_at_once_are_drawn_one_after_the_other() -> None:
    plotting = Plotter()

    pictures = await asyncio.gather(*(plotting.draw(chart(n)) for n in (1, 2)))

    assert len({len(picture) for picture in pictures}) == 2


@drawn
async def test_what_takes_too_long_is_given_up_and_nothing_is_left_running() -> None:
    with pytest.raises(ChartFailed, match="too long"):
        await Plotter(time_limit=0.05).draw(chart())

    assert workers() == set()


@drawn
@pytest.mark.proof
async def test_cancelled_chart_leaves_no_process_and_lets_the_next_one_in() -> None:
    plotting = Plotter()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(plotting.draw(chart()))
        await wait_for_a_worker()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    assert workers() == set()
    assert await plotting.draw(chart())


@drawn
@pytest.mark.proof
async def test_worker_that_fails_is_a_failed_chart_and_no_name_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = replace(chart(1), marks=())

    with pytest.raises(ChartFailed):
        await Plotter().draw(broken)

    (record,) = caplog.records
    assert (record.msg, record.__dict__["error"]) == ("a chart could not be drawn", "IndexError")
    assert "member" not in caplog.text


@drawn
@pytest.mark.proof
async def test_bot_itself_never_loads_matplotlib() -> None:
    await Plotter().draw(chart(1))

    assert "matplotlib" not in sys.modules


async def test_without_matplotlib_charts_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plotter, "is_installed", lambda: False)

    with pytest.raises(ChartsMissing):
        await Plotter().draw(chart(1))


async def test_name_that_is_no_text_is_a_failed_chart() -> None:
    broken = replace(chart(1), title="\ud800")

    with pytest.raises((ChartFailed, ChartsMissing)):
        await Plotter().draw(broken)


async def wait_for_a_worker() -> None:
    while not workers():  # noqa: ASYNC110 - a process tells nobody that it has begun
        await asyncio.sleep(0.01)


def workers() -> set[int]:
    """Processes that this one has started and that still run."""
    lists = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    children = {int(child) for each in lists for child in each.read_text().split()}
    return {child for child in children if b"bot.charts.worker" in command(child)}


def command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


# Colours


def luminance(colour: str) -> float:
    """By WCAG 2."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("paint", [*SERIES, OTHERS_PAINT], ids=lambda paint: paint.colour)
def test_every_colour_stands_out_from_the_ground(paint: object) -> None:
    assert contrast(paint.colour, GROUND) >= 4.5  # type: ignore[attr-defined]


@pytest.mark.parametrize("colour", [TEXT, QUIET])
def test_text_is_easily_read(colour: str) -> None:
    assert contrast(colour, GROUND) >= 7


def test_every_series_has_a_pattern_that_no_other_has() -> None:
    assert len({paint.pattern for paint in SERIES}) == len(SERIES)


def test_busier_hours_are_lighter_so_that_no_colour_is_needed() -> None:
    lightness = [luminance(colour) for colour in HEAT]

    assert lightness == sorted(lightness)

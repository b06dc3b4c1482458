"""Charts as they are drawn: by matplotlib itself, in a process of its own."""

import asyncio
import os
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bot.charts import plotter
from bot.charts.plotter import Plotter
from bot.core.chart import ChartFailed, ChartsMissing
from tests.charts.charts import chart, drawn


@drawn
@pytest.mark.proof
async def test_several_at_once_are_drawn_one_after_the_other() -> None:
    plotting = Plotter()

    pictures = await asyncio.gather(*(plotting.draw(chart(n)) for n in (1, 2)))

    assert len({len(picture) for picture in pictures}) == 2


@drawn
async def test_chart_over_its_time_leaves_nothing_running() -> None:
    with pytest.raises(ChartFailed, match="too long"):
        await Plotter(time_limit=0.05).draw(chart())

    assert workers() == set()


@drawn
@pytest.mark.proof
async def test_cancelled_chart_leaves_no_process_and_admits_the_next_one() -> None:
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
async def test_failed_worker_is_a_failed_chart_and_logs_no_name(
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
